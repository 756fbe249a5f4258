"""What routing says."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from contracts.envelope import Message, Shape


class Track(StrEnum):
    CARE = "care"
    ENFORCEMENT = "enforcement"


class DeclineReason(StrEnum):
    NOT_OURS = "not-ours"
    NO_CAPACITY = "no-capacity"
    NOT_ENOUGH_FACTS = "not-enough-facts"
    ALREADY_HANDLED = "already-handled"
    OTHER = "other"


class Outcome(StrEnum):
    """What a partner's work came to, without its content."""

    SOLVED = "solved"
    MEASURE_TAKEN = "measure-taken"
    HELP_OFFERED = "help-offered"
    UNFOUNDED = "unfounded"
    NOT_SOLVED = "not-solved"
    CLOSED = "closed"


class Hindrance(StrEnum):
    """Why a partner cannot be asked by the hub."""

    NOT_CONNECTED = "not-connected"
    NO_COVENANT = "no-covenant"
    FOR_THE_DESK = "for-the-desk"


class FiredRule(Shape):
    """Why: the rule that spoke, and its reason in words."""

    rule: str
    because: str


class ReportAssessed(Message, name="reports.assessed.v1", about="report_id"):
    """The policy decided which tracks a report belongs to and who is asked."""

    report_id: UUID
    category: str
    tracks: tuple[Track, ...]
    partners: tuple[str, ...]
    policy_version: str
    rules: tuple[FiredRule, ...]
    assessed_at: AwareDatetime


class AssignmentOffered(Message, name="assignments.offered.v1", about="assignment_id"):
    """A partner was asked something, with a term.

    `told_as` is the kind of organisation that the reporter may hear of; none where they may hear nothing of it.
    """

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    told_as: str | None = None
    track: Track
    lead: bool
    question: str
    offered_at: AwareDatetime
    due_at: AwareDatetime


class AssignmentAccepted(Message, name="assignments.accepted.v1", about="assignment_id"):
    """The partner takes it up."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    accepted_at: AwareDatetime


class AssignmentDeclined(Message, name="assignments.declined.v1", about="assignment_id"):
    """The partner does not take it up: a person decides what next."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    reason: DeclineReason
    declined_at: AwareDatetime


class AssignmentProgressed(Message, name="assignments.progressed.v1", about="assignment_id"):
    """The partner is at work."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    progressed_at: AwareDatetime


class AssignmentAnswered(Message, name="assignments.answered.v1", about="assignment_id"):
    """The partner is done, with an outcome."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    outcome: Outcome
    answered_at: AwareDatetime


class AssignmentNoted(Message, name="assignments.noted.v1", about="assignment_id"):
    """What the partner wrote beside its answer. Confidential: it is free text about people."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    text: str
    noted_at: AwareDatetime


class AssignmentUndeliverable(Message, name="assignments.undeliverable.v1", about="assignment_id"):
    """The policy names a partner that the hub cannot reach: a person must ask it."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    reason: Hindrance
    found_at: AwareDatetime
