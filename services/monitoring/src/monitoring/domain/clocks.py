"""Clocks: what was promised and by when, and what a clock does when its moment comes."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
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
