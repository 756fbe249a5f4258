"""Reports in PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Row, Text, Uuid, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import columns, fields_of, values
from chassis.transaction import Transaction
from intake.domain.addresses import Address, Area
from intake.domain.questions import Answer
from intake.domain.reports import KeyOwner, NoSuchReport, Receipt, Report, Reporter, Signals
from intake.tables import keys, reports


async def add(tx: Transaction, new: Sequence[Report]) -> None:
    if new:
        await tx.execute(reports.insert(), [_row(report) for report in new])


def _row(report: Report) -> dict[str, Any]:
    address, area = fields_of(report.address), report.area
    return {
        "report_id": report.report_id,
        "reference": report.reference,
        "category": report.category,
        "category_name": report.category_name,
        "channel": report.channel,
        "received_at": report.received_at,
        "story": report.story,
        "story_as_sent": report.story_as_sent,
        "language": report.language,
        "hear_by": report.hear_by,
        "answers": [fields_of(answer) for answer in report.answers],
        "imported": report.imported,
        "closed_at": report.closed_at,
        "address_key": address.pop("key"),
        "address_id": address.pop("id"),
        "area_code": area and area.code,
        "area_name": area and area.name,
        "area_year": area and area.year,
        **address,
        **fields_of(report.reporter),
        **fields_of(report.signals),
    }


async def get(tx: Transaction, report_id: UUID) -> Report:
    """NoSuchReport where there is none."""
    row = (await tx.execute(select(reports).where(reports.c.report_id == report_id))).one_or_none()
    if row is None:
        raise NoSuchReport(f"{report_id} is not a report of this desk.")
    return _report(row)


_claims = columns(key=Text, digest=Text, report_id=Uuid)
_CLAIM = (
    insert(keys)
    .from_select(
        ["key", "digest", "report_id", "used_at"],
        select(
            _claims.c.key,
            _claims.c.digest,
            _claims.c.report_id,
            bindparam("now", type_=DateTime(timezone=True)),
        ),
    )
    .on_conflict_do_nothing()
)


async def claim_keys(tx: Transaction, claims: Sequence[tuple[str, str, UUID]]) -> dict[str, KeyOwner]:
    """Who owns each key: the claim of (key, digest, report) that came first, now or earlier.

    Two at once with one key: the second waits for the first to commit.
    """
    if not claims:
        return {}
    in_order = sorted(claims, key=lambda claim: claim[0])
    names, digests, reported = zip(*in_order, strict=True)
    await tx.execute(_CLAIM, values(key=names, digest=digests, report_id=reported) | {"now": tx.now})
    rows = await tx.execute(select(keys).where(keys.c.key.in_(set(names))))
    return {row.key: KeyOwner(row.digest, row.report_id) for row in rows}


async def delete_keys(tx: Transaction, before: datetime) -> None:
    await tx.execute(delete(keys).where(keys.c.used_at < before))


async def get_receipts(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, Receipt]:
    if not report_ids:
        return {}
    wanted = (reports.c.report_id, reports.c.reference, reports.c.received_at, reports.c.hear_by)
    rows = await tx.execute(select(*wanted).where(reports.c.report_id.in_(report_ids)))
    return {
        row.report_id: Receipt(row.report_id, row.reference, row.received_at, row.hear_by) for row in rows
    }


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
            row.object_id,
        ),
        area=Area(row.area_code, row.area_name, row.area_year) if row.area_code else None,
        reporter=Reporter(row.name, row.phone, row.email, row.anonymous, row.tenure),
        signals=Signals(row.danger, row.children, row.going_on_now, row.reported_before),
        answers=tuple(Answer(**answer) for answer in row.answers),
        language=row.language,
        hear_by=row.hear_by,
        story_as_sent=row.story_as_sent,
        imported=row.imported,
        closed_at=row.closed_at,
    )


async def list_after(tx: Transaction, after: UUID | None, limit: int) -> list[Report]:
    """A page of all reports, in the order in which they were written down."""
    found = select(reports).order_by(reports.c.report_id).limit(limit)
    rows = await tx.execute(found if after is None else found.where(reports.c.report_id > after))
    return [_report(row) for row in rows]
