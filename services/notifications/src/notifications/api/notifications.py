"""Notifications over HTTP: what was sent about a report, never to whom."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from chassis.http import InTransaction
from chassis.principals import Principal, may
from contracts.envelope import Shape
from contracts.notifications import Kind
from notifications.domain.letters import Letter, State
from notifications.store import letters

MayRead = Annotated[Principal, Depends(may("notifications:read"))]

router = APIRouter(prefix="/notifications/v1", tags=["notifications"])


class NotificationOut(Shape):
    """`next_at` is when it is tried (again) while it is queued; `reason` says why the last try did not succeed."""

    notification_id: UUID
    kind: Kind
    letter: Letter
    state: State
    tries: int
    queued_at: datetime
    next_at: datetime | None
    ended_at: datetime | None
    reason: str | None


@router.get("/notifications")
async def list_notifications(
    tx: InTransaction, _reader: MayRead, report_id: Annotated[UUID, Query(alias="reportId")]
) -> list[NotificationOut]:
    """List what was queued, sent and failed about a report, oldest first."""
    found = await letters.list_about_report(tx, report_id)
    return [NotificationOut.model_validate(one, from_attributes=True) for one in found]
