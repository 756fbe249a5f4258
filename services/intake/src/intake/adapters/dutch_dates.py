"""Dates as a Dutch spreadsheet has them: Excel's numbers, ISO, day-month-year, or with the month in words."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mrt maa mar", "apr", "mei may", "jun", "jul", "aug", "sep", "okt oct", "nov", "dec"),
        start=1,
    )
    for name in names.split()
}
EXCELS_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001  a day in a sheet, not yet a moment
FIRST_YEAR = 1990

_NUMBER = re.compile(r"^\d{5}(\.\d+)?$")
_TIME = r"(?:[t ,]*(?:om )?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?(?: ?uur)?)?"
_ISO = re.compile(rf"^(\d{{4}})[-/](\d{{1,2}})[-/](\d{{1,2}}){_TIME}$")
_DUTCH = re.compile(
    rf"^(?:[a-z]{{2,9}},? )?(\d{{1,2}})[-/. ]+([a-z]{{3,9}}\.?|\d{{1,2}})[-/. ]+(\d{{4}}|\d{{2}}){_TIME}$"
)


def moment(text: str, now: datetime, here: ZoneInfo) -> datetime:
    """A day without a time is its midnight. ValueError, in Dutch, for what is no date, or one that cannot be."""
    found = _moment(text.strip().lower(), here)
    if found is None:
        raise ValueError("Dit is geen datum. Schrijf hem als 31-12-2024 of 31-12-2024 14:30.")
    if found.year < FIRST_YEAR:
        raise ValueError(f"Deze datum ligt vóór {FIRST_YEAR}.")
    if found > now:
        raise ValueError("Deze datum ligt in de toekomst.")
    return found


def _moment(text: str, here: ZoneInfo) -> datetime | None:
    try:
        if _NUMBER.match(text):
            day = EXCELS_FIRST_DAY + timedelta(days=float(text))
            local = (day + timedelta(milliseconds=500)).replace(microsecond=0)
        elif iso := _ISO.match(text):
            year, month, day_, *clock = iso.groups()
            local = _local(int(year), int(month), int(day_), clock)
        elif dutch := _DUTCH.match(text):
            day_, word, year, *clock = dutch.groups()
            month_ = int(word) if word.isdecimal() else MONTHS[word[:3]]
            local = _local(int(year) if len(year) == 4 else 2000 + int(year), month_, int(day_), clock)  # noqa: PLR2004  signs of a year
        else:
            return (
                datetime.fromisoformat(text.upper()).astimezone(UTC)
                if "+" in text or text.endswith("z")
                else None
            )
    except (ValueError, KeyError, OverflowError):
        return None
    return local.replace(tzinfo=here).astimezone(UTC)


def _local(year: int, month: int, day: int, clock: list[str | None]) -> datetime:
    hour, minute, second = (int(part or 0) for part in clock)
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  the city's time is put to it after
