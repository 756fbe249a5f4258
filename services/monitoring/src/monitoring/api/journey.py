"""The journey of a report over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path

from chassis.http import InTransaction
from chassis.principals import Principal, may
from contracts.envelope import Shape
from monitoring.api.clocks import DeadlineOut
from monitoring.domain.journey import Hop
from monitoring.handlers.journey import follow

MayFollow = Annotated[Principal, Depends(may("journey:read"))]
TECHNICAL = "journey:read-technical"


class HopOut(Shape):
    """One message about the report. The last four are for who has the scope `journey:read-technical`."""

    name: str
    happened_at: datetime
    registered_at: datetime
    heard_at: datetime
    service: str
    facts: dict[str, Any]
    message_id: str | None = None
    trace_id: str | None = None
    source: str | None = None
    subject: str | None = None


class JourneyOut(Shape):
    """Hops in the order in which things happened. `earlier` counts the oldest that are left out: above 500 hops."""

    report_id: UUID
    case_id: UUID | None
    case_number: str | None
    category_name: str | None
    area_name: str | None
    hops: list[HopOut]
    earlier: int
    deadlines: list[DeadlineOut]


def router() -> APIRouter:
    routes = APIRouter(prefix="/monitoring/v1", tags=["journeys"])

    @routes.get("/reports/{reportId}/journey")
    async def get_journey(
        report_id: Annotated[UUID, Path(alias="reportId")], tx: InTransaction, reader: MayFollow
    ) -> JourneyOut:
        """Tell what happened to a report, hop by hop."""
        found = await follow(tx, report_id)
        whole = JourneyOut.model_validate(found, from_attributes=True)
        if TECHNICAL in reader.scopes:
            return whole
        return whole.model_copy(update={"hops": [_without_envelope(hop) for hop in found.hops]})

    return routes


def _without_envelope(hop: Hop) -> HopOut:
    kept = ("name", "happened_at", "registered_at", "heard_at", "service", "facts")
    return HopOut(**{name: getattr(hop, name) for name in kept})
