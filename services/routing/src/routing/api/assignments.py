"""Routing over HTTP: what was asked of whom about a report, and what a person decides about it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import ConfigDict, Field

from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.transaction import Transaction
from contracts.envelope import Shape
from contracts.routing import Outcome, Track
from routing.domain.assignments import Assignment, NoSuchAssignment, State
from routing.domain.directing import (
    Act,
    ActRefused,
    ChangedMeanwhile,
    UnknownPartner,
    Why,
    acts_on,
    mark_of,
)
from routing.handlers import directing
from routing.handlers.asking import Desk
from routing.handlers.directing import Wish
from routing.store import assignments as store

REFUSALS: dict[type[Exception], int] = {
    NoSuchAssignment: 404,
    UnknownPartner: 400,
    ActRefused: 409,
    ChangedMeanwhile: 409,
}

MayRead = Annotated[Principal, Depends(may("assignments:read"))]
MayDirect = Annotated[Principal, Depends(may("assignments:direct"))]
Days = Annotated[int, Field(ge=1, le=60, description="The term in working days.")]


class AssignmentOut(Shape):
    """What was asked of a partner, how far it is, and what can be decided about it. `mark` changes when it does."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    track: Track
    lead: bool
    question: str
    state: State
    offered_at: datetime
    due_at: datetime
    changed_at: datetime
    reason: str | None
    finding: str | None
    replaces: UUID | None
    mark: str
    acts: tuple[Act, ...]


class _Deciding(Shape):
    """`mark` is that of the assignment as you saw it: where it changed since, nothing is done."""

    model_config = ConfigDict(extra="forbid")

    mark: str | None = None


class Reasoned(_Deciding):
    why: Why


class AskingAnother(Reasoned):
    partner: str
    days: Days = 5


class AskingAgain(Reasoned):
    days: Days = 5


class Clarifying(_Deciding):
    """What the partner wanted to know. It goes to the partner and is not kept."""

    text: str = Field(min_length=1, max_length=2000)


class Concluding(_Deciding):
    outcome: Outcome
    finding: str | None = Field(None, pattern=r"^[a-z][a-z-]{1,39}$")


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(prefix="/routing/v1", tags=["assignments"])

    @routes.get("/assignments")
    async def list_assignments(
        report_id: Annotated[UUID, Query(alias="reportId")], tx: InTransaction, _reader: MayRead
    ) -> list[AssignmentOut]:
        """Give a report's assignments, the lead first."""
        found = await store.list_about(tx, report_id)
        return [_out(one, found) for one in found]

    @routes.get("/assignments/{assignmentId}")
    async def get_assignment(
        assignment_id: Annotated[UUID, Path(alias="assignmentId")], tx: InTransaction, _reader: MayRead
    ) -> AssignmentOut:
        """Give one assignment, with what can be decided about it."""
        return await _newest(assignment_id, tx)

    @routes.post("/assignments/{assignmentId}/_withdraw")
    async def take_back(
        assignment_id: Annotated[UUID, Path(alias="assignmentId")],
        body: Reasoned,
        tx: InTransaction,
        who: MayDirect,
    ) -> AssignmentOut:
        """Take a question back from a partner."""
        await directing.take_question_back(_wish(assignment_id, body, who), tx, desk)
        return await _newest(assignment_id, tx)

    @routes.post("/assignments/{assignmentId}/_reassign")
    async def ask_another(
        assignment_id: Annotated[UUID, Path(alias="assignmentId")],
        body: AskingAnother,
        tx: InTransaction,
        who: MayDirect,
    ) -> AssignmentOut:
        """Ask another partner instead; give the new assignment."""
        wish = _wish(assignment_id, body, who)
        new = await directing.ask_another(wish, body.partner, body.days, tx, desk)
        return await _newest(new.assignment_id, tx)

    @routes.post("/assignments/{assignmentId}/_repeat")
    async def ask_again(
        assignment_id: Annotated[UUID, Path(alias="assignmentId")],
        body: AskingAgain,
        tx: InTransaction,
        who: MayDirect,
    ) -> AssignmentOut:
        """Ask the same partner once more, with a new term; give the new assignment."""
        new = await directing.ask_again(_wish(assignment_id, body, who), body.days, tx, desk)
        return await _newest(new.assignment_id, tx)

    @routes.post("/assignments/{assignmentId}/_clarify")
    async def clarify(
        assignment_id: Annotated[UUID, Path(alias="assignmentId")],
        body: Clarifying,
        tx: InTransaction,
        who: MayDirect,
    ) -> AssignmentOut:
        """Tell the partner what it wanted to know."""
        await directing.clarify(_wish(assignment_id, body, who), body.text, tx, desk)
        return await _newest(assignment_id, tx)

    @routes.post("/assignments/{assignmentId}/_adopt")
    async def take_over(
        assignment_id: Annotated[UUID, Path(alias="assignmentId")],
        body: Reasoned,
        tx: InTransaction,
        who: MayDirect,
    ) -> AssignmentOut:
        """Let the desk do it itself; give the desk's assignment."""
        new = await directing.take_over(_wish(assignment_id, body, who), tx, desk)
        return await _newest(new.assignment_id, tx)

    @routes.post("/assignments/{assignmentId}/_conclude")
    async def conclude(
        assignment_id: Annotated[UUID, Path(alias="assignmentId")],
        body: Concluding,
        tx: InTransaction,
        who: MayDirect,
    ) -> AssignmentOut:
        """Say what the desk's own work came to."""
        wish = _wish(assignment_id, body, who)
        await directing.conclude(wish, body.outcome, body.finding, tx, desk)
        return await _newest(assignment_id, tx)

    @routes.post("/assignments/{assignmentId}/_appoint")
    async def give_lead(
        assignment_id: Annotated[UUID, Path(alias="assignmentId")],
        body: Reasoned,
        tx: InTransaction,
        who: MayDirect,
    ) -> AssignmentOut:
        """Make this partner accountable for the report, instead of who is now."""
        await directing.give_lead(_wish(assignment_id, body, who), tx, desk)
        return await _newest(assignment_id, tx)

    return routes


def _wish(assignment_id: UUID, body: _Deciding, who: Principal) -> Wish:
    return Wish(assignment_id, who.name, getattr(body, "why", None), body.mark)


async def _newest(assignment_id: UUID, tx: Transaction) -> AssignmentOut:
    found = await store.list_with(tx, assignment_id, lock=False)
    return _out(next(one for one in found if one.assignment_id == assignment_id), found)


def _out(one: Assignment, all_of_it: list[Assignment]) -> AssignmentOut:
    known = {name: getattr(one, name) for name in AssignmentOut.model_fields if hasattr(one, name)}
    return AssignmentOut(**known, mark=mark_of(one, all_of_it), acts=acts_on(one, all_of_it))
