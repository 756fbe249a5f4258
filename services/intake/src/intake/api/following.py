"""What becomes of a report, over HTTP, for the portal it came from."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import AwareDatetime

from chassis.http import InTransaction
from chassis.principals import Principal, may
from contracts.envelope import Shape
from intake.adapters.new_report import Key, NewAmendment, NewFeedback, NewIncident
from intake.domain.following import (
    Addition,
    Following,
    NotThen,
    NotThereYet,
    Step,
    TooLate,
    Withdrawn,
    hear_by,
    helpers,
    is_late,
    step,
)
from intake.handlers import following as handlers
from intake.store import following as store

REFUSALS = {NotThen: 400, Withdrawn: 409, TooLate: 409, NotThereYet: 409}

ReportId = Annotated[UUID, Path(alias="reportId")]
MayFollow = Annotated[Principal, Depends(may("reports:follow"))]


class StatusOut(Shape):
    """How far a report is, as its reporter may know it.

    `hear_by` is when the reporter hears more; none when no moment is promised. `late` says that it passed.
    """

    reference: str
    received_at: AwareDatetime
    step: Step
    hear_by: AwareDatetime | None
    late: bool
    helpers: list[str]
    withdrawn_at: AwareDatetime | None
    solved: bool | None


class AdditionOut(Shape):
    id: UUID
    happened_at: AwareDatetime
    added_at: AwareDatetime


def router(attachments_per_report: int) -> APIRouter:
    routes = APIRouter(prefix="/intake/v1/reports/{reportId}", tags=["following"])

    @routes.get("/status")
    async def get_status(report_id: ReportId, tx: InTransaction, _portal: MayFollow) -> StatusOut:
        """Give how far a report is, as its reporter may know it."""
        return _status(await store.get(tx, report_id), tx)

    @routes.post("/amendments", status_code=201)
    async def amend(
        report_id: ReportId, new: NewAmendment, tx: InTransaction, _portal: MayFollow, key: Key = None
    ) -> AdditionOut:
        """Add to a report what the reporter tells later, and the files that go with it."""
        return _addition(await handlers.amend(report_id, new, key, tx, attachments_per_report))

    @routes.post("/incidents", status_code=201)
    async def note_incident(
        report_id: ReportId, new: NewIncident, tx: InTransaction, _portal: MayFollow, key: Key = None
    ) -> AdditionOut:
        """Write a line in the nuisance diary of a report."""
        return _addition(await handlers.note_incident(report_id, new.happened_at, new.text, key, tx))

    @routes.post("/withdrawals")
    async def withdraw(report_id: ReportId, tx: InTransaction, _portal: MayFollow) -> StatusOut:
        """Take a report back. Twice is as once."""
        return _status(await handlers.withdraw(report_id, tx), tx)

    @routes.delete("/withdrawals")
    async def reinstate(report_id: ReportId, tx: InTransaction, _portal: MayFollow) -> StatusOut:
        """Take the withdrawal back, within 14 days."""
        return _status(await handlers.reinstate(report_id, tx), tx)

    @routes.post("/feedback")
    async def give_feedback(
        report_id: ReportId, new: NewFeedback, tx: InTransaction, _portal: MayFollow
    ) -> StatusOut:
        """Say whether the nuisance is over, once the desk is done. If not, the report is open again."""
        return _status(await handlers.give_feedback(report_id, tx, solved=new.solved), tx)

    return routes


def _status(following: Following, tx: InTransaction) -> StatusOut:
    return StatusOut(
        reference=following.reference,
        received_at=following.received_at,
        step=step(following),
        hear_by=hear_by(following, tx.now),
        late=is_late(following, tx.now),
        helpers=helpers(following),
        withdrawn_at=following.withdrawn_at,
        solved=following.solved,
    )


def _addition(addition: Addition) -> AdditionOut:
    return AdditionOut(id=addition.addition_id, happened_at=addition.happened_at, added_at=addition.added_at)
