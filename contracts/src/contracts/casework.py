"""What casework says."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.envelope import Message


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
