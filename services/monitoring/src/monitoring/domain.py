"""Clocks: what was promised and by when, and what a clock does when its moment comes."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

DESK = "desk"


class NoSuchClock(Exception):
    """The clock that this would stop did not start: what started it may still be on its way."""


class Promise(StrEnum):
    CONFIRMATION = "confirmation"
    FIRST_ANSWER = "first-answer"


class State(StrEnum):
    RUNNING = "running"
    WARNED = "warned"
    MISSED = "missed"
    MET = "met"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock. `next_at` is when it does something by itself; none when it will do nothing more."""

    deadline_id: UUID
    report_id: UUID
    promise: Promise
    holder: str
    holder_name: str
    started_at: datetime
    due_at: datetime
    assignment_id: UUID | None = None
    state: State = State.RUNNING
    next_at: datetime | None = None
    alerted_at: datetime | None = None
    met_at: datetime | None = None


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


def start(deadline: Deadline, warn_share: float) -> Deadline:
    """Set the clock to its first moment: when `warn_share` of its term is over."""
    return replace(deadline, next_at=warn_at(deadline.started_at, deadline.due_at, warn_share))


def warn_at(started_at: datetime, due_at: datetime, share: float) -> datetime:
    """When this share of the term is over."""
    return started_at + (due_at - started_at) * share


def fire(deadline: Deadline, now: datetime) -> Deadline:
    """What a clock does at its moment: warn, and at the end of the term be missed.

    A clock that is looked at too late for its warning goes without: "nearly late" would not be true any more.
    """
    if deadline.next_at is None or now < deadline.next_at:
        return deadline
    if now >= deadline.due_at:
        return replace(deadline, state=State.MISSED, next_at=None, alerted_at=now)
    return replace(deadline, state=State.WARNED, next_at=deadline.due_at, alerted_at=now)


def meet(deadline: Deadline, at: datetime) -> Deadline:
    """What was promised came `at` this moment. Only the first time counts."""
    if deadline.state is State.MET:
        return deadline
    return replace(deadline, state=State.MET, next_at=None, met_at=at)


def is_late(deadline: Deadline) -> bool:
    """Whether it came after the term, by when it came and not by when the hub heard of it."""
    return deadline.met_at is not None and deadline.met_at > deadline.due_at


def by_urgency(concern: Concern) -> tuple[Urgency, datetime]:
    """The key that sorts the board: the gravest kind first, and within it what waits longest."""
    return concern.urgency, concern.at
