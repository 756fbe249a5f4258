"""What routing says."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import Message, Shape, known_codes


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


Finding = Annotated[str, known_codes("violation-found", "refused", "normalised", "moved", "handed-over")]
"""What a partner found beside its outcome, where that may lead to something else."""

Opening = Annotated[str, Field(pattern=r"^[A-Za-z0-9:,; -]{1,6000}$")]
"""Such as `Mo,Tu,We,Th,Fr 09:00-17:00; Sa,Su,PH off; 2026 Dec 24 off`, in which PH is any public holiday."""

Cause = Annotated[str, known_codes("answer", "housing-stock", "policy", "decision")]
"""The new fact for which a report was assessed again."""

Withdrawal = Annotated[
    str,
    known_codes("asked-elsewhere", "asked-again", "for-the-desk", "not-needed", "report-withdrawn", "policy"),
]
"""Why a question was taken back."""


class ListedPartner(Shape):
    """Who can be asked, and when it is open, as OpenStreetMap writes that; without, it is open as the desk is."""

    partner: str
    partner_name: str
    opening: Opening | None = None


class PartnersListed(Message, name="partners.listed.v1", about="register_id"):
    """Who is in the partner register, all of them: said whenever routing starts, and so by each process of it.

    `register_id` is the same each time, so that lists stay in order.
    """

    register_id: UUID
    partners: tuple[ListedPartner, ...]
    listed_at: AwareDatetime


class FiredRule(Shape):
    """Why: the rule that spoke, its reason in words, and what it saw. No person, no address."""

    rule: str
    because: str
    facts: tuple[str, ...] = ()


class ReportAssessed(Message, name="reports.assessed.v1", about="report_id"):
    """The policy decided which tracks a report belongs to and who is asked."""

    report_id: UUID
    category: str
    tracks: tuple[Track, ...]
    partners: tuple[str, ...]
    policy_version: str
    rules: tuple[FiredRule, ...]
    instruments: tuple[str, ...] = ()
    assessed_at: AwareDatetime


class ReportReassessed(Message, name="reports.reassessed.v1", about="report_id"):
    """New facts about a report changed what the policy says. `difference` tells in Dutch what, and `revision` counts."""

    report_id: UUID
    category: str
    tracks: tuple[Track, ...]
    partners: tuple[str, ...]
    policy_version: str
    rules: tuple[FiredRule, ...]
    instruments: tuple[str, ...] = ()
    revision: int
    cause: Cause
    difference: tuple[str, ...]
    assessed_at: AwareDatetime


class ReportWanted(Message, name="reports.wanted.v1", about="report_id"):
    """Routing must ask something more about a report, and does not keep what is in it: intake tells it again."""

    report_id: UUID
    wanted_at: AwareDatetime


class AssignmentOffered(Message, name="assignments.offered.v1", about="assignment_id"):
    """A partner was asked something, with a term.

    `told_as` is the kind of organisation that the reporter may hear of; none where they may hear nothing of it.
    `replaces` is the assignment that was declined, missed or taken back, and whose place this one takes.
    `hears_clocks` says that the partner wants to hear what becomes of its clocks.
    """

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    told_as: str | None = None
    hears_clocks: bool = False
    track: Track
    lead: bool
    question: str
    replaces: UUID | None = None
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
    finding: Finding | None = None
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
    why: str | None = None
    found_at: AwareDatetime


class AssignmentHeld(Message, name="assignments.held.v1", about="assignment_id"):
    """A question waits, because of what happens on the other track. `because` is the policy's reason, in Dutch."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    because: str
    held_at: AwareDatetime


class AssignmentQueried(Message, name="assignments.queried.v1", about="assignment_id"):
    """The partner needs to know more before it can go on. What it asks comes as a note."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    queried_at: AwareDatetime


class AssignmentExpired(Message, name="assignments.expired.v1", about="assignment_id"):
    """The term is over and the partner said nothing: a person decides what next. An answer may still come."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    expired_at: AwareDatetime


class AssignmentWithdrawn(Message, name="assignments.withdrawn.v1", about="assignment_id"):
    """The question was taken back: the partner need not answer any more."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    reason: Withdrawal
    withdrawn_at: AwareDatetime


class AssignmentClarified(Message, name="assignments.clarified.v1", about="assignment_id"):
    """The desk told the partner more, as it asked: the question is with the partner again. What it said is not in here."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    clarified_at: AwareDatetime


class AssignmentAppointed(Message, name="assignments.appointed.v1", about="assignment_id"):
    """From now on this partner leads: of those who were asked about the report, it is accountable, and no other."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    appointed_at: AwareDatetime
