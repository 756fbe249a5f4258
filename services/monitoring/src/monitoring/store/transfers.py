"""Transfers of running clocks to other terms, in PostgreSQL."""

from uuid import UUID

from sqlalchemy import select, update

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from monitoring.domain.transfers import NoSuchTransfer, Transfer
from monitoring.tables import transfers


async def add(tx: Transaction, transfer: Transfer) -> None:
    await tx.execute(transfers.insert(), fields_of(transfer))


async def get(tx: Transaction, transfer_id: UUID) -> Transfer:
    """NoSuchTransfer."""
    found = select(transfers).where(transfers.c.transfer_id == transfer_id)
    row = (await tx.execute(found)).one_or_none()
    if row is None:
        raise NoSuchTransfer(f"{transfer_id} is not a transfer here.")
    return Transfer(**row._asdict())


async def list_newest(tx: Transaction, limit: int) -> list[Transfer]:
    rows = await tx.execute(select(transfers).order_by(transfers.c.asked_at.desc()).limit(limit))
    return [Transfer(**row._asdict()) for row in rows]


async def find_running(tx: Transaction) -> Transfer | None:
    """Locked until the commit; none where there is none, or where another works on it."""
    running = select(transfers).where(transfers.c.ended_at.is_(None))
    row = (await tx.execute(running.with_for_update(skip_locked=True))).one_or_none()
    return Transfer(**row._asdict()) if row else None


async def is_one_running(tx: Transaction) -> bool:
    running = select(transfers.c.transfer_id).where(transfers.c.ended_at.is_(None))
    return (await tx.execute(running)).one_or_none() is not None


async def save(tx: Transaction, transfer: Transfer) -> None:
    this = update(transfers).where(transfers.c.transfer_id == transfer.transfer_id)
    await tx.execute(this.values(**fields_of(transfer)))
