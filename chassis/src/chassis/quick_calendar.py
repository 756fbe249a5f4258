"""A calendar for demonstrations, in which nobody sleeps."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.calendar import WORKING_DAY, Term, Unit


@dataclass(frozen=True, slots=True)
class QuickCalendar:
    """A calendar for demonstrations, in which a day lasts seconds, of which an hour has its share."""

    day: timedelta

    def end(self, term: Term, start: datetime) -> datetime:
        return self.counted_to(term, start)

    def counted_to(self, term: Term, start: datetime) -> datetime:
        days = {Unit.HOURS: 1 / 24, Unit.WORKING_HOURS: 1 / 8, Unit.WEEKS: 7, Unit.MONTHS: 30}
        return start + self.day * (term.amount * days.get(term.unit, 1))

    def left(self, unit: Unit, counted_to: datetime, now: datetime) -> int:  # noqa: ARG002  one scale for all units
        """Microseconds: a day may last one second."""
        return max(timedelta(), counted_to - now) // timedelta(microseconds=1)

    def resumed(self, unit: Unit, left: int, now: datetime) -> datetime:  # noqa: ARG002  one scale for all units
        return now + timedelta(microseconds=left)

    def moved(self, counted_to: datetime) -> datetime:
        return counted_to

    def worked(self, start: datetime, end: datetime) -> timedelta:
        return max(timedelta(), end - start) / self.day * WORKING_DAY

    def opened(self, opening: str | None) -> "QuickCalendar":  # noqa: ARG002  in a demonstration all are always open
        return self
