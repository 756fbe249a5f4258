"""Drafts in PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.transaction import Transaction
from intake.domain.drafts import Draft
from intake.tables import drafts


async def find(tx: Transaction, draft_id: str) -> Draft | None:
    """The draft, for this transaction alone: of two that save at once, the second sees what the first did."""
    row = (
        await tx.execute(select(drafts).where(drafts.c.draft_id == draft_id).with_for_update())
    ).one_or_none()
    return _draft(row) if row else None


async def list_of(tx: Transaction, owner: str) -> list[Draft]:
    """An agent's drafts, newest first."""
    mine = select(drafts).where(drafts.c.owner == owner).order_by(drafts.c.saved_at.desc())
    return [_draft(row) for row in await tx.execute(mine)]


async def delete_one(tx: Transaction, draft_id: str, owner: str) -> None:
    await tx.execute(delete(drafts).where(drafts.c.draft_id == draft_id, drafts.c.owner == owner))


async def save(tx: Transaction, draft: Draft) -> None:
    written = {"fields": dict(draft.fields), "saved_at": draft.saved_at, "owner": draft.owner}
    added = insert(drafts).values(draft_id=draft.draft_id, **written)
    await tx.execute(added.on_conflict_do_update(index_elements=["draft_id"], set_=written))


async def give_pin(tx: Transaction, draft_id: str, pin: str) -> str | None:
    """The draft's PIN: this one, or that of an earlier click. None where it was sent already."""
    given = (
        update(drafts)
        .where(drafts.c.draft_id == draft_id, drafts.c.reference.is_(None))
        .values(pin=func.coalesce(drafts.c.pin, pin))
        .returning(drafts.c.pin)
    )
    return (await tx.execute(given)).scalar_one_or_none()


async def mark_sent(tx: Transaction, draft_id: str, reference: str) -> None:
    """What was typed is in the report now."""
    await tx.execute(
        update(drafts)
        .where(drafts.c.draft_id == draft_id, drafts.c.reference.is_(None))
        .values(fields={}, reference=reference, saved_at=tx.now)
    )


async def forget_pin(tx: Transaction, draft_id: str) -> None:
    await tx.execute(update(drafts).where(drafts.c.draft_id == draft_id).values(pin=None))


def _draft(row: Row[Any]) -> Draft:
    return Draft(row.draft_id, row.fields, row.saved_at, row.pin, row.reference, row.owner)


async def delete_saved(tx: Transaction, before: datetime) -> None:
    await tx.execute(delete(drafts).where(drafts.c.saved_at < before))
