"""What the rest of the chain says to monitoring, about one report with one question to one partner."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from chassis.testing import Bench
from contracts.casework import CaseOpened
from contracts.intake import Area, Channel, ReportRegistered
from contracts.notifications import Failure, Kind, NotificationFailed, NotificationSent
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentClarified,
    AssignmentDeclined,
    AssignmentOffered,
    AssignmentProgressed,
    AssignmentQueried,
    AssignmentUndeliverable,
    AssignmentWithdrawn,
    DeclineReason,
    Hindrance,
    Outcome,
    Track,
)

OnBench = Callable[..., Awaitable[Bench]]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Chain:
    report_id: UUID
    assignment_id: UUID
    began: datetime
    partner: str = "police"
    partner_name: str = "Politie"

    def after(self, hours: float) -> datetime:
        return self.began + timedelta(hours=hours)

    def registered(self, *, reachable: bool = True) -> ReportRegistered:
        return ReportRegistered(
            report_id=self.report_id,
            category="GEL-ERNST",
            category_name="Geluid, ernstig of herhaald",
            channel=Channel.WEB,
            received_at=self.began,
            area=Area(code="BU05180001", name="Demobuurt-Noord", year=2026),
            reachable=reachable,
        )

    def confirmed(self, hours: float, kind: Kind = Kind.CONFIRMATION) -> NotificationSent:
        return NotificationSent(
            notification_id=uuid4(), report_id=self.report_id, kind=kind, sent_at=self.after(hours)
        )

    def confirmation_failed(self) -> NotificationFailed:
        return NotificationFailed(
            notification_id=uuid4(),
            report_id=self.report_id,
            kind=Kind.CONFIRMATION,
            reason=Failure.REFUSED,
            failed_at=self.began,
        )

    def offered(self, *, hours: float = 4) -> AssignmentOffered:
        return AssignmentOffered(
            assignment_id=self.assignment_id,
            report_id=self.report_id,
            partner=self.partner,
            partner_name=self.partner_name,
            track=Track.ENFORCEMENT,
            lead=True,
            question="Kent u dit adres?",
            offered_at=self.began,
            due_at=self.after(hours),
        )

    def accepted(self, hours: float) -> AssignmentAccepted:
        return AssignmentAccepted(
            assignment_id=self.assignment_id,
            report_id=self.report_id,
            partner=self.partner,
            partner_name=self.partner_name,
            track=Track.ENFORCEMENT,
            accepted_at=self.after(hours),
        )

    def declined(self, hours: float) -> AssignmentDeclined:
        return AssignmentDeclined(
            assignment_id=self.assignment_id,
            report_id=self.report_id,
            partner=self.partner,
            partner_name=self.partner_name,
            track=Track.ENFORCEMENT,
            reason=DeclineReason.NOT_OURS,
            declined_at=self.after(hours),
        )

    def answered(self, hours: float) -> AssignmentAnswered:
        return AssignmentAnswered(
            assignment_id=self.assignment_id,
            report_id=self.report_id,
            partner=self.partner,
            partner_name=self.partner_name,
            track=Track.ENFORCEMENT,
            outcome=Outcome.SOLVED,
            answered_at=self.after(hours),
        )

    def queried(self, hours: float) -> AssignmentQueried:
        return AssignmentQueried(
            assignment_id=self.assignment_id,
            report_id=self.report_id,
            partner=self.partner,
            partner_name=self.partner_name,
            track=Track.ENFORCEMENT,
            queried_at=self.after(hours),
        )

    def progressed(self, hours: float) -> AssignmentProgressed:
        return AssignmentProgressed(
            assignment_id=self.assignment_id,
            report_id=self.report_id,
            partner=self.partner,
            partner_name=self.partner_name,
            track=Track.ENFORCEMENT,
            progressed_at=self.after(hours),
        )

    def clarified(self, hours: float) -> AssignmentClarified:
        return AssignmentClarified(
            assignment_id=self.assignment_id,
            report_id=self.report_id,
            partner=self.partner,
            partner_name=self.partner_name,
            track=Track.ENFORCEMENT,
            clarified_at=self.after(hours),
        )

    def withdrawn(self, hours: float) -> AssignmentWithdrawn:
        return AssignmentWithdrawn(
            assignment_id=self.assignment_id,
            report_id=self.report_id,
            partner=self.partner,
            partner_name=self.partner_name,
            track=Track.ENFORCEMENT,
            reason="asked-elsewhere",
            withdrawn_at=self.after(hours),
        )

    def undeliverable(self) -> AssignmentUndeliverable:
        return AssignmentUndeliverable(
            assignment_id=self.assignment_id,
            report_id=self.report_id,
            partner=self.partner,
            partner_name=self.partner_name,
            track=Track.CARE,
            reason=Hindrance.NOT_CONNECTED,
            found_at=self.began,
        )

    def opened(self, number: str = "2026-000451") -> CaseOpened:
        return CaseOpened(
            case_id=self.report_id, number=number, report_id=self.report_id, opened_at=self.began
        )


@pytest.fixture
def chain() -> Chain:
    return Chain(uuid4(), uuid4(), NOON)


@pytest.fixture
async def monitoring(on_bench: OnBench) -> Bench:
    service = await on_bench("monitoring")
    service.at(NOON)
    return service
