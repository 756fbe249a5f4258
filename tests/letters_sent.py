"""What tests of mail share: what partners say of a report, and what became of the letters about it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from chassis.testing import Bench
from contracts.intake import ReportRegistered
from contracts.routing import AssignmentAccepted, AssignmentAnswered, Outcome, Track
from meldketen.mailbox import Mail, Mailbox
from notifications.store import letters

Register = Callable[..., Awaitable[ReportRegistered]]
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PARTNER = "Politie Voorbeeld"


def of_assignment(report: ReportRegistered, track: Track = Track.ENFORCEMENT) -> dict[str, Any]:
    return {
        "assignment_id": uuid4(),
        "report_id": report.report_id,
        "partner": "police",
        "partner_name": PARTNER,
        "track": track,
    }


def accepted(report: ReportRegistered, track: Track = Track.ENFORCEMENT) -> AssignmentAccepted:
    return AssignmentAccepted(**of_assignment(report, track), accepted_at=NOW)


def answered(report: ReportRegistered, track: Track) -> AssignmentAnswered:
    return AssignmentAnswered(**of_assignment(report, track), outcome=Outcome.CLOSED, answered_at=NOW)


async def send_all(notifications: Bench) -> None:
    for job in ("bundle_alerts", "send_next"):
        while await notifications.turn(job):
            pass


async def states(notifications: Bench, report: ReportRegistered) -> list[tuple[str, str | None]]:
    async with notifications.transaction() as tx:
        return [(one.state, one.reason) for one in await letters.list_about_report(tx, report.report_id)]


def subjects(mailbox: Mailbox) -> list[str]:
    return [mail.subject.partition(" (")[0] for mail in mailbox.messages]


def the_only(mailbox: Mailbox) -> Mail:
    (mail,) = mailbox.messages
    return mail
