"""In which case a report is, in PostgreSQL."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from chassis.transaction import Transaction
from intake.tables import cases

_SAVE = insert(cases).on_conflict_do_update(
    index_elements=[cases.c.report_id],
    set_={"case_id": insert(cases).excluded.case_id, "number": insert(cases).excluded.number},
)


def save_case(tx: Transaction, report_id: UUID, case_id: UUID, number: str) -> None:
    tx.write(_SAVE, {"report_id": report_id, "case_id": case_id, "number": number})
