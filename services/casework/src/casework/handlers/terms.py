"""How the terms of a report stand, and what is told of them on the timeline."""

from datetime import datetime

from casework import store
from casework.domain.cases import STILL, Clock, Deadline
from casework.domain.timeline import Entry, What
from chassis.transaction import Transaction
from contracts import monitoring
from contracts.monitoring import (
    AttentionTaken,
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


async def keep_deadline(event: DeadlineStarted, tx: Transaction) -> None:
    await _set_clock(event, tx, Clock.RUNNING, What.TERM_STARTED, event.started_at)


async def keep_warning(event: DeadlineApproaching, tx: Transaction) -> None:
    await _set_clock(event, tx, Clock.APPROACHING, What.TERM_APPROACHING, event.warned_at)


async def keep_miss(event: DeadlineMissed, tx: Transaction) -> None:
    await _set_clock(event, tx, Clock.MISSED, What.TERM_MISSED, event.missed_at)


async def keep_kept_promise(event: DeadlineMet, tx: Transaction) -> None:
    what = What.TERM_MET_LATE if event.late else What.TERM_MET
    await _set_clock(event, tx, Clock.MET, what, event.met_at)


async def keep_standstill(event: DeadlinePaused, tx: Transaction) -> None:
    await _set_clock(event, tx, Clock.PAUSED, What.TERM_PAUSED, event.paused_at, event.reason)


async def keep_going_on(event: DeadlineResumed, tx: Transaction) -> None:
    await _set_clock(event, tx, Clock.RUNNING, What.TERM_RESUMED, event.resumed_at)


async def keep_extension(event: DeadlineExtended, tx: Transaction) -> None:
    await _set_clock(event, tx, Clock.RUNNING, What.TERM_EXTENDED, event.extended_at)


async def keep_cancelling(event: DeadlineCancelled, tx: Transaction) -> None:
    await _set_clock(event, tx, Clock.CANCELLED, What.TERM_CANCELLED, event.cancelled_at)


async def keep_escalation(event: EscalationRaised, tx: Transaction) -> None:
    await _set_clock(event, tx, Clock.MISSED, What.ESCALATED, event.raised_at, event.rung)


async def keep_attention(event: AttentionTaken, tx: Transaction) -> None:
    taken = Entry(
        event.report_id, event.taken_at, What.TERM_TAKEN, who=event.holder_name, detail=event.promise
    )
    store.add_entry(tx, taken)


async def _set_clock(
    event: monitoring.Deadline,
    tx: Transaction,
    clock: Clock,
    what: What,
    at: datetime,
    who: str | None = None,
) -> None:
    """`who` is who else it is about than the holder: whom it waits for, or who is called."""
    store.save_deadline(
        tx,
        Deadline(
            event.deadline_id,
            event.report_id,
            event.assignment_id,
            event.promise,
            event.holder_name,
            event.due_at,
            clock,
        ),
    )
    due_at = None if clock in STILL else event.due_at
    entry = Entry(
        event.report_id, at, what, who=who or event.holder_name, detail=event.promise, due_at=due_at
    )
    store.add_entry(tx, entry)
