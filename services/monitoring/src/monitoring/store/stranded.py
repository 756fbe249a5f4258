"""What could not be delivered, so that a person must."""

from uuid import UUID

from sqlalchemy import (
    bindparam,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from monitoring.domain.board import Stranded
from monitoring.domain.clocks import Promise
from monitoring.tables import stranded

_STRAND = insert(stranded).on_conflict_do_nothing()


def strand(tx: Transaction, found: Stranded) -> None:
    tx.write(_STRAND, fields_of(found))


_SETTLE = (
    update(stranded)
    .where(
        stranded.c.stranded_id == bindparam("this"),
        stranded.c.promise == bindparam("promised"),
        stranded.c.settled_at.is_(None),
    )
    .values(settled_at=bindparam("now"))
)


async def settle(
    tx: Transaction, promise: Promise, report_id: UUID, assignment_id: UUID | None = None
) -> bool:
    """What was stranded is done after all; whether anything was."""
    this = {"this": assignment_id or report_id, "promised": promise, "now": tx.now}
    return (await tx.execute(_SETTLE, this)).rowcount > 0
