"""When somebody is open: hours by the day of the week and on public holidays, and the days on which it is shut."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

Hours = tuple[time, time]
"""From when to when a day is open; what shuts at midnight shuts at the end of the day."""

HOLIDAY = 7
"""Beside the days of the week, from Monday as 0: any public holiday, on whatever day it falls."""

MIDNIGHT = time()
OFFICE_HOURS: Mapping[int, tuple[Hours, ...]] = dict.fromkeys(range(5), ((time(9), time(17)),))
LEAST_A_WEEK = timedelta(hours=4)
"""Who is open for less would need years for the longest terms."""

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = "(?:" + "|".join(_DAYS) + ")"
_BETWEEN = r"\d\d:\d\d-\d\d:\d\d"
_OPEN = re.compile(rf"({_DAY}(?:,{_DAY})*) ({_BETWEEN}(?:,{_BETWEEN})*|off)")
_SHUT = re.compile(rf"(\d{{4}}) ({'|'.join(_MONTHS)}) (\d\d) off")


class NotAnOpening(ValueError):
    """These are no opening hours that can be counted in."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Hours by the day of the week or `HOLIDAY`, and the days on which it is shut. NotAnOpening."""

    hours: Mapping[int, tuple[Hours, ...]]
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        for day, hours in self.hours.items():
            if any(
                later[0] < earlier[1] or earlier[1] == MIDNIGHT for earlier, later in pairwise(sorted(hours))
            ):
                raise NotAnOpening(f"On {_DAYS[day]} some hours are there twice.")
        week = sum((length(one) for day in range(HOLIDAY) for one in self.hours.get(day, ())), timedelta())
        if week < LEAST_A_WEEK:
            raise NotAnOpening(f"It is open for less than {LEAST_A_WEEK // timedelta(hours=1)} hours a week.")

    def written(self) -> str:
        """As OpenStreetMap writes opening hours, such as `Mo,Tu 09:00-17:00; PH off; 2026 Dec 24 off`."""
        days: dict[tuple[Hours, ...], list[str]] = {}
        for day, name in enumerate(_DAYS):
            days.setdefault(tuple(sorted(self.hours.get(day, ()))), []).append(name)
        parts = [f"{','.join(names)} {','.join(map(_span, hours)) or 'off'}" for hours, names in days.items()]
        shut = [f"{day.year:04} {_MONTHS[day.month - 1]} {day.day:02} off" for day in sorted(self.closed)]
        return "; ".join([*parts, *shut])


def read(text: str) -> Opening:
    """From what was `written`. NotAnOpening."""
    hours: dict[int, tuple[Hours, ...]] = {}
    closed: set[date] = set()
    for part in text.split("; "):
        try:
            if opened := _OPEN.fullmatch(part):
                spans = tuple(_spans(opened[2]))
                hours |= {_DAYS.index(day): spans for day in opened[1].split(",")}
            elif shut := _SHUT.fullmatch(part):
                closed.add(date(int(shut[1]), _MONTHS.index(shut[2]) + 1, int(shut[3])))
            else:
                raise NotAnOpening("it does not read as days and hours")
        except ValueError as trouble:
            raise NotAnOpening(f"These are no opening hours: {part!r}, {trouble}.") from None
    return Opening(hours, frozenset(closed))


def length(hours: Hours) -> timedelta:
    since, until = (timedelta(hours=at.hour, minutes=at.minute) for at in hours)
    return (until or timedelta(days=1)) - since


def hour(number: int) -> time:
    """The whole hour of a day, of which 24 is midnight at its end."""
    return time(number % 24)


def _span(hours: Hours) -> str:
    since, until = hours
    return f"{since:%H:%M}-{'24:00' if until == MIDNIGHT else format(until, '%H:%M')}"


def _spans(text: str) -> Iterator[Hours]:
    """ValueError where it is no time of a day, or shuts before it opens."""
    if text == "off":
        return
    for between in text.split(","):
        since, until = between.split("-")
        found = (time.fromisoformat(since), MIDNIGHT if until == "24:00" else time.fromisoformat(until))
        if length(found) <= timedelta():
            raise ValueError("it shuts after it opens")
        yield found
