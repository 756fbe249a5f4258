"""What was decided about a report, each time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from routing.tables import assessments

_ADD = assessments.insert()


@dataclass(frozen=True, slots=True)
class Kept:
    """An assessment as it is kept. `facts` and `decision` are JSON, `difference` sentences."""

    report_id: UUID
    revision: int
    category: str
    policy_version: str
    facts: dict[str, Any]
    decision: dict[str, Any]
    cause: str | None
    difference: list[str]
    assessed_at: datetime


def add(tx: Transaction, kept: Kept) -> None:
    tx.write(_ADD, fields_of(kept))


async def find_newest(tx: Transaction, report_id: UUID, *, lock: bool = True) -> Kept | None:
    """The newest about a report, locked until the end of the transaction."""
    found = (
        select(assessments)
        .where(assessments.c.report_id == report_id)
        .order_by(assessments.c.revision.desc())
        .limit(1)
    )
    row = (await tx.execute(found.with_for_update() if lock else found)).one_or_none()
    return Kept(**row._asdict()) if row else None


async def list_about(tx: Transaction, report_id: UUID) -> list[Kept]:
    """All about a report, newest first."""
    found = select(assessments).where(assessments.c.report_id == report_id)
    rows = await tx.execute(found.order_by(assessments.c.revision.desc()))
    return [Kept(**row._asdict()) for row in rows]
