"""The period that is asked for in an address: one with a name, or from a day to a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from monitoring.domain.scorecards import LONGEST_DAYS, NotAPeriod, Period, Span, period_of

SPANS = {
    "90-dagen": (Span.DAYS, "Laatste 90 dagen"),
    "maand": (Span.MONTH, "Deze maand"),
    "kwartaal": (Span.QUARTER, "Dit kwartaal"),
    "jaar": (Span.YEAR, "Dit jaar"),
}
USUAL = "90-dagen"
NO_DAY = "Vul een datum in, zoals 2026-01-31."
BACKWARDS = "De laatste dag ligt voor de eerste. Kies een latere dag."
OF_ANOTHER_AGE = "Kies dagen van 2000 tot en met 2199."
TOO_LONG = "Deze periode is langer dan twee jaar. Kies een kortere."


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    """`name` is that of the span, none for days of one's own. `errors` are of a form that could not be followed.

    `since` and `until` are as they were filled in.
    """

    period: Period
    name: str | None
    since: str
    until: str
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> str:
        """The part of an address that asks the same, with its question mark; empty for the usual period."""
        if self.name is None:
            return f"?{urlencode({'van': self.since, 'tot': self.until})}"
        return "" if self.name == USUAL else f"?{urlencode({'periode': self.name})}"

    def choices(self) -> list[tuple[str, str, bool]]:
        """The periods with a name: query, words, and whether it is the one shown."""
        return [
            ("" if name == USUAL else f"?{urlencode({'periode': name})}", words, name == self.name)
            for name, (_, words) in SPANS.items()
        ]


def read(said: Mapping[str, str], today: date) -> AskedPeriod:
    """The usual period where nothing, or nothing that makes sense, was asked for."""
    since, until = (said.get(name, "").strip()[:20] for name in ("van", "tot"))
    if not since and not until:
        return _named(said.get("periode", ""), today)
    try:
        first, last = _day("van", since), _day("tot", until)
        return AskedPeriod(Period(first, last), None, since, until)
    except _NoDay as fault:
        errors = ((fault.field, NO_DAY),)
    except NotAPeriod:
        errors = (_why_not(first, last),)
    usual = period_of(Span.DAYS, today)
    return AskedPeriod(usual, USUAL, since, until, errors)


def _why_not(first: date, last: date) -> tuple[str, str]:
    if last < first:
        return "tot", BACKWARDS
    return ("tot", TOO_LONG) if (last - first).days >= LONGEST_DAYS else ("van", OF_ANOTHER_AGE)


class _NoDay(Exception):
    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def _named(name: str, today: date) -> AskedPeriod:
    known = name if name in SPANS else USUAL
    period = period_of(SPANS[known][0], today)
    return AskedPeriod(period, known, period.since.isoformat(), period.until.isoformat())


def _day(field: str, said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise _NoDay(field) from None
