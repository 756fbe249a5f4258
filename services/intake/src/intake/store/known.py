"""What is known of an address, in PostgreSQL."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select

from chassis.transaction import Transaction
from intake.domain.known import KnownReport
from intake.tables import cases, reports


async def list_at(tx: Transaction, postcode: str, house_number: int, since: datetime) -> list[KnownReport]:
    """The reports at a house number, whatever the addition."""
    here = (reports.c.postcode == postcode) & (reports.c.house_number == house_number)
    return await _list(tx, here & (reports.c.received_at >= since))


async def list_of(tx: Transaction, address_keys: Collection[str], since: datetime) -> list[KnownReport]:
    """The reports at these addresses by who left a way to be reached."""
    here = reports.c.address_key.in_(address_keys) & (reports.c.received_at >= since)
    return await _list(tx, here & (reports.c.phone.is_not(None) | reports.c.email.is_not(None)))


async def _list(tx: Transaction, where: ColumnElement[bool]) -> list[KnownReport]:
    wanted = (
        reports.c.report_id,
        reports.c.address_key,
        reports.c.addition,
        reports.c.category,
        reports.c.category_name,
        reports.c.received_at,
        reports.c.phone,
        reports.c.email,
        cases.c.case_id,
        cases.c.number.label("case_number"),
    )
    joined = reports.outerjoin(cases, cases.c.report_id == reports.c.report_id)
    rows = await tx.execute(
        select(*wanted).select_from(joined).where(where, reports.c.withdrawn_at.is_(None))
    )
    return [KnownReport(**row._mapping) for row in rows]  # noqa: SLF001  its only name for it
