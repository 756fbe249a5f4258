"""The clocks over HTTP: how they stand, and what a person does with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime, ConfigDict, Field

from chassis.calendar import NotATerm, Term, Unit
from chassis.http import InTransaction
from chassis.principals import Principal, may
from contracts.envelope import Shape
from contracts.monitoring import Code
from monitoring.domain.aftercare import SaidElsewhere
from monitoring.domain.attention import LONGEST_TEXT
from monitoring.domain.clocks import (
    AlreadyPaused,
    BeforeItsTime,
    ClockIsOver,
    Deadline,
    NoSuchClock,
    NothingToTake,
    NotPaused,
    Promise,
    State,
    StillToCome,
    TermIsOver,
    Waiting,
)
from monitoring.domain.escalation import Rung
from monitoring.handlers import by_hand
from monitoring.handlers.clocks import Terms
from monitoring.store import clocks

REFUSALS: dict[type[Exception], int] = {
    NoSuchClock: 404,
    NotATerm: 400,
    StillToCome: 400,
    BeforeItsTime: 400,
    AlreadyPaused: 409,
    NotPaused: 409,
    NothingToTake: 409,
    ClockIsOver: 409,
    TermIsOver: 409,
    SaidElsewhere: 409,
}

MayWatch = Annotated[Principal, Depends(may("deadlines:read"))]
MayAct = Annotated[Principal, Depends(may("deadlines:act"))]


class DeadlineOut(Shape):
    """One clock. `nextAt` is when it does something by itself; `rung` is who was called last."""

    deadline_id: UUID
    report_id: UUID
    assignment_id: UUID | None
    case_id: UUID | None
    promise: Promise
    about: str | None
    holder: str
    holder_name: str
    started_at: datetime
    due_at: datetime
    amount: int | None
    unit: str
    statutory: bool
    state: State
    next_at: datetime | None
    missed_at: datetime | None
    met_at: datetime | None
    paused_at: datetime | None
    reason: str | None
    rung: Rung | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None


class DeadlinesOut(Shape):
    """A page of clocks. `next` is what to give as `after` for the following page; none on the last one."""

    items: list[DeadlineOut]
    next: UUID | None


class _Acting(Shape):
    model_config = ConfigDict(extra="forbid")


class Pausing(_Acting):
    """`at` is since when it stands still: now, where it is not given."""

    reason: Waiting
    at: AwareDatetime | None = None


class Resuming(_Acting):
    """`at` is since when it goes on: now, where it is not given."""

    at: AwareDatetime | None = None


class Extending(_Acting):
    """By how much, and why, as a code."""

    amount: int = Field(ge=1, le=10_000)
    unit: Unit
    reason: Code


class Recording(_Acting):
    """`at` is when it was done: now, where it is not given. `text` is what was seen, without names or stories."""

    at: AwareDatetime | None = None
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=r"^[^\x00]*$")] | None = None


class Cancelling(_Acting):
    """Why, as a code."""

    reason: Code


def _asked(
    state: State | None = None,
    holder: Annotated[
        str | None, Query(pattern=r"^[a-z0-9-]{1,64}$", description="A partner's id, or `desk`.")
    ] = None,
    promise: Promise | None = None,
    report_id: Annotated[UUID | None, Query(alias="reportId")] = None,
    case_id: Annotated[UUID | None, Query(alias="caseId")] = None,
    due_before: Annotated[AwareDatetime | None, Query(alias="dueBefore")] = None,
) -> clocks.Asked:
    return clocks.Asked(state, holder, promise, report_id, case_id, due_before)


def router(terms: Terms) -> APIRouter:
    routes = APIRouter(prefix="/monitoring/v1", tags=["deadlines"])

    @routes.get("/deadlines")
    async def list_deadlines(
        tx: InTransaction,
        _reader: MayWatch,
        asked: Annotated[clocks.Asked, Depends(_asked)],
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> DeadlinesOut:
        """List the clocks, oldest first."""
        return page_of(await clocks.list_deadlines(tx, asked, after, limit + 1), limit)

    @routes.get("/deadlines/{deadlineId}")
    async def get_deadline(
        deadline_id: Annotated[UUID, Path(alias="deadlineId")], tx: InTransaction, _reader: MayWatch
    ) -> DeadlineOut:
        """Give one clock."""
        return _out(await clocks.get(tx, deadline_id, lock=False))

    @routes.post("/deadlines/{deadlineId}/_pause")
    async def pause(
        deadline_id: Annotated[UUID, Path(alias="deadlineId")], body: Pausing, tx: InTransaction, _who: MayAct
    ) -> DeadlineOut:
        """Let a clock stand still: its end moves with the time that it stands."""
        return _out(await by_hand.pause(deadline_id, body.reason, body.at, tx, terms))

    @routes.post("/deadlines/{deadlineId}/_resume")
    async def resume(
        deadline_id: Annotated[UUID, Path(alias="deadlineId")],
        body: Resuming,
        tx: InTransaction,
        _who: MayAct,
    ) -> DeadlineOut:
        """Let a clock go on, to its new end."""
        return _out(await by_hand.resume(deadline_id, body.at, tx, terms))

    @routes.post("/deadlines/{deadlineId}/_extend")
    async def extend(
        deadline_id: Annotated[UUID, Path(alias="deadlineId")],
        body: Extending,
        tx: InTransaction,
        _who: MayAct,
    ) -> DeadlineOut:
        """Make a term longer."""
        by = Term(body.amount, body.unit)
        return _out(await by_hand.extend(deadline_id, by, body.reason, tx, terms))

    @routes.post("/deadlines/{deadlineId}/_cancel")
    async def cancel(
        deadline_id: Annotated[UUID, Path(alias="deadlineId")],
        body: Cancelling,
        tx: InTransaction,
        _who: MayAct,
    ) -> DeadlineOut:
        """Stop a clock that nobody waits for any more."""
        return _out(await by_hand.cancel(deadline_id, body.reason, tx))

    @routes.post("/deadlines/{deadlineId}/_acknowledge")
    async def acknowledge(
        deadline_id: Annotated[UUID, Path(alias="deadlineId")], tx: InTransaction, who: MayAct
    ) -> DeadlineOut:
        """Take a term that asks for attention: nobody else is called about it."""
        return _out(await by_hand.take(deadline_id, who.name, tx, terms))

    @routes.post("/deadlines/{deadlineId}/_record")
    async def record_aftercare(
        deadline_id: Annotated[UUID, Path(alias="deadlineId")],
        body: Recording,
        tx: InTransaction,
        who: MayAct,
    ) -> DeadlineOut:
        """Say that the check after the outcome was done: the only promise that a person says is kept."""
        return _out(await by_hand.record_aftercare(deadline_id, who.name, body.at, body.text, tx, terms))

    return routes


def page_of(found: Sequence[Deadline], limit: int) -> DeadlinesOut:
    """The first `limit` of those found; one more was asked for, to see whether there is a next page."""
    page = [_out(one) for one in found[:limit]]
    return DeadlinesOut(items=page, next=page[-1].deadline_id if len(found) > limit else None)


def _out(deadline: Deadline) -> DeadlineOut:
    return DeadlineOut.model_validate(deadline, from_attributes=True)
