"""What casework says."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import Message, known_codes
from contracts.monitoring import Code, Standstill

CaseTerm = Annotated[str, known_codes("step", "statutory", "aftercare")]
"""What a term of a case is about: a step of our own, one that a law sets, or the check afterwards."""

TermUnit = Annotated[
    str, known_codes("hours", "working-hours", "working-days", "calendar-days", "weeks", "months")
]


class CaseOpened(Message, name="cases.opened.v1", about="case_id"):
    """A case began with a first report."""

    case_id: UUID
    number: str
    report_id: UUID
    opened_at: AwareDatetime


class CaseJoined(Message, name="cases.joined.v1", about="case_id"):
    """A report was joined to the open case at its address."""

    case_id: UUID
    number: str
    report_id: UUID
    reports: int
    joined_at: AwareDatetime


class TermSet(Message, name="terms.set.v1", about="term_id"):
    """A case has a term, to be watched from `began_at`. Casework does not say it yet.

    `what` names the step or the article. `report_id` is the report that the case is told about under. Without an
    amount and a unit the desk's table of terms says how long it is.
    """

    term_id: UUID
    case_id: UUID
    report_id: UUID
    promise: CaseTerm
    what: Code
    holder: str
    holder_name: str
    amount: Annotated[int, Field(ge=1, le=10_000)] | None = None
    unit: TermUnit | None = None
    statutory: bool = False
    began_at: AwareDatetime


class TermPaused(Message, name="terms.paused.v1", about="term_id"):
    """A term of a case stands still."""

    term_id: UUID
    reason: Standstill
    paused_at: AwareDatetime


class TermResumed(Message, name="terms.resumed.v1", about="term_id"):
    """A term of a case goes on."""

    term_id: UUID
    resumed_at: AwareDatetime


class TermExtended(Message, name="terms.extended.v1", about="term_id"):
    """A term of a case was made longer by so much."""

    term_id: UUID
    amount: int = Field(ge=1, le=10_000)
    unit: TermUnit
    statutory: bool = False
    reason: Code
    extended_at: AwareDatetime


class TermEnded(Message, name="terms.ended.v1", about="term_id"):
    """What a term of a case was set for was done, or need not be done any more."""

    term_id: UUID
    done: bool
    reason: Code | None = None
    ended_at: AwareDatetime
