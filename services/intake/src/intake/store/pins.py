"""PINs in PostgreSQL, as slow hashes."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select, update

from chassis.transaction import Transaction
from intake.domain.pins import Lock
from intake.tables import reports

_ADD = (
    update(reports)
    .where(reports.c.report_id == bindparam("of_report"))
    .values(pin_hash=bindparam("its_hash"))
)


async def add(tx: Transaction, hashes: Sequence[tuple[UUID, str]]) -> None:
    if hashes:
        await tx.execute(_ADD, [{"of_report": report_id, "its_hash": hashed} for report_id, hashed in hashes])


async def find(tx: Transaction, reference: str) -> Lock | None:
    """The lock of a report that has a PIN, held until the transaction ends: tries are counted one by one."""
    wanted = (reports.c.report_id, reports.c.pin_hash, reports.c.wrong_pins)
    row = (
        await tx.execute(select(*wanted).where(reports.c.reference == reference).with_for_update())
    ).one_or_none()
    return Lock(row.report_id, row.pin_hash, row.wrong_pins) if row and row.pin_hash else None


async def count_wrong(tx: Transaction, report_id: UUID, wrong_pins: int) -> None:
    await tx.execute(update(reports).where(reports.c.report_id == report_id).values(wrong_pins=wrong_pins))
