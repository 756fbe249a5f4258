"""Alerts for machines: who wants which, and how far each came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Webhook:
    """A server that gets alerts. `alerts` are the names of the messages that it wants."""

    name: str
    url: str
    alerts: frozenset[str]


class Stage(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert for one webhook. `event_id` is the same at every attempt, so that the receiver knows what comes again."""

    webhook: str
    event_id: str
    name: str
    body: str
    traceparent: str | None
    created_at: datetime
    next_at: datetime
    attempts: int = 0
    stage: Stage = Stage.WAITING


@dataclass(frozen=True, slots=True)
class Outlet:
    """How it stands with one way out: what waits and since when, what was given up, and why the last try failed.

    `name` is that of a mailbox or a webhook.
    """

    name: str
    waiting: int
    waiting_since: datetime | None
    given_up: int
    reason: str | None


def pause(backoff: timedelta, asked: timedelta | None) -> timedelta:
    """How long to leave a receiver alone: never shorter than it asked."""
    return max(backoff, asked or timedelta())
