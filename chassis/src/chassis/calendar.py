"""Terms: a start, an amount and a unit give the moment a promise ends."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol, Self
from zoneinfo import ZoneInfo

import holidays

from chassis.opening import HOLIDAY, OFFICE_HOURS, Hours, read

HERE = ZoneInfo("Europe/Amsterdam")
WORKING_DAY = timedelta(hours=8)
SATURDAY = 5
LONGEST_DAYS = 400
YEARS_AHEAD_DAYS = 5000
MOST_RECKONED, MOST_OPENED = 10_000, 1000


class Unit(StrEnum):
    HOURS = "hours"
    WORKING_HOURS = "working-hours"
    WORKING_DAYS = "working-days"
    CALENDAR_DAYS = "calendar-days"
    WEEKS = "weeks"
    MONTHS = "months"


DAYS_WITH_TWO_WORKING_DAYS, WORKING_DAYS_IN_A_TERM = 3, 2
"""Algemene termijnenwet, article 2: a term of so many days has so many working days in it."""

IN_SECONDS = frozenset({Unit.HOURS, Unit.WORKING_HOURS})
ABOUT_DAYS = {
    Unit.HOURS: 1 / 24,
    Unit.WORKING_HOURS: 7 / 40,
    Unit.WORKING_DAYS: 7 / 5,
    Unit.CALENDAR_DAYS: 1,
    Unit.WEEKS: 7,
    Unit.MONTHS: 365 / 12,
}
STATUTORY_MOST = {Unit.CALENDAR_DAYS: 90, Unit.WEEKS: 12, Unit.MONTHS: 3}
"""Article 4 of the Algemene termijnenwet: it is not for longer ones, nor for those in hours."""


class NotATerm(ValueError):
    """A term of nothing, or of 400 days or more."""


@dataclass(frozen=True, slots=True)
class Term:
    """NotATerm where it is of nothing, or of 400 days or more: that is a mistake of whoever wrote it down.

    `statutory` is a term that a law sets, so that the Algemene termijnenwet is about it.
    """

    amount: int
    unit: Unit
    statutory: bool = False

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise NotATerm(f"A term of {self.amount} {self.unit} is no term: give 1 or more.")
        if self.amount * ABOUT_DAYS[self.unit] >= LONGEST_DAYS:
            raise NotATerm(
                f"A term of {self.amount} {self.unit} is too long: it must be under {LONGEST_DAYS} days."
            )

    @property
    def runs_on(self) -> bool:
        """Whether articles 1 and 2 of the Algemene termijnenwet are about it (article 4 says when not)."""
        return self.statutory and self.amount <= STATUTORY_MOST.get(self.unit, 0)


class Calendar(Protocol):
    """What comes out is in UTC. A term in days ends with the day it ends on.

    What is left of a term that stands still is a number: seconds of a term in hours or working hours, working
    days of one in working days, and calendar days of all others. That of today counts as gone, as the day that a term
    begins does not count: so a term that is paused and resumed on one day ends when it would have. A term in working
    days that stood still on its last one gets the next.
    """

    def end(self, term: Term, start: datetime) -> datetime:
        """When the term is over."""
        ...

    def counted_to(self, term: Term, start: datetime) -> datetime:
        """Where its count ends, before a law moves it."""
        ...

    def left(self, unit: Unit, counted_to: datetime, now: datetime) -> int:
        """What is left now of a term with this unit, whose count ends then; nothing when it is over."""
        ...

    def resumed(self, unit: Unit, left: int, now: datetime) -> datetime:
        """Where the count of a term ends that has this left, and goes on now."""
        ...

    def moved(self, counted_to: datetime) -> datetime:
        """The end that a law gives to a term whose count ends then."""
        ...

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; none where the end is first."""
        ...

    def opened(self, opening: str | None) -> Self:
        """The calendar of who is open then, as `Opening.written`; without, of an office. NotAnOpening."""
        ...


@dataclass(frozen=True)
class DutchCalendar:
    """Dutch working days: Monday to Friday, without public holidays and the desk's own closing days.

    The general recognised holidays are those of article 3 of the Algemene termijnenwet: New Year's Day, Easter
    Monday, Whit Monday, both days of Christmas, Ascension Day, the King's birthday as it is celebrated and 5 May,
    in every year; Good Friday, which its second paragraph sets equal to them. That is the library's public set, plus
    5 May. Days that a royal decree sets equal (third paragraph) are given as `equated`.

    `opening` is when working hours are counted, by the day of the week and on holidays: a partner's own, or else those
    of an office. Who is open in a weekend has working hours there; working days are the same for all, but for the days
    on which one of them is shut.
    """

    closing_days: frozenset[date] = frozenset()
    opening: Mapping[int, tuple[Hours, ...]] = field(default_factory=lambda: OFFICE_HOURS)
    equated: frozenset[date] = frozenset()
    _public: holidays.HolidayBase = field(
        default_factory=lambda: holidays.country_holidays("NL"), repr=False, compare=False
    )

    _reckoned: dict[tuple[Term, date], tuple[datetime, datetime]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _opened: dict[str, "DutchCalendar"] = field(default_factory=dict, repr=False, compare=False)

    def opened(self, opening: str | None) -> "DutchCalendar":
        if opening is None:
            return self
        if opening not in self._opened:
            if len(self._opened) >= MOST_OPENED:
                self._opened.clear()
            found = read(opening)
            self._opened[opening] = DutchCalendar(
                self.closing_days | found.closed, found.hours, self.equated, self._public
            )
        return self._opened[opening]

    def is_working_day(self, day: date) -> bool:
        return self.is_no_holiday(day) and day not in self.closing_days

    def is_no_holiday(self, day: date) -> bool:
        """Neither Saturday, Sunday nor recognised holiday: a day on which a statutory term may end."""
        return day.weekday() < SATURDAY and not self.is_holiday(day)

    def is_holiday(self, day: date) -> bool:
        liberation_day = (day.month, day.day) == (5, 5)
        return liberation_day or day in self._public or day in self.equated

    def end(self, term: Term, start: datetime) -> datetime:
        return self._ends(term, start)[0]

    def counted_to(self, term: Term, start: datetime) -> datetime:
        return self._ends(term, start)[1]

    def _ends(self, term: Term, start: datetime) -> tuple[datetime, datetime]:
        """When it is over, and where its count ends; reckoned once for all terms in days that begin on one day."""
        if term.unit in IN_SECONDS:
            counted_to = self._counted_to(term, start)
            return counted_to, counted_to
        begun = (term, _day(start))
        if begun not in self._reckoned:
            if len(self._reckoned) >= MOST_RECKONED:
                self._reckoned.clear()
            counted_to = self._counted_to(term, start)
            self._reckoned[begun] = (self._over(term, start, counted_to), counted_to)
        return self._reckoned[begun]

    def _over(self, term: Term, start: datetime, counted_to: datetime) -> datetime:
        if not term.runs_on:
            return counted_to
        return self.moved(self._with_two_days(term, start, counted_to))

    def _counted_to(self, term: Term, start: datetime) -> datetime:
        if term.unit in IN_SECONDS:
            return self.resumed(term.unit, term.amount * 3600, start)
        if term.unit is Unit.WEEKS:
            return self.resumed(Unit.CALENDAR_DAYS, term.amount * 7, start)
        if term.unit is Unit.MONTHS:
            return _end_of(_months_on(_day(start), term.amount))
        return self.resumed(term.unit, term.amount, start)

    def left(self, unit: Unit, counted_to: datetime, now: datetime) -> int:
        if now >= counted_to:
            return 0
        if unit is Unit.HOURS:
            return round((counted_to - now).total_seconds())
        if unit is Unit.WORKING_HOURS:
            return round(sum(
                max(0.0, (min(shut, counted_to) - opened).total_seconds())
                for opened, shut in self._open_from(now, _day(counted_to))
            ))  # fmt: skip
        today, last = _day(now), _day(counted_to)
        if unit is Unit.WORKING_DAYS:
            return sum(map(self.is_working_day, _days_after(today, last)))
        return (last - today).days

    def resumed(self, unit: Unit, left: int, now: datetime) -> datetime:
        if unit is Unit.HOURS:
            return now.astimezone(UTC) + timedelta(seconds=left)
        if unit is Unit.WORKING_HOURS:
            return self._after_open_seconds(left, now)
        day = _day(now)
        if unit is not Unit.WORKING_DAYS:
            return _end_of(day + timedelta(days=left))
        while left > 0 or not self.is_working_day(day):
            day += timedelta(days=1)
            left -= self.is_working_day(day)
        return _end_of(day)

    def moved(self, counted_to: datetime) -> datetime:
        """Article 1: to the end of the next day that is no Saturday, Sunday or recognised holiday."""
        day = _day(counted_to)
        while not self.is_no_holiday(day):
            day += timedelta(days=1)
        return _end_of(day)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        return timedelta(seconds=self.left(Unit.WORKING_HOURS, end, start))

    def _with_two_days(self, term: Term, start: datetime, counted_to: datetime) -> datetime:
        """Article 2: a term of three days or more has two in it that are no Saturday, Sunday or recognised holiday."""
        if term.unit is Unit.CALENDAR_DAYS and term.amount < DAYS_WITH_TWO_WORKING_DAYS:
            return counted_to
        day = _day(counted_to)
        while sum(map(self.is_no_holiday, _days_after(_day(start), day))) < WORKING_DAYS_IN_A_TERM:
            day += timedelta(days=1)
        return _end_of(day)

    def _after_open_seconds(self, seconds: float, now: datetime) -> datetime:
        """ValueError where it is hardly ever open."""
        for opened, shut in self._open_from(now, _day(now) + timedelta(days=YEARS_AHEAD_DAYS)):
            if opened + timedelta(seconds=seconds) <= shut:
                return opened + timedelta(seconds=seconds)
            seconds -= (shut - opened).total_seconds()
        raise ValueError("These opening hours never come to the end of the term.")

    def _open_from(self, now: datetime, last: date) -> Iterator[tuple[datetime, datetime]]:
        """From when to when it is open, from now to the end of a day."""
        for day in _days_after(_day(now) - timedelta(days=1), last):
            for opens, shuts in self._hours_on(day):
                until = day if shuts > opens else day + timedelta(days=1)
                opened = datetime.combine(day, opens, HERE).astimezone(UTC)
                shut = datetime.combine(until, shuts, HERE).astimezone(UTC)
                if shut > now:
                    yield max(opened, now.astimezone(UTC)), shut

    def _hours_on(self, day: date) -> tuple[Hours, ...]:
        if day in self.closing_days:
            return ()
        return self.opening.get(HOLIDAY if self.is_holiday(day) else day.weekday(), ())


def _day(moment: datetime) -> date:
    return moment.astimezone(HERE).date()


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), HERE).astimezone(UTC)


def _days_after(day: date, last: date) -> Iterator[date]:
    return (day + timedelta(days=number) for number in range(1, (last - day).days + 1))


def _months_on(day: date, months: int) -> date:
    """The day with the same number, or the last of a month that has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
