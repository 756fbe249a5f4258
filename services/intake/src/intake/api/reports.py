"""Intake over HTTP: reports in, receipts and reports out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from chassis import trace
from chassis.http import InTransaction
from chassis.principals import NotAllowed, Principal, may, principal_of
from contracts.envelope import Shape
from contracts.intake import Address, Area, Channel, Reporter, Signals
from intake.adapters.new_report import NewReport
from intake.domain.reports import KeyUsedBefore, NoSuchReport, Receipt, Report, UnknownCategory
from intake.handlers import reports as handlers
from intake.store import reports as store

REFUSALS = {UnknownCategory: 400, NoSuchReport: 404, KeyUsedBefore: 409}

ONLY_WITH = {Channel.PHONE: "reports:phone", Channel.IMPORT: "reports:import"}

MayRead = Annotated[Principal, Depends(may("reports:read"))]
MaySeeContacts = Annotated[Principal, Depends(may("contacts:read"))]
Key = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=8, max_length=100, pattern=r"^[\x21-\x7e]+$")
]


class ReceiptOut(Shape):
    id: UUID
    reference: str
    received_at: datetime


class ReportOut(Shape):
    """A report, whole."""

    report_id: UUID
    reference: str
    category: str
    category_name: str
    channel: Channel
    received_at: datetime
    story: str
    story_as_sent: str | None
    imported: bool
    closed_at: datetime | None
    address: Address
    area: Area | None
    reporter: Reporter
    signals: Signals
    language: str


class ContactOut(Shape):
    """How to reach the reporter, and by which reference they know their report."""

    reference: str
    name: str | None
    email: str | None
    language: str


def router(together: handlers.Together) -> APIRouter:
    routes = APIRouter(prefix="/intake/v1", tags=["reports"])

    @routes.post("/reports", status_code=202)
    async def accept_report(
        new: NewReport, request: Request, response: Response, key: Key = None
    ) -> ReceiptOut:
        """Accept a report. 202 means: it is stored and will be announced."""
        if new.channel in ONLY_WITH:
            _must_have(request, ONLY_WITH[new.channel])
        receipt = await together.do(handlers.Submission(new, key, trace.current()))
        response.headers["Location"] = f"/intake/v1/reports/{receipt.report_id}"
        return _receipt(receipt)

    @routes.get("/reports/{report_id}")
    async def get_report(report_id: UUID, tx: InTransaction, _reader: MayRead) -> ReportOut:
        """Give a report, whole."""
        return ReportOut.model_validate(await store.get(tx, report_id), from_attributes=True)

    @routes.get("/reports/{report_id}/contact")
    async def get_contact(report_id: UUID, tx: InTransaction, _reader: MaySeeContacts) -> ContactOut:
        """Give what is needed to write to the reporter, and no more."""
        return _contact(await store.get(tx, report_id))

    return routes


def _must_have(request: Request, scope: str) -> None:
    principal = principal_of(request)
    if principal is None or scope not in principal.scopes:
        raise NotAllowed(scope)


def _receipt(receipt: Receipt) -> ReceiptOut:
    return ReceiptOut(id=receipt.report_id, reference=receipt.reference, received_at=receipt.received_at)


def _contact(report: Report) -> ContactOut:
    who = report.reporter
    return ContactOut(reference=report.reference, name=who.name, email=who.email, language=report.language)
