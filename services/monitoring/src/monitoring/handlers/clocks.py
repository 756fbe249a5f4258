"""What happens to a clock, whoever asks for it: each is written down, and said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial

from chassis.calendar import Calendar, Term
from chassis.clock import Steady
from chassis.transaction import Transaction
from chassis.version_handlers import InForce
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
from monitoring.adapters import clock_metrics
from monitoring.domain.clocks import (
    Deadline,
    RungAt,
    State,
    Waiting,
    cancel,
    fire,
    is_late,
    meet,
    revive,
    start,
)
from monitoring.domain.escalation import Rung
from monitoring.domain.terms import OPENING, TermTable, circumstances_of
from monitoring.handlers.reckoning import extended, moved_to, paused, resumed
from monitoring.handlers.telling import say
from monitoring.store import clocks

FIRED_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Terms:
    """What clocks go by: the calendar, the table that is in force, and how long each rung of the ladder waits."""

    calendar: Calendar
    in_force: InForce[TermTable]
    waits: Mapping[Rung, Term] = field(default_factory=dict)


async def begin(tx: Transaction, deadline: Deadline, table: TermTable) -> None:
    """Start it, to warn when the table says, unless the promise has a clock."""
    rule = table.find(circumstances_of(deadline.promise, deadline.facts))
    started = start(deadline, rule.warn_share)
    if await clocks.add(tx, started):
        say(tx, started, DeadlineStarted.of(started))


def keep(tx: Transaction, deadline: Deadline, at: datetime, terms: Terms) -> None:
    """What it was about came; only the first time counts."""
    if deadline.state is not State.MET:
        met = meet(deadline, at, terms.calendar.worked(deadline.started_at, at))
        clocks.save(tx, met)
        say(tx, met, DeadlineMet.of(met, late=is_late(met)))


def stand_still(tx: Transaction, deadline: Deadline, reason: Waiting, at: datetime, terms: Terms) -> Deadline:
    """ClockIsOver, AlreadyPaused, BeforeItsTime."""
    still = paused(deadline, reason, at, terms.calendar)
    clocks.save(tx, still)
    say(tx, still, DeadlinePaused.of(still))
    return still


def go_on(tx: Transaction, deadline: Deadline, at: datetime, terms: Terms) -> Deadline:
    """ClockIsOver, NotPaused, BeforeItsTime."""
    going = resumed(deadline, at, terms.calendar, waits(tx, terms)(deadline))
    clocks.save(tx, going)
    say(tx, going, DeadlineResumed.of(going, resumed_at=at))
    return going


def lengthen(
    tx: Transaction, deadline: Deadline, by: Term, reason: str, at: datetime, terms: Terms
) -> Deadline:
    """ClockIsOver, TermIsOver."""
    longer = extended(deadline, by, reason, at, terms.calendar)
    clocks.save(tx, longer)
    say(tx, longer, DeadlineExtended.of(longer, reason=reason, extended_at=at))
    return longer


def put_on(
    tx: Transaction, deadline: Deadline, new: Deadline, reason: str, at: datetime, terms: Terms
) -> Deadline:
    """Give it the term and the end that it has as `new`. ClockIsOver, TermIsOver."""
    moved = moved_to(deadline, new, reason, at, terms.calendar)
    clocks.save_term(tx, moved)
    say(tx, moved, DeadlineExtended.of(moved, reason=reason, extended_at=at))
    return moved


def drop(tx: Transaction, deadline: Deadline, reason: str, at: datetime) -> Deadline:
    """ClockIsOver."""
    cancelled = cancel(deadline, reason)
    clocks.save(tx, cancelled)
    say(tx, cancelled, DeadlineCancelled.of(cancelled, cancelled_at=at))
    return cancelled


def wait_again(tx: Transaction, deadline: Deadline, at: datetime, terms: Terms) -> None:
    """What was cancelled counts after all."""
    if deadline.state is State.CANCELLED:
        again = revive(deadline, waits(tx, terms)(deadline))
        clocks.save(tx, again)
        say(tx, again, DeadlineResumed.of(again, resumed_at=at))


async def fire_due(tx: Transaction, terms: Terms, steady: Steady) -> bool:
    """Let the clocks whose moment has come do what they do; whether there may be more.

    Nothing is fired while the time of day jumps: what it says is late need not be.
    """
    if not steady.reads(await clocks.database_time(tx), tx.now):
        return False
    due = await clocks.claim_due(tx, FIRED_TOGETHER)
    if not due:
        return False
    rung_at = waits(tx, terms)
    fired = [fire(deadline, tx.now, rung_at(deadline)) for deadline in due]
    await clocks.save_fired(tx, fired)
    for before, after in zip(due, fired, strict=True):
        clock_metrics.fired(before.next_at, tx.now)
        _say_fired(tx, before, after)
    return len(due) == FIRED_TOGETHER


def _say_fired(tx: Transaction, before: Deadline, after: Deadline) -> None:
    if before.state is State.MISSED:
        clock_metrics.raised(after.rung or "unknown")
        say(tx, after, EscalationRaised.of(after, rung_due_at=before.next_at, raised_at=tx.now))
    elif after.state is State.MISSED:
        say(tx, after, DeadlineMissed.of(after))
    else:
        say(tx, after, DeadlineApproaching.of(after, warned_at=tx.now))


def waits(tx: Transaction, terms: Terms) -> Callable[[Deadline], RungAt]:
    """When a rung of a clock is due that waits from now: reckoned once for all clocks of a turn that share it.

    The partner is called after hours of its own, the others after those of an office.
    """

    @cache
    def due(opening: str | None, rung: Rung) -> datetime:
        return terms.calendar.opened(opening if rung is Rung.PARTNER else None).end(terms.waits[rung], tx.now)

    return lambda clock: partial(due, clock.facts.get(OPENING))
