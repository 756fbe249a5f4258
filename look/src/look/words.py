"""Times and numbers as a reader in The Hague expects them, in Dutch unless another language is given."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

LOCALE = "nl"
TIME = {"nl": "HH.mm", "en": "HH:mm"}
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def moment(at: datetime, locale: str = LOCALE) -> str:
    """Day and time without the year: "zo 22 nov 10.30"."""
    return format_datetime(at, f"EEE d MMM {TIME[locale]}", tzinfo=AMSTERDAM, locale=locale)


def day(at: date | datetime, locale: str = LOCALE) -> str:
    """The day with the year: "zo 22 nov 2026". A datetime counts as the day it is in Amsterdam."""
    on = at.astimezone(AMSTERDAM).date() if isinstance(at, datetime) else at
    return format_date(on, "EEE d MMM y", locale=locale)


def date_short(at: datetime, locale: str = LOCALE) -> str:
    """The day alone, for where there is little room: "22 nov"."""
    return format_datetime(at, "d MMM", tzinfo=AMSTERDAM, locale=locale)


def clock(at: datetime, locale: str = LOCALE, *, seconds: bool = False) -> str:
    """The time of day: "10.35", or "10.35.07"."""
    form = TIME[locale] + (TIME[locale][2] + "ss" if seconds else "")
    return format_datetime(at, form, tzinfo=AMSTERDAM, locale=locale)


def until(due: datetime, now: datetime) -> str:
    """How far off a term is, rounded down: "nog 2 uur", "3 uur te laat"."""
    left = due - now
    return f"nog {span(left)}" if left >= timedelta(0) else f"{span(-left)} te laat"


def span(length: timedelta) -> str:
    """A stretch of time in its largest whole unit: "20 minuten", "3 uur", "1 dag"."""
    minutes = int(length / timedelta(minutes=1))
    hours, days = minutes // 60, length.days
    if days:
        return "1 dag" if days == 1 else f"{days} dagen"
    if hours:
        return f"{hours} uur"
    if minutes:
        return "1 minuut" if minutes == 1 else f"{minutes} minuten"
    return "minder dan 1 minuut"


def number(value: float, locale: str = LOCALE) -> str:
    """With the signs of the language: "1.751", "13,2"."""
    return format_decimal(value, locale=locale)
