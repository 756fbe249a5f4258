"""Times and numbers as a reader in The Hague expects them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

LOCALE = "nl"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def moment(at: datetime) -> str:
    """Day and time without the year: "zo 22 nov 10.30"."""
    return format_datetime(at, "EEE d MMM HH.mm", tzinfo=AMSTERDAM, locale=LOCALE)


def day(at: date | datetime) -> str:
    """The day with the year: "zo 22 nov 2026". A datetime counts as the day it is in Amsterdam."""
    on = at.astimezone(AMSTERDAM).date() if isinstance(at, datetime) else at
    return format_date(on, "EEE d MMM y", locale=LOCALE)


def clock(at: datetime) -> str:
    """The time of day: "10.35"."""
    return format_datetime(at, "HH.mm", tzinfo=AMSTERDAM, locale=LOCALE)


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


def number(value: float) -> str:
    """With Dutch signs: "1.751", "13,2"."""
    return format_decimal(value, locale=LOCALE)
