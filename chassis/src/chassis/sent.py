"""What the broker confirmed is kept for a while: a queue that was lost is filled again from here.

Confirmed is not yet read. An operator can delete a queue, a broker can lose its disk, and a message that reached
one reader is confirmed where the queue of another is gone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    and_,
    any_,
    bindparam,
    delete,
    func,
    literal,
    select,
)

from chassis import record
from chassis.tables import outbox, sent
from chassis.transaction import Transaction
from contracts.catalogue import CATALOGUE, TO_PARTNERS

KEPT = timedelta(days=7)

_gone = (
    delete(outbox)
    .where(outbox.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
    .returning(outbox.c.id, outbox.c.exchange, outbox.c.routing_key, outbox.c.body)
    .cte("gone")
)
_MOVE = sent.insert().from_select(
    ["sent_at", "id", "exchange", "routing_key", "body"],
    select(bindparam("now", type_=DateTime(timezone=True)), *_gone.c),
)


async def keep(tx: Transaction, ids: Sequence[int]) -> None:
    """These left the outbox."""
    await tx.execute(_MOVE, {"ids": list(ids), "now": tx.now})


async def count(tx: Transaction, reader: str, since: datetime) -> int:
    """How many messages `resend` would send."""
    many: int = (
        await tx.execute(select(func.count()).select_from(sent).where(_told(reader, since)))
    ).scalar_one()
    return many


async def resend(tx: Transaction, reader: str, since: datetime, who: str, why: str) -> int:
    """Send again, in their order, what a service or partner was told since then; how many messages.

    They are the same messages: who has had one leaves it out. An open message goes to its other readers too.
    """
    back = delete(sent).where(_told(reader, since)).returning(*sent.c).cte("back")
    again = select(back.c.exchange, back.c.routing_key, back.c.body, literal(tx.now)).order_by(back.c.id)
    columns = ["exchange", "routing_key", "body", "written_at"]
    many = (await tx.execute(outbox.insert().from_select(columns, again))).rowcount
    await record.write_down_many(tx, "resend", f"{reader} since {since:%Y-%m-%dT%H:%M:%SZ}", who, why)
    return many


def _told(reader: str, since: datetime) -> ColumnElement[bool]:
    keys = [entry.name for entry in CATALOGUE if reader in entry.readers]
    to_partner = and_(sent.c.exchange.in_(sorted(TO_PARTNERS)), sent.c.routing_key.startswith(f"{reader}."))
    return and_(sent.c.sent_at >= since, sent.c.routing_key.in_(keys) | to_partner)
