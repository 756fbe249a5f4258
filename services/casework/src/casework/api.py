"""Casework over HTTP: cases, for systems. Who reported and with which words is not in it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from casework import store
from casework.domain.cases import (
    File,
    NoSuchCase,
    NotInThisCase,
    OnlyReport,
    Reason,
    State,
    Track,
    nearest,
    why_complex,
)
from casework.domain.timeline import Entry, What, words
from casework.handlers import cases as handlers
from chassis.http import InTransaction
from chassis.principals import Principal, may
from contracts.envelope import Shape

REFUSALS: dict[type[Exception], int] = {NoSuchCase: 404, NotInThisCase: 404, OnlyReport: 409}

MayRead = Annotated[Principal, Depends(may("cases:read"))]
MayDirect = Annotated[Principal, Depends(may("cases:direct"))]
Page = Annotated[int, Query(ge=1, le=100_000)]
PageSize = Annotated[int, Query(alias="pageSize", ge=1, le=100)]


class AddressOut(Shape):
    postcode: str
    house_number: int
    addition: str | None
    street: str | None
    city: str | None


class CaseOut(Shape):
    """A case in a list. `complex` says why it needs a director, and is empty for a light one."""

    case_id: UUID
    number: str
    category: str
    category_name: str
    address: AddressOut
    neighbourhood: str | None
    opened_at: datetime
    closed_at: datetime | None
    report_count: int
    complex: tuple[Reason, ...]
    next_due_at: datetime | None


class CasesOut(Shape):
    items: list[CaseOut]
    page: int
    page_size: int
    total: int


class ReportOut(Shape):
    report_id: UUID
    reference: str
    category: str
    category_name: str
    channel: str
    received_at: datetime


class AssignmentOut(Shape):
    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    lead: bool
    state: State
    question: str | None
    offered_at: datetime | None
    due_at: datetime | None
    changed_at: datetime
    detail: str | None


class EntryOut(Shape):
    """A line of the timeline. What a partner wrote on the care track is left out without the scope care:read."""

    at: datetime
    what: What
    track: Track | None
    heading: str
    text: str | None
    due_at: datetime | None


class CaseFileOut(Shape):
    """A case, whole."""

    case: CaseOut
    tracks: list[Track]
    reports: list[ReportOut]
    assignments: list[AssignmentOut]
    timeline: list[EntryOut]


class Parting(BaseModel):
    """Why a report does not belong to the case."""

    model_config = ConfigDict(extra="forbid")

    why: str = Field(min_length=1, max_length=1000)


class PartedOut(Shape):
    """The case in which the report is now."""

    case_id: UUID
    number: str


def router() -> APIRouter:
    routes = APIRouter(prefix="/casework/v1", tags=["cases"])

    @routes.get("/cases")
    async def list_cases(
        tx: InTransaction, _reader: MayRead, page: Page = 1, page_size: PageSize = 25
    ) -> CasesOut:
        """Give a page of cases, newest first."""
        files, total = await store.list_cases(tx, page, page_size)
        items = [_case(file, tx.now) for file in files]
        return CasesOut(items=items, page=page, page_size=page_size, total=total)

    @routes.get("/cases/{caseId}")
    async def get_case(
        case_id: Annotated[UUID, Path(alias="caseId")], tx: InTransaction, reader: MayRead
    ) -> CaseFileOut:
        """Give a case, whole. That it was read is written down."""
        reads_care = "care:read" in reader.scopes
        file, timeline = await handlers.read_case(case_id, reader.name, tx, reads_care=reads_care)
        return CaseFileOut(
            case=_case(file, tx.now),
            tracks=sorted(file.tracks),
            reports=[ReportOut.model_validate(report, from_attributes=True) for report in file.reports],
            assignments=[AssignmentOut.model_validate(a, from_attributes=True) for a in file.assignments],
            timeline=[_entry(entry) for entry in timeline],
        )

    @routes.post("/cases/{caseId}/reports/{reportId}/_part")
    async def part_report(
        case_id: Annotated[UUID, Path(alias="caseId")],
        report_id: Annotated[UUID, Path(alias="reportId")],
        parting: Parting,
        tx: InTransaction,
        director: MayDirect,
    ) -> PartedOut:
        """Take a report out of a case to which it was joined and does not belong."""
        case = await handlers.part_report(case_id, report_id, parting.why, director.name, tx)
        return PartedOut(case_id=case.case_id, number=case.number)

    return routes


def _case(file: File, now: datetime) -> CaseOut:
    case, term = file.case, nearest(file.deadlines)
    return CaseOut(
        case_id=case.case_id,
        number=case.number,
        category=case.category,
        category_name=case.category_name,
        address=AddressOut.model_validate(case.address, from_attributes=True),
        neighbourhood=case.neighbourhood,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        report_count=len(file.reports),
        complex=why_complex(file, now),
        next_due_at=term.due_at if term else None,
    )


def _entry(entry: Entry) -> EntryOut:
    return EntryOut(
        at=entry.at,
        what=entry.what,
        track=entry.track,
        heading=words(entry).heading,
        text=entry.text,
        due_at=entry.due_at,
    )
