"""Scorecards: how a partner does. What is counted, and when there is too little to say anything, is said here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FEWEST = 5
"""Of fewer, a share or a percentile says more about chance than about the partner."""

LONGEST_DAYS = 731
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
WEEKLY_DAYS = 125


class NotAPeriod(Exception):
    """The period ends before it begins, is longer than two years, or is of another age."""


class NoSuchPartner(Exception):
    """No clock here was ever that partner's."""


class Span(StrEnum):
    """Periods with a name: all end today."""

    DAYS = "90-days"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both included. What was asked on these days counts. NotAPeriod."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise NotAPeriod(f"It ends on {self.until}, before it begins on {self.since}.")
        if (self.until - self.since).days >= LONGEST_DAYS:
            raise NotAPeriod(f"From {self.since} to {self.until} is longer than two years.")
        if self.since < FIRST_DAY or self.until > LAST_DAY:
            raise NotAPeriod(f"Give days from {FIRST_DAY} to {LAST_DAY}.")

    @property
    def by_week(self) -> bool:
        """Whether its trend is told by the week; by the month where that would be too many."""
        return (self.until - self.since).days < WEEKLY_DAYS


def period_of(span: Span, today: date) -> Period:
    """The last 90 days, or the running month, quarter or year."""
    match span:
        case Span.DAYS:
            return Period(today - min(timedelta(days=89), today - date.min), today)
        case Span.MONTH:
            return Period(today.replace(day=1), today)
        case Span.QUARTER:
            return Period(today.replace(month=today.month - (today.month - 1) % 3, day=1), today)
        case Span.YEAR:
            return Period(today.replace(month=1, day=1), today)


@dataclass(frozen=True, slots=True)
class Kept:
    """Promises that ended: kept at all, or past their term. `punctual` of them were kept by then.

    What still runs within its term, stands still or was taken back has not ended.
    """

    punctual: int = 0
    ended: int = 0

    @property
    def percent(self) -> int | None:
        """None where too few ended."""
        return None if self.ended < FEWEST else round(100 * self.punctual / self.ended)


@dataclass(frozen=True, slots=True)
class Pace:
    """The working time to the first answer, of those answered: half of them, and nine of ten, took no longer."""

    answers: int = 0
    median: timedelta | None = None
    p90: timedelta | None = None


def pace_of(answers: int, median: timedelta | None, p90: timedelta | None) -> Pace:
    """Without the times where too few answered."""
    return Pace(answers) if answers < FEWEST else Pace(answers, median, p90)


@dataclass(frozen=True, slots=True)
class Load:
    """What is open with a partner at this moment, whenever it was asked: `late` and `waiting` are part of it."""

    open: int = 0
    late: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Scorecard:
    """How one partner does: what it was asked in the period, and what is open with it now.

    `declines` has how many by the reason; each question that was declined counts once.
    """

    partner: str
    name: str
    asked: int = 0
    first_answer: Kept = Kept()
    result: Kept = Kept()
    pace: Pace = Pace()
    declines: tuple[tuple[str, int], ...] = ()
    load: Load = Load()

    @property
    def declined(self) -> int:
        return sum(many for _, many in self.declines)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A week or a month of the period, by the day it begins: how the questions of that time were answered."""

    begins: date
    asked: int = 0
    first_answer: Kept = Kept()


def begins(period: Period) -> Iterator[date]:
    """The Mondays, or the first days of a month, on which the stretches of a period begin."""
    day = _begin(period.since, by_week=period.by_week)
    while day <= period.until:
        yield day
        day = _begin(day + timedelta(days=7 if period.by_week else 31), by_week=period.by_week)


def _begin(day: date, *, by_week: bool) -> date:
    return day - timedelta(days=day.weekday()) if by_week else day.replace(day=1)
