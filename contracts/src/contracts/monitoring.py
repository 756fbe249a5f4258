"""What monitoring says."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.envelope import Message


class Promise(StrEnum):
    """What a clock watches."""

    CONFIRMATION = "confirmation"
    FIRST_ANSWER = "first-answer"


class Deadline(Message):
    """One clock. `holder` is who must act: a partner's id, or `desk`. `due_at` is the promise, whatever ran late."""

    deadline_id: UUID
    report_id: UUID
    assignment_id: UUID | None = None
    promise: Promise
    holder: str
    holder_name: str
    due_at: datetime


class DeadlineStarted(Deadline, name="deadlines.started.v1", about="deadline_id"):
    """A promise was made and its clock runs."""

    started_at: datetime


class DeadlineApproaching(Deadline, name="deadlines.approaching.v1", about="deadline_id"):
    """The term is nearly over."""

    warned_at: datetime


class DeadlineMissed(Deadline, name="deadlines.missed.v1", about="deadline_id"):
    """The term is over and nothing came."""

    missed_at: datetime


class DeadlineMet(Deadline, name="deadlines.met.v1", about="deadline_id"):
    """What was promised came, in time or late."""

    met_at: datetime
    late: bool
