"""The outbox: what a transaction announces is numbered and written with it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, Text, func, select
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import columns, values
from chassis.tables import outbox, sequences
from chassis.transaction import Announcement, Transaction
from contracts.envelope import CloudEvent

IN_ALL = ""


_said = columns(subject=Text, reader=Text, count=Integer)
_insert = insert(sequences).from_select(
    ["subject", "reader", "last"], select(_said.c.subject, _said.c.reader, _said.c.count)
)
_NUMBER = _insert.on_conflict_do_update(
    index_elements=[sequences.c.subject, sequences.c.reader],
    set_={"last": sequences.c.last + _insert.excluded.last},
).returning(sequences.c.subject, sequences.c.reader, sequences.c.last)


async def _next_numbers(tx: Transaction, announcements: Sequence[Announcement]) -> Counter[tuple[str, str]]:
    """The last number before these, per subject and reader.

    The rows stay locked until the commit, so the numbers of a subject are in the order of its commits. They are
    taken in one sorted order, so that two transactions never wait for each other.
    """
    counts = Counter(
        (said.message.subject, reader) for said in announcements for reader in (IN_ALL, *said.readers)
    )
    keys = sorted(counts)
    rows = await tx.execute(
        _NUMBER,
        values(
            subject=[subject for subject, _ in keys],
            reader=[reader for _, reader in keys],
            count=[counts[key] for key in keys],
        ),
    )
    return Counter({(row.subject, row.reader): row.last - counts[row.subject, row.reader] for row in rows})


async def write(tx: Transaction, schemas_url: str) -> int:
    """Write what the transaction announced; how many messages that are."""
    if not tx.announcements:
        return 0
    numbers = await _next_numbers(tx, tx.announcements)
    rows = []
    for said in tx.announcements:
        subject = said.message.subject
        for reader in (IN_ALL, *said.readers):
            numbers[subject, reader] += 1
        event = CloudEvent(
            specversion="1.0",
            id=str(said.id),
            source=tx.source,
            type=said.message.type(),
            subject=subject,
            time=tx.now,
            dataschema=f"{schemas_url}/{said.message.name}.json",
            sequence=str(numbers[subject, IN_ALL]),
            sequencetype="Integer",
            traceparent=said.traceparent,
            follows=" ".join(f"{reader}={numbers[subject, reader]}" for reader in said.readers) or None,
            data=said.message.model_dump(mode="json", by_alias=True, exclude_none=True),
        )
        rows.append(
            {
                "exchange": said.exchange,
                "routing_key": said.routing_key,
                "body": event.model_dump_json(exclude_none=True),
                "written_at": tx.now,
            }
        )
    await tx.execute(outbox.insert(), rows)
    return len(rows)


async def count(tx: Transaction) -> int:
    """How many messages wait for the broker."""
    many: int = (await tx.execute(select(func.count()).select_from(outbox))).scalar_one()
    return many


async def due_since(tx: Transaction) -> datetime | None:
    """Since when the longest waiting message might have gone; none where none waits."""
    since = func.min(func.coalesce(outbox.c.not_before, outbox.c.written_at))
    first: datetime | None = (await tx.execute(select(since))).scalar_one()
    return first
