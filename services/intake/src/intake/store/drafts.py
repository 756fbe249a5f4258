"""Drafts in PostgreSQL."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.transaction import Transaction
from intake.domain.drafts import Draft
from intake.tables import drafts


async def find(tx: Transaction, draft_id: str) -> Draft | None:
    """The draft, for this transaction alone: of two that save at once, the second sees what the first did."""
    row = (
        await tx.execute(select(drafts).where(drafts.c.draft_id == draft_id).with_for_update())
    ).one_or_none()
    return Draft(row.draft_id, row.fields, row.saved_at, row.pin, row.reference) if row else None


async def save(tx: Transaction, draft: Draft) -> None:
    written = {"fields": dict(draft.fields), "saved_at": draft.saved_at}
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


async def delete_saved(tx: Transaction, before: datetime) -> None:
    await tx.execute(delete(drafts).where(drafts.c.saved_at < before))
