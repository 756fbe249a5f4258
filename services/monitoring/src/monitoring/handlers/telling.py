"""What becomes of a clock is said to the hub, and to the partner that holds it where it wants to hear."""

from collections.abc import Mapping

from chassis.transaction import Transaction
from contracts.envelope import Message
from contracts.monitoring import (
    DeadlineApproaching,
    DeadlineCancelled,
    DeadlineExtended,
    DeadlineMet,
    DeadlineMissed,
    DeadlinePaused,
    DeadlineResumed,
    DeadlineStarted,
    EscalationRaised,
)
from contracts.partners import ClockChanged
from monitoring.domain.clocks import Deadline
from monitoring.domain.escalation import Rung
from monitoring.handlers.journey import announce

CHANGES: Mapping[type[Message], tuple[str, str]] = {
    DeadlineStarted: ("started", "started_at"),
    DeadlineApproaching: ("approaching", "warned_at"),
    DeadlineMissed: ("missed", "missed_at"),
    EscalationRaised: ("escalated", "raised_at"),
    DeadlineMet: ("met", "met_at"),
    DeadlinePaused: ("paused", "paused_at"),
    DeadlineResumed: ("resumed", "resumed_at"),
    DeadlineExtended: ("extended", "extended_at"),
    DeadlineCancelled: ("cancelled", "cancelled_at"),
}
"""What a partner hears of each, and where that says when it was."""

WITHOUT_END = (DeadlinePaused, DeadlineCancelled)


def say(tx: Transaction, clock: Deadline, said: Message) -> None:
    """Why a clock stands still or ended is not for the partner: it may tell of the reporter, or of another."""
    announce(tx, said)
    if not clock.told or clock.assignment_id is None or not _is_for_holder(said):
        return
    change, moment = CHANGES[type(said)]
    tx.send(
        clock.holder,
        ClockChanged(
            assignment_id=clock.assignment_id,
            promise=str(clock.promise),
            change=change,
            due_at=None if isinstance(said, WITHOUT_END) else clock.due_at,
            changed_at=getattr(said, moment),
        ),
    )


def _is_for_holder(said: Message) -> bool:
    """That a director or coordinator is called is between them and the desk."""
    return not isinstance(said, EscalationRaised) or said.rung == Rung.PARTNER
