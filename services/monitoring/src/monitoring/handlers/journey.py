"""What is said about a report is kept as a hop of its journey."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.transaction import Transaction
from contracts.casework import (
    CaseJoined,
    CaseOpened,
    TermEnded,
    TermExtended,
    TermPaused,
    TermResumed,
    TermSet,
)
from contracts.envelope import Message
from contracts.intake import FeedbackGiven, ReportRegistered, ReportReinstated, ReportWithdrawn
from contracts.monitoring import (
    AttentionTaken,
    Deadline,
    DeadlineApproaching,
    DeadlineCancelled,
    DeadlineExtended,
    DeadlineMet,
    DeadlineMissed,
    DeadlinePaused,
    DeadlineResumed,
    DeadlineStarted,
    EscalationRaised,
)
from contracts.notifications import NotificationFailed, NotificationSent
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentAppointed,
    AssignmentClarified,
    AssignmentDeclined,
    AssignmentExpired,
    AssignmentHeld,
    AssignmentOffered,
    AssignmentProgressed,
    AssignmentQueried,
    AssignmentUndeliverable,
    AssignmentWithdrawn,
    ReportAssessed,
    ReportReassessed,
    ReportWanted,
)
from monitoring.domain.journey import Hop, Journey, NoSuchJourney, in_order
from monitoring.store import clocks, journey

LONGEST_JOURNEY = 500

MOMENTS: Mapping[type[Message], str] = {
    ReportRegistered: "received_at",
    ReportWithdrawn: "withdrawn_at",
    ReportReinstated: "reinstated_at",
    FeedbackGiven: "given_at",
    ReportAssessed: "assessed_at",
    ReportReassessed: "assessed_at",
    ReportWanted: "wanted_at",
    AssignmentOffered: "offered_at",
    AssignmentAccepted: "accepted_at",
    AssignmentDeclined: "declined_at",
    AssignmentProgressed: "progressed_at",
    AssignmentAnswered: "answered_at",
    AssignmentUndeliverable: "found_at",
    AssignmentHeld: "held_at",
    AssignmentQueried: "queried_at",
    AssignmentClarified: "clarified_at",
    AssignmentExpired: "expired_at",
    AssignmentWithdrawn: "withdrawn_at",
    AssignmentAppointed: "appointed_at",
    CaseOpened: "opened_at",
    CaseJoined: "joined_at",
    TermSet: "began_at",
    TermPaused: "paused_at",
    TermResumed: "resumed_at",
    TermExtended: "extended_at",
    TermEnded: "ended_at",
    DeadlineStarted: "started_at",
    DeadlineApproaching: "warned_at",
    DeadlineMissed: "due_at",
    DeadlineMet: "met_at",
    DeadlinePaused: "paused_at",
    DeadlineResumed: "resumed_at",
    DeadlineExtended: "extended_at",
    DeadlineCancelled: "cancelled_at",
    EscalationRaised: "rung_due_at",
    AttentionTaken: "taken_at",
    NotificationSent: "sent_at",
    NotificationFailed: "failed_at",
}
"""Every open message that is a hop, and where it says when it happened."""

OWN = (Deadline, AttentionTaken)
"""What monitoring says itself, and so does not hear."""

FACTS = {
    *("channel", "imported", "solved"),
    *("tracks", "partners", "policy_version", "revision", "cause"),
    *("partner", "partner_name", "track", "lead", "reason", "outcome", "finding", "due_at"),
    *("number", "reports"),
    *("promise", "holder", "holder_name", "late", "rung", "kind", "done"),
}
"""What is kept of a message: codes, counts, moments and names of organisations. Never what somebody wrote."""


async def note(event: Message, tx: Transaction) -> None:
    """What was heard is a hop."""
    heard = tx.event
    trace_id = _trace_id(heard.traceparent)
    journey.add(tx, _hop(event, heard.id, heard.source, heard.time, tx.now, trace_id))


def announce(tx: Transaction, event: Message) -> None:
    """What monitoring says itself is a hop too: it hears everybody but itself."""
    said = tx.publish(event)
    journey.add(tx, _hop(event, str(said.id), tx.source, tx.now, tx.now, _trace_id(said.traceparent)))


async def follow(tx: Transaction, report_id: UUID) -> Journey:
    """The journey of a report, its newest hops where there are very many. NoSuchJourney."""
    about = await journey.find_report(tx, report_id)
    hops = await journey.list_newest(tx, report_id, LONGEST_JOURNEY)
    if about is None and not hops:
        raise NoSuchJourney(f"Nothing is known here of report {report_id}.")
    many = await journey.count(tx, report_id) if len(hops) == LONGEST_JOURNEY else len(hops)
    return Journey(
        report_id=report_id,
        hops=in_order(hops),
        deadlines=await clocks.list_about(tx, report_id),
        earlier=many - len(hops),
        **about or {},
    )


async def forget_journeys(tx: Transaction, kept: timedelta) -> bool:
    """Let go of journeys in which nothing happened for so long and no clock runs; whether there may be more. A job."""
    return await journey.forget(tx, tx.now - kept)


def _hop(
    event: Message, message_id: str, source: str, registered: datetime, heard: datetime, trace_id: str | None
) -> Hop:
    return Hop(
        message_id=message_id,
        report_id=getattr(event, "report_id", None),
        name=event.name,
        source=source,
        subject=event.subject,
        happened_at=getattr(event, MOMENTS.get(type(event), ""), registered),
        registered_at=registered,
        heard_at=heard,
        trace_id=trace_id,
        facts=_facts(event),
    )


def _facts(event: Message) -> dict[str, Any]:
    return event.model_dump(
        mode="json", include=FACTS, exclude_none=True, exclude_defaults=True, by_alias=True
    )


def _trace_id(traceparent: str | None) -> str | None:
    return traceparent.split("-")[1] if traceparent else None
