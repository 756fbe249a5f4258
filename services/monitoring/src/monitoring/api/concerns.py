"""The board over HTTP: what asks for attention, and what is done about it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime, ConfigDict, Field

from chassis.bulk import fields_of
from chassis.http import InTransaction
from chassis.principals import Principal, may
from contracts.envelope import PLAIN, Shape
from monitoring.domain.attention import LONGEST_TEXT, Act, Deed, NoSuchConcern, SnoozeReason
from monitoring.domain.board import Concern, Sieve, Urgency
from monitoring.domain.clocks import Promise
from monitoring.handlers.attention import attend
from monitoring.handlers.clocks import Terms
from monitoring.store import attention, board

MayWatch = Annotated[Principal, Depends(may("deadlines:read"))]
MayAct = Annotated[Principal, Depends(may("deadlines:act"))]
Word = Annotated[str | None, Query(pattern=PLAIN, max_length=200)]


class UrgencyOut(StrEnum):
    LATE = "late"
    ALMOST = "almost"
    STRANDED = "stranded"


class ConcernOut(Shape):
    """One line of the board. `revision` is what to give as `seen` with a deed."""

    concern_id: UUID
    report_id: UUID
    urgency: UrgencyOut
    promise: Promise
    holder: str
    holder_name: str | None
    at: datetime
    alerted_at: datetime
    case_id: UUID | None
    case_number: str | None
    category_name: str | None
    area_name: str | None
    taken_by: str | None
    taken_at: datetime | None
    snoozed_until: datetime | None
    revision: int


class ConcernsOut(Shape):
    """A page of the board, the most urgent first, and how many lines there are."""

    items: list[ConcernOut]
    total: int


class DeedIn(Shape):
    """What is done. `seen` is the revision that was seen: where somebody was first, nothing is done."""

    model_config = ConfigDict(extra="forbid")

    act: Literal[Act.TAKE, Act.TAKE_OVER, Act.LET_GO, Act.SNOOZE, Act.WAKE, Act.NOTE]
    seen: int | None = None
    until: AwareDatetime | None = None
    why: SnoozeReason | None = None
    text: Annotated[str, Field(pattern=r"^[^\x00]+$", max_length=LONGEST_TEXT)] | None = None


class DeedOut(Shape):
    act: Act
    who: str | None
    at: datetime
    until: datetime | None
    why: SnoozeReason | None
    text: str | None


def router(terms: Terms) -> APIRouter:
    routes = APIRouter(prefix="/monitoring/v1", tags=["concerns"])

    @routes.get("/concerns")
    async def list_concerns(
        tx: InTransaction,
        _reader: MayWatch,
        sieve: Annotated[Sieve, Depends(_sieve)],
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
        page_size: Annotated[int, Query(alias="pageSize", ge=1, le=100)] = 50,
    ) -> ConcernsOut:
        """List what asks for attention, as the board has it."""
        found = await board.list_concerns(tx, sieve, page_size, (page - 1) * page_size)
        return ConcernsOut(items=[_out(one) for one in found], total=await board.count_concerns(tx, sieve))

    @routes.get("/concerns/{concernId}/deeds")
    async def list_deeds(
        concern_id: Annotated[UUID, Path(alias="concernId")], tx: InTransaction, _reader: MayWatch
    ) -> list[DeedOut]:
        """Give what was done about it, newest first."""
        if not await board.is_there(tx, concern_id):
            raise NoSuchConcern(f"There is no concern {concern_id}.")
        return [
            DeedOut.model_validate(one, from_attributes=True)
            for one in await attention.list_deeds(tx, concern_id)
        ]

    @routes.post("/concerns/{concernId}/deeds")
    async def do_deed(
        concern_id: Annotated[UUID, Path(alias="concernId")], body: DeedIn, tx: InTransaction, actor: MayAct
    ) -> ConcernOut:
        """Do something about it; give how it stands after that."""
        deed = Deed(concern_id, body.act, actor.name, tx.now, body.until, body.why, body.text)
        before = await attend(deed, body.seen, tx, terms)
        return _out(await board.find_concern(tx, concern_id) or before)

    return routes


async def _sieve(  # noqa: PLR0913  each is a parameter of the operation
    urgency: UrgencyOut | None = None,
    promise: Promise | None = None,
    holder: Annotated[
        str | None, Query(pattern=r"^[a-z0-9-]{1,64}$", description="A partner's id, or `desk`.")
    ] = None,
    category: Word = None,
    area: Word = None,
    taken_by: Annotated[str | None, Query(alias="takenBy", pattern=PLAIN, max_length=200)] = None,
    *,
    untaken: bool = False,
    snoozed: bool = False,
) -> Sieve:
    is_so = Urgency[urgency.name] if urgency else None
    return Sieve(is_so, promise, holder, category, area, taken_by, untaken, snoozed)


def _out(concern: Concern) -> ConcernOut:
    stands = concern.attention
    about = fields_of(concern) | fields_of(stands)
    return ConcernOut.model_validate(about | {"urgency": UrgencyOut[concern.urgency.name]})
