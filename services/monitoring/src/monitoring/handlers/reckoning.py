"""What the calendar makes of a clock that stands still, goes on or is made longer."""

from datetime import datetime
from typing import Any

from chassis.calendar import Calendar, Term, Unit
from chassis.identity import new_id
from monitoring.domain.clocks import Deadline, RungAt, Waiting, extend, pause, resume


def clock_of(term: Term, started_at: datetime, calendar: Calendar, **about: Any) -> Deadline:
    """A clock for this term."""
    return Deadline(
        deadline_id=new_id(),
        started_at=started_at,
        due_at=calendar.end(term, started_at),
        counted_to=calendar.counted_to(term, started_at),
        amount=term.amount,
        unit=term.unit,
        statutory=term.statutory,
        **about,
    )


def paused(deadline: Deadline, reason: Waiting, at: datetime, calendar: Calendar) -> Deadline:
    """ClockIsOver, AlreadyPaused, BeforeItsTime."""
    left = calendar.left(Unit(deadline.unit), deadline.ends_count_at, at)
    return pause(deadline, reason, at, left)


def resumed(deadline: Deadline, at: datetime, calendar: Calendar, rung_at: RungAt | None = None) -> Deadline:
    """ClockIsOver, NotPaused, BeforeItsTime."""
    counted_to = calendar.resumed(Unit(deadline.unit), deadline.left or 0, at)
    due_at = calendar.moved(counted_to) if _runs_on(deadline) else counted_to
    return resume(deadline, at, counted_to, due_at, rung_at)


def extended(deadline: Deadline, by: Term, reason: str, at: datetime, calendar: Calendar) -> Deadline:
    """ClockIsOver, TermIsOver."""
    counted_to = calendar.counted_to(by, deadline.ends_count_at)
    due_at = calendar.moved(counted_to) if by.runs_on or _runs_on(deadline) else counted_to
    left = None
    if deadline.paused_at is not None:
        left = calendar.left(Unit(deadline.unit), counted_to, deadline.paused_at)
    return extend(deadline, reason, at, counted_to, due_at, left)


def _runs_on(deadline: Deadline) -> bool:
    if deadline.amount is None:
        return False
    return Term(deadline.amount, Unit(deadline.unit), deadline.statutory).runs_on
