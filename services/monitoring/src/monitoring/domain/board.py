"""The board: what asks for attention, the most urgent first."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from monitoring.domain.clocks import Promise


@dataclass(frozen=True, slots=True)
class Stranded:
    """What the hub could not deliver, so that a person must: a question to a partner, or word to the reporter."""

    stranded_id: UUID
    report_id: UUID
    promise: Promise
    partner_name: str | None
    found_at: datetime


class Urgency(IntEnum):
    """The order of the board: what is late, what is nearly late, what nobody will bring unless a person does."""

    LATE = 0
    ALMOST = 1
    STRANDED = 2


@dataclass(frozen=True, slots=True)
class Concern:
    """One line of the board. `at` is when the term ends, or when a delivery was found to fail."""

    concern_id: UUID
    report_id: UUID
    urgency: Urgency
    promise: Promise
    holder_name: str | None
    at: datetime
    alerted_at: datetime
    case_id: UUID | None
    case_number: str | None
    category_name: str | None
    area_name: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many clocks are where. The last two are of the running week: promises ended, and those kept in time."""

    late: int
    almost: int
    with_partner: int
    ended: int
    in_time: int

    @property
    def percent_in_time(self) -> int | None:
        """None when no promise ended."""
        return round(100 * self.in_time / self.ended) if self.ended else None


def by_urgency(concern: Concern) -> tuple[Urgency, datetime]:
    """The key that sorts the board: the gravest kind first, and within it what waits longest."""
    return concern.urgency, concern.at
