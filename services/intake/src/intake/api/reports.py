"""Intake over HTTP: reports in, receipts and reports out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from chassis import trace
from chassis.http import InTransaction
from chassis.limiting import at_most
from chassis.principals import NotAllowed, Principal, may, principal_of
from contracts.envelope import Shape
from contracts.intake import Address, Answer, Area, Channel, Reporter, Signals
from intake.adapters.new_report import Key, NewReport
from intake.api.evidence import AttachmentOut
from intake.domain.questions import UnknownAnswer, UnknownQuestion
from intake.domain.reports import KeyUsedBefore, NoSuchReport, Report, UnknownCategory
from intake.handlers import reports as handlers
from intake.store import evidence as evidence_store
from intake.store import reports as store

REFUSALS = {
    UnknownCategory: 400,
    UnknownQuestion: 400,
    UnknownAnswer: 400,
    NoSuchReport: 404,
    KeyUsedBefore: 409,
}

ONLY_WITH = {Channel.PHONE: "reports:phone", Channel.IMPORT: "reports:import"}

MayRead = Annotated[Principal, Depends(may("reports:read"))]
MaySeeContacts = Annotated[Principal, Depends(may("contacts:read"))]


class ReceiptOut(Shape):
    """`hear_by` is the end of the day by which the reporter hears more."""

    id: UUID
    reference: str
    received_at: datetime
    hear_by: datetime


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
    answers: list[Answer]
    language: str
    attachments: tuple[AttachmentOut, ...] = ()


class ContactOut(Shape):
    """How to reach the reporter, and by which reference they know their report."""

    reference: str
    name: str | None
    email: str | None
    language: str


def router(together: handlers.Together) -> APIRouter:
    routes = APIRouter(prefix="/intake/v1", tags=["reports"])

    @routes.post("/reports", status_code=202, dependencies=[Depends(at_most("60 per minute"))])
    async def accept_report(
        new: NewReport, request: Request, response: Response, key: Key = None
    ) -> ReceiptOut:
        """Accept a report. 202 means: it is stored and will be announced."""
        sender = principal_of(request)
        if sender is not None and key is not None:
            key = handlers.key_of(sender.name, key)
        return await accept(together, handlers.Submission(new, key, trace.current()), sender, response)

    @routes.get("/reports/{reportId}")
    async def get_report(
        report_id: Annotated[UUID, Path(alias="reportId")], tx: InTransaction, _reader: MayRead
    ) -> ReportOut:
        """Give a report, whole."""
        report = ReportOut.model_validate(await store.get(tx, report_id), from_attributes=True)
        attachments = tuple(map(AttachmentOut.of, await evidence_store.list_of(tx, report_id)))
        return report.model_copy(update={"attachments": attachments})

    @routes.get("/reports/{reportId}/contact")
    async def get_contact(
        report_id: Annotated[UUID, Path(alias="reportId")], tx: InTransaction, _reader: MaySeeContacts
    ) -> ContactOut:
        """Give what is needed to write to the reporter, and no more."""
        return _contact(await store.get(tx, report_id))

    return routes


async def accept(
    together: handlers.Together,
    submission: handlers.Submission,
    sender: Principal | None,
    response: Response,
) -> ReceiptOut:
    """Write it down, whatever door it came through. NotAllowed where only some may."""
    asked = {ONLY_WITH.get(submission.new.channel), "reports:phone" if submission.new.joins else None} - {
        None
    }
    if missing := asked - (sender.scopes if sender else frozenset()):
        raise NotAllowed(min(map(str, missing)))
    receipt = await together.do(submission)
    response.headers["Location"] = f"/intake/v1/reports/{receipt.report_id}"
    return ReceiptOut(
        id=receipt.report_id,
        reference=receipt.reference,
        received_at=receipt.received_at,
        hear_by=receipt.hear_by,
    )


def _contact(report: Report) -> ContactOut:
    who = report.reporter
    return ContactOut(reference=report.reference, name=who.name, email=who.email, language=report.language)
