"""What monitoring says."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import Message, known_codes


class Promise(StrEnum):
    """What a clock watches, as far as is known here: a reader takes others too."""

    CONFIRMATION = "confirmation"
    FIRST_ANSWER = "first-answer"
    RESULT = "result"
    STEP = "step"
    STATUTORY = "statutory"
    FIRST_ACTION = "first-action"
    OUTCOME = "outcome"
    AFTERCARE = "aftercare"


Promised = Annotated[str, known_codes(*Promise)]

Standstill = Annotated[str, known_codes("reporter", "court", "prosecution", "partner", "other")]
"""Whom or what a clock that stands still waits for."""

Rung = Annotated[str, known_codes("partner", "director", "coordinator")]
"""Who hears of a silence."""

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9:.-]{0,63}$")]
"""A word of whoever gave the reason, the step or the article: never free text."""


class Deadline(Message):
    """One clock. `holder` is who must act: a partner's id, or `desk`. `due_at` is the promise, whatever ran late.

    `about` is the step or the article of a case's term.
    """

    deadline_id: UUID
    report_id: UUID
    assignment_id: UUID | None = None
    case_id: UUID | None = None
    promise: Promised
    about: Code | None = None
    holder: str
    holder_name: str
    due_at: AwareDatetime


class DeadlineStarted(Deadline, name="deadlines.started.v2", about="deadline_id"):
    """A promise was made and its clock runs."""

    started_at: AwareDatetime


class DeadlineApproaching(Deadline, name="deadlines.approaching.v2", about="deadline_id"):
    """The term is nearly over. `warned_at` is when that was said, which is later where we were away."""

    warned_at: AwareDatetime


class DeadlineMissed(Deadline, name="deadlines.missed.v2", about="deadline_id"):
    """The term is over and nothing came. It ended at `due_at`; `missed_at` is when that was said."""

    missed_at: AwareDatetime


class DeadlineMet(Deadline, name="deadlines.met.v2", about="deadline_id"):
    """What was promised came, in time or late."""

    met_at: AwareDatetime
    late: bool


class DeadlinePaused(Deadline, name="deadlines.paused.v1", about="deadline_id"):
    """The clock stands still. `due_at` holds no more: the end moves with the time that it stands."""

    reason: Standstill
    paused_at: AwareDatetime


class DeadlineResumed(Deadline, name="deadlines.resumed.v1", about="deadline_id"):
    """The clock goes on, to a new end."""

    resumed_at: AwareDatetime


class DeadlineExtended(Deadline, name="deadlines.extended.v1", about="deadline_id"):
    """The term got another end: it was made longer, or a person put running clocks on new terms (`new-terms`)."""

    reason: Code
    extended_at: AwareDatetime


class DeadlineCancelled(Deadline, name="deadlines.cancelled.v1", about="deadline_id"):
    """Nobody waits for it any more."""

    reason: Code
    cancelled_at: AwareDatetime


class EscalationRaised(Deadline, name="escalations.raised.v1", about="deadline_id"):
    """The term was missed, and nobody took it: the next one is called. `rung_due_at` is when it was time for that."""

    rung: Rung
    rung_due_at: AwareDatetime
    raised_at: AwareDatetime


class AttentionTaken(Message, name="attention.taken.v1", about="deadline_id"):
    """A person took up a deadline that is late or nearly so: nobody else need be called about it."""

    deadline_id: UUID
    report_id: UUID
    promise: Promised
    holder: str
    holder_name: str
    taken_at: AwareDatetime
