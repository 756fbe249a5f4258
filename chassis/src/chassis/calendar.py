"""Terms: a start, an amount and a unit give the moment a promise ends."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

import holidays

HERE = ZoneInfo("Europe/Amsterdam")


class Unit(StrEnum):
    HOURS = "hours"
    WORKING_DAYS = "working-days"
    CALENDAR_DAYS = "calendar-days"


@dataclass(frozen=True, slots=True)
class Term:
    amount: int
    unit: Unit


class Calendar(Protocol):
    def end(self, term: Term, start: datetime) -> datetime:
        """When the term is over, in UTC as `start` is. A term in days ends with the day it ends on."""
        ...


@dataclass(frozen=True)
class DutchCalendar:
    """Dutch working days: Monday to Friday, without public holidays and the desk's own closing days.

    The general recognised holidays are those of article 3 of the Algemene termijnenwet: the library's public
    set, plus 5 May in every year; Good Friday, which the article sets equal to one, is in that set.
    """

    closing_days: frozenset[date] = frozenset()
    _public: holidays.HolidayBase = field(default_factory=lambda: holidays.country_holidays("NL"), repr=False)

    def is_working_day(self, day: date) -> bool:
        liberation_day = (day.month, day.day) == (5, 5)
        return day.weekday() < 5 and not (liberation_day or day in self._public or day in self.closing_days)  # noqa: PLR2004

    def end(self, term: Term, start: datetime) -> datetime:
        if term.unit is Unit.HOURS:
            return start + timedelta(hours=term.amount)
        day = start.astimezone(HERE).date()
        left = term.amount
        while left > 0:
            day += timedelta(days=1)
            left -= term.unit is Unit.CALENDAR_DAYS or self.is_working_day(day)
        return datetime.combine(day, time(23, 59, 59), HERE).astimezone(start.tzinfo)


@dataclass(frozen=True, slots=True)
class QuickCalendar:
    """A calendar for demonstrations, in which a day lasts seconds and an hour a twenty-fourth of that."""

    day: timedelta

    def end(self, term: Term, start: datetime) -> datetime:
        return start + self.day * term.amount / (24 if term.unit is Unit.HOURS else 1)
