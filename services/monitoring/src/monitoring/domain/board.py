"""The board: what asks for attention, the most urgent first."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from monitoring.domain.attention import Attention
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
    """One line of the board. `holder` must act; for what could not be delivered that is the desk.

    `at` is when the term ends, or when a delivery was found to fail. `alerted_at` is since when it stands there so.
    """

    concern_id: UUID
    report_id: UUID
    urgency: Urgency
    promise: Promise
    holder: str
    holder_name: str | None
    at: datetime
    alerted_at: datetime
    case_id: UUID | None
    case_number: str | None
    category_name: str | None
    area_name: str | None
    attention: Attention

    @property
    def is_term(self) -> bool:
        return self.urgency is not Urgency.STRANDED


@dataclass(frozen=True, slots=True)
class Sieve:
    """What somebody wants to see of the board; none where it does not matter. `taken_by` is a person's name."""

    urgency: Urgency | None = None
    promise: Promise | None = None
    holder: str | None = None
    category_name: str | None = None
    area_name: str | None = None
    taken_by: str | None = None
    untaken: bool = False
    snoozed: bool = False


def passes(concern: Concern, sieve: Sieve) -> bool:
    """Whether it would stand on the board of who sieves so."""
    asked = (
        (sieve.urgency, concern.urgency),
        (sieve.promise, concern.promise),
        (sieve.holder, concern.holder),
        (sieve.category_name, concern.category_name),
        (sieve.area_name, concern.area_name),
        (sieve.taken_by, concern.attention.taken_by),
    )
    is_free = concern.attention.taken_by is None
    return all(want is None or want == is_so for want, is_so in asked) and (is_free or not sieve.untaken)


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to sieve by now: holders by id and name, categories, areas."""

    holders: tuple[tuple[str, str], ...]
    categories: tuple[str, ...]
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many are where. What was put off is late all the same, and counts.

    The last two are of the running week: promises ended, and those kept in time.
    """

    late: int
    almost: int
    stranded: int
    snoozed: int
    with_partner: int
    ended: int
    in_time: int

    @property
    def percent_in_time(self) -> int | None:
        """None when no promise ended."""
        return round(100 * self.in_time / self.ended) if self.ended else None
