"""Evidence in PostgreSQL: what is known of each file, and who read it. The files lie elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, update

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from intake.domain.evidence import Evidence, MediaType
from intake.tables import evidence, evidence_readings


async def add(tx: Transaction, new: Evidence) -> None:
    await tx.execute(evidence.insert().values(fields_of(new)))


async def get(tx: Transaction, evidence_id: UUID, *, lock: bool = False) -> Evidence | None:
    wanted = select(evidence).where(evidence.c.evidence_id == evidence_id)
    row = (await tx.execute(wanted.with_for_update() if lock else wanted)).one_or_none()
    return _evidence(row) if row else None


async def list_of(tx: Transaction, report_id: UUID) -> list[Evidence]:
    """What belongs to a report, in the order in which it came."""
    rows = await tx.execute(
        select(evidence).where(evidence.c.report_id == report_id).order_by(evidence.c.evidence_id)
    )
    return [_evidence(row) for row in rows]


async def link(tx: Transaction, report_id: UUID, evidence_ids: Sequence[UUID]) -> set[UUID]:
    """Those of them that were free, and belong to the report now."""
    free = evidence.c.evidence_id.in_(evidence_ids) & evidence.c.report_id.is_(None)
    linked = update(evidence).where(free).values(report_id=report_id).returning(evidence.c.evidence_id)
    return set((await tx.execute(linked)).scalars())


async def count(tx: Transaction, report_id: UUID) -> int:
    counted = select(func.count()).select_from(evidence).where(evidence.c.report_id == report_id)
    return int((await tx.execute(counted)).scalar_one())


async def list_unlinked(tx: Transaction, before: datetime, limit: int) -> list[Evidence]:
    """Oldest first, locked: nobody links them meanwhile. Those that somebody else has locked are left out."""
    old = evidence.c.report_id.is_(None) & (evidence.c.kept_at < before)
    chosen = select(evidence).where(old).order_by(evidence.c.kept_at).limit(limit)
    rows = await tx.execute(chosen.with_for_update(skip_locked=True))
    return [_evidence(row) for row in rows]


async def delete(tx: Transaction, evidence_ids: Sequence[UUID]) -> None:
    await tx.execute(evidence.delete().where(evidence.c.evidence_id.in_(evidence_ids)))


async def add_reading(tx: Transaction, evidence_id: UUID, reader: str) -> None:
    row = {"evidence_id": evidence_id, "reader": reader, "at": tx.now}
    await tx.execute(evidence_readings.insert().values(row))


def _evidence(row: Row[Any]) -> Evidence:
    fields = row._asdict()
    return Evidence(**fields | {"media_type": MediaType(row.media_type)})
