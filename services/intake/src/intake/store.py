"""Reports in PostgreSQL."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert

from chassis.transaction import Transaction
from intake.domain import Address, Area, NoSuchReport, Receipt, Report, Reporter, Signals
from intake.tables import keys, reports


async def add(tx: Transaction, report: Report) -> None:
    address, area = asdict(report.address), report.area
    await tx.execute(
        reports.insert().values(
            report_id=report.report_id,
            reference=report.reference,
            category=report.category,
            category_name=report.category_name,
            channel=report.channel,
            received_at=report.received_at,
            story=report.story,
            language=report.language,
            address_key=address.pop("key"),
            address_id=address.pop("id"),
            area_code=area and area.code,
            area_name=area and area.name,
            area_year=area and area.year,
            **address,
            **asdict(report.reporter),
            **asdict(report.signals),
        )
    )


async def get(tx: Transaction, report_id: UUID) -> Report:
    """NoSuchReport where there is none."""
    row = (await tx.execute(select(reports).where(reports.c.report_id == report_id))).one_or_none()
    if row is None:
        raise NoSuchReport(f"{report_id} is not a report of this desk.")
    return _report(row)


async def claim_key(tx: Transaction, key: str, digest: str, report_id: UUID) -> tuple[str, UUID]:
    """The digest and report that belong to the key: these ones if the key is new, else those of the first time.

    Two at once with one key: the second waits for the first to commit.
    """
    await tx.execute(
        insert(keys)
        .values(key=key, digest=digest, report_id=report_id, used_at=tx.now)
        .on_conflict_do_nothing()
    )
    row = (await tx.execute(select(keys.c.digest, keys.c.report_id).where(keys.c.key == key))).one()
    return row.digest, row.report_id


async def get_receipt(tx: Transaction, report_id: UUID) -> Receipt:
    columns = (reports.c.report_id, reports.c.reference, reports.c.received_at)
    row = (await tx.execute(select(*columns).where(reports.c.report_id == report_id))).one()
    return Receipt(row.report_id, row.reference, row.received_at)


def _report(row: Row[Any]) -> Report:
    return Report(
        report_id=row.report_id,
        reference=row.reference,
        category=row.category,
        category_name=row.category_name,
        channel=row.channel,
        received_at=row.received_at,
        story=row.story,
        address=Address(
            row.address_key,
            row.postcode,
            row.house_number,
            row.addition,
            row.street,
            row.city,
            row.address_id,
        ),
        area=Area(row.area_code, row.area_name, row.area_year) if row.area_code else None,
        reporter=Reporter(row.name, row.phone, row.email, row.anonymous, row.tenure),
        signals=Signals(row.danger, row.children, row.going_on_now, row.reported_before),
        language=row.language,
    )
