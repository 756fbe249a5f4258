"""Clocks: what was promised and by when, how a clock stands still, and what it does when its moment comes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from monitoring.domain.escalation import Rung, next_rung


class NoSuchClock(Exception):
    """There is no such clock, or not yet: what starts it may still be on its way."""


class ClockIsOver(Exception):
    """The clock is over: it was met or cancelled."""


class TermIsOver(Exception):
    """The term is over, and what is over cannot be made longer."""


class AlreadyPaused(Exception):
    """The clock stands still already."""


class NotPaused(Exception):
    """The clock does not stand still."""


class BeforeItsTime(Exception):
    """The clock cannot stand still before it began, nor go on before it stood still."""


class StillToCome(Exception):
    """What happened cannot be still to come."""


class NothingToTake(Exception):
    """Only a term that asks for attention can be taken."""


class Promise(StrEnum):
    """What a clock watches. The last six are of a partner's work, of a case, and of the chain as a whole."""

    CONFIRMATION = "confirmation"
    FIRST_ANSWER = "first-answer"
    RESULT = "result"
    STEP = "step"
    STATUTORY = "statutory"
    FIRST_ACTION = "first-action"
    OUTCOME = "outcome"
    AFTERCARE = "aftercare"


class State(StrEnum):
    RUNNING = "running"
    WARNED = "warned"
    MISSED = "missed"
    PAUSED = "paused"
    MET = "met"
    CANCELLED = "cancelled"


class Waiting(StrEnum):
    """Whom or what a clock that stands still waits for: the partner is one that the holder asked something."""

    REPORTER = "reporter"
    COURT = "court"
    PROSECUTION = "prosecution"
    PARTNER = "partner"
    OTHER = "other"


OVER = frozenset({State.MET, State.CANCELLED})
ASKING = frozenset({State.WARNED, State.MISSED})

RungAt = Callable[[Rung], datetime]
"""When a rung is due, counted from now."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock. `next_at` is when it does something by itself; none when it will do nothing more.

    `amount`, `unit`, `statutory`, `facts` and `terms_version` are what the term was made of, so that it can be made
    again; without an amount the end came from elsewhere, and the unit says how the rest is counted after a pause.
    `counted_to` is where the count ends, before a law moves it to `due_at`. `left` is what is left while it stands
    still. `warn_before` is how long before the end it warns, and `alerted_at` when it last asked for attention.
    `told` says that the holder hears what becomes of it; `took` is the working time until it was met.
    """

    deadline_id: UUID
    report_id: UUID
    promise: Promise
    holder: str
    holder_name: str
    started_at: datetime
    due_at: datetime
    assignment_id: UUID | None = None
    case_id: UUID | None = None
    term_id: UUID | None = None
    about: str | None = None
    amount: int | None = None
    unit: str = "hours"
    statutory: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    terms_version: str | None = None
    counted_to: datetime | None = None
    warn_before: timedelta = timedelta()
    state: State = State.RUNNING
    next_at: datetime | None = None
    alerted_at: datetime | None = None
    missed_at: datetime | None = None
    met_at: datetime | None = None
    paused_at: datetime | None = None
    left: int | None = None
    reason: str | None = None
    rung: Rung | None = None
    escalated_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    told: bool = False
    took: timedelta | None = None

    @property
    def ends_count_at(self) -> datetime:
        return self.counted_to or self.due_at


def start(deadline: Deadline, warn_share: float) -> Deadline:
    """Set the clock to its first moment: when `warn_share` of its term is over."""
    warns_at = warn_at(deadline.started_at, deadline.due_at, warn_share)
    return replace(deadline, next_at=warns_at, warn_before=deadline.due_at - warns_at)


def warn_at(started_at: datetime, due_at: datetime, share: float) -> datetime:
    """When this share of the term is over."""
    return started_at + (due_at - started_at) * share


def pause(deadline: Deadline, reason: Waiting, at: datetime, left: int) -> Deadline:
    """Let it stand still with this left. ClockIsOver, AlreadyPaused, BeforeItsTime.

    Where we hear of it after the term was called missed, and it stood still before its end, nothing was missed.
    """
    _refuse_over(deadline)
    if deadline.state is State.PAUSED:
        raise AlreadyPaused(
            f"It stands still since {deadline.paused_at:%Y-%m-%d %H:%M} UTC: resume it first."
        )
    if at < deadline.started_at:
        raise BeforeItsTime(f"It began at {deadline.started_at:%Y-%m-%d %H:%M} UTC, after this moment.")
    if at < deadline.due_at:
        deadline = replace(deadline, missed_at=None, rung=None, escalated_at=None)
    return replace(deadline, state=State.PAUSED, next_at=None, paused_at=at, left=left, reason=str(reason))


def resume(
    deadline: Deadline, at: datetime, counted_to: datetime, due_at: datetime, rung_at: RungAt | None = None
) -> Deadline:
    """Let it go on, to its new end. ClockIsOver, NotPaused, BeforeItsTime.

    A term that was over when it was paused keeps its end: only the ladder goes on.
    """
    _refuse_over(deadline)
    if deadline.paused_at is None or deadline.state is not State.PAUSED:
        raise NotPaused("It runs: there is nothing to resume.")
    if at < deadline.paused_at:
        raise BeforeItsTime(f"It stood still at {deadline.paused_at:%Y-%m-%d %H:%M} UTC, after this moment.")
    if deadline.paused_at < deadline.due_at:
        deadline = replace(deadline, counted_to=counted_to, due_at=due_at)
    return _going(replace(deadline, paused_at=None, left=None, reason=None), rung_at)


def extend(
    deadline: Deadline,
    reason: str,
    at: datetime,
    counted_to: datetime,
    due_at: datetime,
    left: int | None = None,
) -> Deadline:
    """Give it another end, and it warns anew. ClockIsOver, TermIsOver. A clock that stands still has more left."""
    _refuse_over(deadline)
    if deadline.missed_at or (deadline.paused_at or at) >= deadline.due_at:
        raise TermIsOver(f"It ended at {deadline.due_at:%Y-%m-%d %H:%M} UTC: give a new term instead.")
    longer = replace(deadline, counted_to=counted_to, due_at=due_at, reason=reason)
    if at < due_at - deadline.warn_before:
        longer = replace(longer, alerted_at=None)
    if deadline.state is State.PAUSED:
        return replace(longer, left=left, reason=deadline.reason)
    return _going(longer)


def move(deadline: Deadline, to: Deadline, reason: str, at: datetime, left: int | None = None) -> Deadline:
    """Give it the term and the end of `to`, which is the same clock by other rules. ClockIsOver, TermIsOver."""
    there = replace(to, due_at=deadline.due_at, counted_to=deadline.counted_to)
    return extend(there, reason, at, to.ends_count_at, to.due_at, left)


def cancel(deadline: Deadline, reason: str) -> Deadline:
    """Nobody waits for it any more. ClockIsOver."""
    _refuse_over(deadline)
    return replace(deadline, state=State.CANCELLED, next_at=None, paused_at=None, left=None, reason=reason)


def revive(deadline: Deadline, rung_at: RungAt | None = None) -> Deadline:
    """What was cancelled is waited for after all, by when it was promised; any other clock stays as it is."""
    return _going(replace(deadline, reason=None), rung_at) if deadline.state is State.CANCELLED else deadline


def meet(deadline: Deadline, at: datetime, took: timedelta | None = None) -> Deadline:
    """What was promised came `at` this moment, after so much working time. Only the first time counts."""
    if deadline.state is State.MET:
        return deadline
    return replace(deadline, state=State.MET, next_at=None, met_at=at, took=took)


def fire(deadline: Deadline, now: datetime, rung_at: RungAt | None = None) -> Deadline:
    """What a clock does at its moment: warn, be missed at the end of the term, and then climb the ladder.

    A clock that is looked at too late for its warning goes without: "nearly late" would not be true any more.
    Without `rung_at` nobody hears of a silence.
    """
    if deadline.next_at is None or now < deadline.next_at:
        return deadline
    if deadline.state is State.MISSED:
        raised = replace(
            deadline, rung=next_rung(deadline.holder, deadline.rung), escalated_at=now, alerted_at=now
        )
        return replace(raised, next_at=_next_rung_at(raised, rung_at))
    if now >= deadline.due_at:
        missed = replace(deadline, state=State.MISSED, alerted_at=now, missed_at=now)
        return replace(missed, next_at=_next_rung_at(missed, rung_at))
    return replace(deadline, state=State.WARNED, next_at=deadline.due_at, alerted_at=now)


def acknowledge(deadline: Deadline, who: str, at: datetime) -> Deadline:
    """A person took it: nobody else is called. Only the first counts. NothingToTake, ClockIsOver.

    What is taken before its end is missed all the same.
    """
    _refuse_over(deadline)
    if deadline.state not in ASKING:
        raise NothingToTake("Its term is not nearly over, or it stands still: there is nothing to take.")
    if deadline.acknowledged_at is not None:
        return deadline
    next_at = deadline.next_at if deadline.state is State.WARNED else None
    return replace(deadline, next_at=next_at, acknowledged_at=at, acknowledged_by=who)


def release(deadline: Deadline, rung_at: RungAt) -> Deadline:
    """Nobody has it any more: the ladder goes on from where it was."""
    if deadline.acknowledged_at is None:
        return deadline
    free = replace(deadline, acknowledged_at=None, acknowledged_by=None)
    return replace(free, next_at=_next_rung_at(free, rung_at)) if free.state is State.MISSED else free


def is_late(deadline: Deadline) -> bool:
    """Whether it came after the term, by when it came and not by when the hub heard of it."""
    return deadline.met_at is not None and deadline.met_at > deadline.due_at


def _going(deadline: Deadline, rung_at: RungAt | None = None) -> Deadline:
    """The clock as it runs, after something changed: what it already said it does not say again."""
    if deadline.missed_at is not None:
        missed = replace(deadline, state=State.MISSED)
        return replace(missed, next_at=_next_rung_at(missed, rung_at))
    if deadline.alerted_at is not None:
        return replace(deadline, state=State.WARNED, next_at=deadline.due_at)
    return replace(deadline, state=State.RUNNING, next_at=deadline.due_at - deadline.warn_before)


def _next_rung_at(deadline: Deadline, rung_at: RungAt | None) -> datetime | None:
    """None where the whole ladder was climbed, or where a person has it."""
    rung = next_rung(deadline.holder, deadline.rung)
    if rung is None or rung_at is None or deadline.acknowledged_at is not None:
        return None
    return rung_at(rung)


def _refuse_over(deadline: Deadline) -> None:
    if deadline.state in OVER:
        raise ClockIsOver(f"It is {deadline.state}, and stays so.")


def has_outcome(clocks: Iterable[Deadline]) -> bool:
    """Whether a report has come to its end: a partner gave its result, and no other is still asked."""
    asked = [one for one in clocks if one.assignment_id is not None]
    has_result = any(one.promise is Promise.RESULT and one.state is State.MET for one in asked)
    return has_result and all(one.state in OVER for one in asked)
