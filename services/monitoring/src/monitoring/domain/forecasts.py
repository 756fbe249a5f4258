"""What another table of terms would mean for the clocks there are. Not one of them is touched."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from monitoring.domain.clocks import Deadline, Promise

LATER, SOONER, LATE, IN_TIME = "later", "sooner", "late", "in-time"

Row = tuple[Promise, str]
"""A promise, and who must keep it."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A clock as it is, and when it would end. `at` is when it was met or stood still, or else now."""

    clock: Deadline
    would_end_at: datetime
    at: datetime

    def changes(self) -> Iterator[str]:
        if self.would_end_at != self.clock.due_at:
            yield LATER if self.would_end_at > self.clock.due_at else SOONER
        was_late, would_be_late = self.at > self.clock.due_at, self.at > self.would_end_at
        if was_late != would_be_late:
            yield LATE if would_be_late else IN_TIME


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many clocks there are of each promise and holder, and of those what would be other; and holders' names."""

    clocks: Counter[Row] = field(default_factory=Counter)
    changes: Counter[tuple[Row, str]] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)

    def rows(self) -> list[Row]:
        """In the order of the promises, and of the names."""
        return sorted(self.clocks, key=lambda row: ([*Promise].index(row[0]), self.names[row[1]], row[1]))

    def total(self, change: str) -> int:
        return sum(self.changes[row, change] for row in self.clocks)


def count(forecast: Forecast, foreseen: Iterable[Foreseen]) -> None:
    """Add these to what was counted so far."""
    for one in foreseen:
        row = (one.clock.promise, one.clock.holder)
        forecast.names[one.clock.holder] = one.clock.holder_name
        forecast.clocks[row] += 1
        for change in one.changes():
            forecast.changes[row, change] += 1
