"""What monitoring says."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

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
    due_at: AwareDatetime


class DeadlineStarted(Deadline, name="deadlines.started.v1", about="deadline_id"):
    """A promise was made and its clock runs."""

    started_at: AwareDatetime


class DeadlineApproaching(Deadline, name="deadlines.approaching.v1", about="deadline_id"):
    """The term is nearly over."""

    warned_at: AwareDatetime


class DeadlineMissed(Deadline, name="deadlines.missed.v1", about="deadline_id"):
    """The term is over and nothing came."""

    missed_at: AwareDatetime


class DeadlineMet(Deadline, name="deadlines.met.v1", about="deadline_id"):
    """What was promised came, in time or late."""

    met_at: AwareDatetime
    late: bool


class AttentionTaken(Message, name="attention.taken.v1", about="deadline_id"):
    """A person took up a deadline that is late or nearly so: nobody else need be called about it."""

    deadline_id: UUID
    report_id: UUID
    promise: Promise
    holder: str
    holder_name: str
    taken_at: AwareDatetime
