"""What people do about concerns, in PostgreSQL."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from monitoring.domain.attention import Act, Attention, Deed, SnoozeReason
from monitoring.tables import attention, changes, deeds

_ATTENTION = [attention.c[field.name] for field in fields(Attention)]
_DEED = [deeds.c[field.name] for field in fields(Deed)]
_ADD = deeds.insert()
_new = insert(attention)
_SAVE = _new.on_conflict_do_update(
    index_elements=[attention.c.concern_id],
    set_={one.name: _new.excluded[one.name] for one in _ATTENTION} | {"changed": changes.next_value()},
)


def save(tx: Transaction, one: Attention) -> None:
    tx.write(_SAVE, fields_of(one))


def add_deed(tx: Transaction, deed: Deed) -> None:
    tx.write(_ADD, fields_of(deed))


async def lock(tx: Transaction, concern_id: UUID) -> None:
    """Hold how it stands until the commit, where somebody did something about it before."""
    held = select(attention.c.concern_id).where(attention.c.concern_id == concern_id)
    await tx.execute(held.with_for_update())


async def list_deeds(tx: Transaction, concern_id: UUID) -> list[Deed]:
    """Newest first."""
    statement = select(*_DEED).where(deeds.c.concern_id == concern_id).order_by(deeds.c.id.desc())
    return [_deed(row) for row in await tx.execute(statement)]


async def claim_returning(tx: Transaction, limit: int) -> list[Attention]:
    """What was put off until now, without what another has claimed."""
    statement = (
        select(*_ATTENTION)
        .where(attention.c.snoozed_until <= tx.now)
        .order_by(attention.c.snoozed_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [Attention(**row._asdict()) for row in await tx.execute(statement)]


def _deed(row: Row[Any]) -> Deed:
    why = SnoozeReason(row.why) if row.why else None
    return Deed(**row._asdict() | {"act": Act(row.act), "why": why})
