"""Routing over HTTP: what was asked of whom about a report."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from chassis.http import InTransaction
from chassis.principals import Principal, may
from contracts.envelope import Shape
from routing.domain.assignments import State
from routing.store import assignments as store

MayRead = Annotated[Principal, Depends(may("assignments:read"))]

router = APIRouter(prefix="/routing/v1", tags=["assignments"])


class AssignmentOut(Shape):
    """What was asked of a partner, and how far it is."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    track: str
    lead: bool
    question: str
    state: State
    offered_at: datetime
    due_at: datetime


@router.get("/assignments")
async def list_assignments(
    report_id: Annotated[UUID, Query(alias="reportId")], tx: InTransaction, _reader: MayRead
) -> list[AssignmentOut]:
    """Give a report's assignments, the lead first."""
    found = await store.list_about(tx, report_id)
    return [AssignmentOut.model_validate(assignment, from_attributes=True) for assignment in found]
