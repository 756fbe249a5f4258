"""Journeys in PostgreSQL."""

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from monitoring.domain.journey import Hop
from monitoring.tables import deadlines, hops, reports

FORGOTTEN_TOGETHER = 200

_HOP = [hops.c[field.name] for field in fields(Hop)]
_ADD = insert(hops).on_conflict_do_nothing()
_CLOCK_RUNS: ColumnElement[bool] = literal_column("state not in ('met', 'cancelled')")


def add(tx: Transaction, hop: Hop) -> None:
    """Once, however often it is heard."""
    tx.write(_ADD, fields_of(hop))


async def find_report(tx: Transaction, report_id: UUID) -> dict[str, Any] | None:
    """What the board knows of the report."""
    known = (reports.c.case_id, reports.c.case_number, reports.c.category_name, reports.c.area_name)
    row = (await tx.execute(select(*known).where(reports.c.report_id == report_id))).one_or_none()
    return row._asdict() if row else None


async def list_newest(tx: Transaction, report_id: UUID, limit: int) -> list[Hop]:
    """The newest first, as they were registered."""
    newest = select(*_HOP).where(_about(report_id)).order_by(hops.c.registered_at.desc(), hops.c.message_id)
    return [Hop(**row._asdict()) for row in await tx.execute(newest.limit(limit))]


async def count(tx: Transaction, report_id: UUID) -> int:
    many: int = (
        await tx.execute(select(func.count()).select_from(hops).where(_about(report_id)))
    ).scalar_one()
    return many


async def forget(tx: Transaction, before: datetime) -> bool:
    """Whether there may be more. A hop without a report goes by its own age."""
    later = hops.alias("later")
    still_goes_on = or_(
        exists().where(later.c.report_id == hops.c.report_id, later.c.heard_at >= before),
        exists().where(deadlines.c.report_id == hops.c.report_id, _CLOCK_RUNS),
    )
    over = (
        select(hops.c.report_id)
        .where(hops.c.heard_at < before, hops.c.report_id.is_not(None), ~still_goes_on)
        .distinct()
        .limit(FORGOTTEN_TOGETHER)
    )
    ids = (await tx.execute(over)).scalars().all()
    await tx.execute(
        delete(hops).where(or_(hops.c.report_id.in_(ids), _nobodys() & (hops.c.heard_at < before)))
    )
    return len(ids) == FORGOTTEN_TOGETHER


def _about(report_id: UUID) -> ColumnElement[bool]:
    """What names the report, and what is about a subject that the report has a hop of."""
    mine = hops.alias("mine")
    subjects = select(mine.c.subject).where(mine.c.report_id == report_id)
    return or_(hops.c.report_id == report_id, _nobodys() & hops.c.subject.in_(subjects))


def _nobodys() -> ColumnElement[bool]:
    return hops.c.report_id.is_(None)
