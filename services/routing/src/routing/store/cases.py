"""In which case a report is, in PostgreSQL."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from chassis.transaction import Transaction
from routing.tables import cases

_NEW = insert(cases)
_SAVE = _NEW.on_conflict_do_update(
    index_elements=[cases.c.report_id],
    set_={"case_id": _NEW.excluded.case_id, "number": _NEW.excluded.number},
)


@dataclass(frozen=True, slots=True)
class Case:
    case_id: UUID
    number: str


def save(tx: Transaction, report_id: UUID, case_id: UUID, number: str) -> None:
    tx.write(_SAVE, {"report_id": report_id, "case_id": case_id, "number": number})


async def find(tx: Transaction, report_id: UUID) -> Case | None:
    row = (await tx.execute(select(cases).where(cases.c.report_id == report_id))).one_or_none()
    return Case(row.case_id, row.number) if row else None
