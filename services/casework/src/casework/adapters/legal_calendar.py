"""The Algemene termijnenwet, as the chassis knows it, for terms of the law."""

from datetime import UTC, date, datetime, time

from casework.domain.law import LegalTerm, LegalUnit
from chassis.calendar import HERE, DutchCalendar, Term, Unit

UNITS = {
    LegalUnit.DAYS: Unit.CALENDAR_DAYS,
    LegalUnit.WEEKS: Unit.WEEKS,
    LegalUnit.MONTHS: Unit.MONTHS,
}
NOON = time(12)


class StatutoryCalendar:
    """Moves the end of short terms; a term of years is never short."""

    def __init__(self, calendar: DutchCalendar | None = None) -> None:
        self._calendar = calendar or DutchCalendar()

    def moved(self, term: LegalTerm, counted_to: date) -> date:
        unit = UNITS.get(term.unit)
        if unit is None or not Term(term.amount, unit, statutory=True).runs_on:
            return counted_to
        ends = datetime.combine(counted_to, NOON, HERE).astimezone(UTC)
        return self._calendar.moved(ends).astimezone(HERE).date()
