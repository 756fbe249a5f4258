"""What goes to a partner by another way than its queue, and how far it came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from routing.domain.partners import Channel

GIVE_UP_AFTER = timedelta(hours=24)


class Kind(StrEnum):
    """A sequel is what comes after the question and before its end: a link to a case, more information."""

    QUESTION = "question"
    WITHDRAWAL = "withdrawal"
    SEQUEL = "sequel"


class Stage(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class Delivery:
    """`event_id` is the same at every attempt, so that the receiver knows what comes again. `body` is what it gets; none for mail."""

    event_id: UUID
    assignment_id: UUID
    partner: str
    channel: Channel
    kind: Kind
    body: bytes | None
    traceparent: str | None
    created_at: datetime
    next_at: datetime
    attempts: int = 0
    stage: Stage = Stage.WAITING
    id: int | None = None
