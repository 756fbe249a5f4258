"""Running clocks are put on other terms because somebody asked for it, and for no other reason."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from monitoring.domain.clocks import OVER, Deadline


class NoSuchTransfer(Exception):
    """There is no such transfer."""


class TransferUnderWay(Exception):
    """Another transfer is not done yet."""


class TermsChangedMeanwhile(Exception):
    """Other terms came into force since you looked."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Who asked for it, why, and how far it is: `seen` clocks were looked at, up to and with `at_clock`."""

    transfer_id: UUID
    version: str
    also_sooner: bool
    why: str
    asked_by: str
    asked_at: datetime
    at_clock: UUID | None = None
    seen: int = 0
    later: int = 0
    sooner: int = 0
    ended_at: datetime | None = None


def can_move(clock: Deadline, now: datetime) -> bool:
    """What is over stays over."""
    is_over = clock.state in OVER or clock.missed_at is not None
    return not is_over and (clock.paused_at or now) < clock.due_at


def moves(clock: Deadline, due_at: datetime, now: datetime, *, also_sooner: bool) -> bool:
    """Whether it gets this end: one that comes sooner only where that was asked for."""
    return can_move(clock, now) and (due_at > clock.due_at or (also_sooner and due_at < clock.due_at))
