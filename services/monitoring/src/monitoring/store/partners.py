"""The partner register as it was last heard of."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from monitoring.domain.partners import ListedPartner
from monitoring.tables import partners


async def keep(tx: Transaction, listed: Sequence[ListedPartner]) -> None:
    """These, and nobody else."""
    await tx.execute(delete(partners))
    if listed:
        await tx.execute(insert(partners).on_conflict_do_nothing(), [fields_of(one) for one in listed])


async def list_all(tx: Transaction) -> list[ListedPartner]:
    """None where nothing was heard of the register yet."""
    return [ListedPartner(**row._asdict()) for row in await tx.execute(select(partners))]
