"""Which messages a process died of: those that come again are counted before they are handled, and not after."""

from collections.abc import Sequence

from sqlalchemy import delete, tuple_
from sqlalchemy.dialects.postgresql import insert

from chassis.incoming import Incoming
from chassis.tables import suspects
from chassis.transaction import Transaction

TRIES = 3
"""Well under the broker's delivery limit, which would take a whole pack away; and more than a process is killed in a bad hour."""


async def count(tx: Transaction, incoming: Incoming) -> int:
    """How often this message was begun after it had come again, this time included."""
    source, event_id = incoming.key
    new = insert(suspects).values(source=source, event_id=event_id, tries=1, last_at=tx.now)
    counted = new.on_conflict_do_update(
        index_elements=[suspects.c.source, suspects.c.event_id],
        set_={"tries": suspects.c.tries + 1, "last_at": tx.now},
    ).returning(suspects.c.tries)
    tries: int = (await tx.execute(counted)).scalar_one()
    return tries


async def clear(tx: Transaction, incoming: Sequence[Incoming]) -> None:
    """They were handled or put aside: nobody died."""
    keys = [one.key for one in incoming]
    await tx.execute(delete(suspects).where(tuple_(suspects.c.source, suspects.c.event_id).in_(keys)))
