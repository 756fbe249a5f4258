"""What the calendar and the table of terms make of a clock: its end, and how that moves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chassis.calendar import HERE, Calendar, Term, Unit
from chassis.identity import new_id
from monitoring.domain.clocks import Deadline, RungAt, Waiting, extend, move, pause, resume, warn_at
from monitoring.domain.terms import GIVEN, OPENING, Circumstances, TermRule, TermTable, circumstances_of


def clock_of(term: Term, started_at: datetime, calendar: Calendar, **about: Any) -> Deadline:
    """A clock for this term."""
    theirs = calendar_of(about.get("facts", {}), calendar)
    return Deadline(
        deadline_id=new_id(), started_at=started_at, **_counted(term, started_at, theirs), **about
    )


def calendar_of(facts: Mapping[str, str], calendar: Calendar) -> Calendar:
    """The calendar of who holds the clock with these facts."""
    return calendar.opened(facts.get(OPENING))


def clock_by(
    table: TermTable,
    about: Circumstances,
    started_at: datetime,
    calendar: Calendar,
    given: datetime | None = None,
    opening: str | None = None,
    **more: Any,
) -> Deadline:
    """A clock for what the table says, never past an end that was given, in the hours in which its holder is open."""
    rule = table.find(about)
    facts = about.facts | ({GIVEN: given.isoformat()} if given else {})
    facts |= {OPENING: opening} if opening else {}
    return Deadline(
        deadline_id=new_id(),
        promise=about.promise,
        started_at=started_at,
        facts=facts | {"rule": rule.name},
        terms_version=table.version,
        **_end(rule, started_at, facts, calendar),
        **more,
    )


def on_terms(clock: Deadline, table: TermTable, calendar: Calendar) -> Deadline:
    """The clock as it would be by this table: where its end has moved since, the new one moves as far."""
    rule = table.find(circumstances_of(clock.promise, clock.facts))
    end = _end_now(clock, rule, calendar)
    return replace(
        clock,
        facts={**clock.facts, "rule": rule.name},
        terms_version=table.version,
        warn_before=end["due_at"] - warn_at(clock.started_at, end["due_at"], rule.warn_share),
        **end,
    )


def end_on(clock: Deadline, table: TermTable, calendar: Calendar) -> datetime:
    """When it would end by this table."""
    rule = table.find(circumstances_of(clock.promise, clock.facts))
    end: datetime = _end_now(clock, rule, calendar)["due_at"]
    return end


def moved_to(clock: Deadline, new: Deadline, reason: str, at: datetime, calendar: Calendar) -> Deadline:
    """ClockIsOver, TermIsOver."""
    left = None
    if clock.paused_at is not None:
        theirs = calendar_of(new.facts, calendar)
        left = theirs.left(Unit(new.unit), new.ends_count_at, clock.paused_at)
    return move(clock, new, reason, at, left)


def _end_now(clock: Deadline, rule: TermRule, calendar: Calendar) -> dict[str, Any]:
    end = _end(rule, clock.started_at, clock.facts, calendar)
    theirs = calendar_of(clock.facts, calendar)
    moved = clock.due_at - _first_end(clock, theirs)
    if not moved:
        return end
    counted_to = theirs.resumed(Unit(end["unit"]), 0, end["due_at"] + moved)
    runs_on = end["amount"] is not None and Term(end["amount"], Unit(end["unit"]), end["statutory"]).runs_on
    return end | {
        "counted_to": counted_to,
        "due_at": theirs.moved(counted_to) if runs_on else counted_to,
    }


def _end(
    rule: TermRule, started_at: datetime, facts: Mapping[str, str], calendar: Calendar
) -> dict[str, Any]:
    given = datetime.fromisoformat(facts[GIVEN]) if GIVEN in facts else None
    theirs = calendar_of(facts, calendar)
    if rule.amount is None:
        return _until(given or started_at)
    end = _counted(Term(rule.amount, Unit(rule.unit), rule.statutory), started_at, theirs)
    return end if given is None or end["due_at"] < given else _until(given)


def _counted(term: Term, started_at: datetime, calendar: Calendar) -> dict[str, Any]:
    return {
        "due_at": calendar.end(term, started_at),
        "counted_to": calendar.counted_to(term, started_at),
        "amount": term.amount,
        "unit": term.unit,
        "statutory": term.statutory,
    }


def _until(due_at: datetime) -> dict[str, Any]:
    """An end that was given. What ends with the day was counted in days; routing says when, and not how it counted."""
    local = due_at.astimezone(HERE)
    unit = Unit.WORKING_DAYS if (local.hour, local.minute) == (23, 59) else Unit.HOURS
    return {"due_at": due_at, "counted_to": due_at, "amount": None, "unit": unit, "statutory": False}


def _first_end(clock: Deadline, calendar: Calendar) -> datetime:
    """When it was due as it began, by what its term was made of."""
    if clock.amount is not None:
        return calendar.end(Term(clock.amount, Unit(clock.unit), clock.statutory), clock.started_at)
    return datetime.fromisoformat(clock.facts[GIVEN]) if GIVEN in clock.facts else clock.due_at


def paused(deadline: Deadline, reason: Waiting, at: datetime, calendar: Calendar) -> Deadline:
    """ClockIsOver, AlreadyPaused, BeforeItsTime."""
    left = calendar_of(deadline.facts, calendar).left(Unit(deadline.unit), deadline.ends_count_at, at)
    return pause(deadline, reason, at, left)


def resumed(deadline: Deadline, at: datetime, calendar: Calendar, rung_at: RungAt | None = None) -> Deadline:
    """ClockIsOver, NotPaused, BeforeItsTime."""
    theirs = calendar_of(deadline.facts, calendar)
    counted_to = theirs.resumed(Unit(deadline.unit), deadline.left or 0, at)
    due_at = theirs.moved(counted_to) if _runs_on(deadline) else counted_to
    return resume(deadline, at, counted_to, due_at, rung_at)


def extended(deadline: Deadline, by: Term, reason: str, at: datetime, calendar: Calendar) -> Deadline:
    """ClockIsOver, TermIsOver."""
    theirs = calendar_of(deadline.facts, calendar)
    counted_to = theirs.counted_to(by, deadline.ends_count_at)
    due_at = theirs.moved(counted_to) if by.runs_on or _runs_on(deadline) else counted_to
    left = None
    if deadline.paused_at is not None:
        left = theirs.left(Unit(deadline.unit), counted_to, deadline.paused_at)
    return extend(deadline, reason, at, counted_to, due_at, left)


def _runs_on(deadline: Deadline) -> bool:
    if deadline.amount is None:
        return False
    return Term(deadline.amount, Unit(deadline.unit), deadline.statutory).runs_on
