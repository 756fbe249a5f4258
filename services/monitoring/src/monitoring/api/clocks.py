"""The clocks over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from chassis.http import InTransaction
from chassis.principals import Principal, may
from contracts.envelope import Shape
from contracts.monitoring import Promise
from monitoring.domain.clocks import State
from monitoring.store import clocks

MayWatch = Annotated[Principal, Depends(may("deadlines:read"))]


class DeadlineOut(Shape):
    deadline_id: UUID
    report_id: UUID
    assignment_id: UUID | None
    promise: Promise
    holder: str
    holder_name: str
    started_at: datetime
    due_at: datetime
    state: State
    met_at: datetime | None


class DeadlinesOut(Shape):
    """A page of clocks. `next` is what to give as `after` for the following page; none on the last one."""

    items: list[DeadlineOut]
    next: UUID | None


def router() -> APIRouter:
    routes = APIRouter(prefix="/monitoring/v1", tags=["deadlines"])

    @routes.get("/deadlines")
    async def list_deadlines(
        tx: InTransaction,
        _reader: MayWatch,
        state: State | None = None,
        holder: Annotated[
            str | None, Query(pattern=r"^[a-z0-9-]{1,64}$", description="A partner's id, or `desk`.")
        ] = None,
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> DeadlinesOut:
        """List the clocks, oldest first."""
        found = await clocks.list_deadlines(tx, state, holder, after, limit + 1)
        page = [DeadlineOut.model_validate(one, from_attributes=True) for one in found[:limit]]
        return DeadlinesOut(items=page, next=page[-1].deadline_id if len(found) > limit else None)

    return routes
