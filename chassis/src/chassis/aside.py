"""What was taken in and not handled: waiting for its turn, to be tried again, or parked for a person."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, delete, exists, func, or_, select, update

from chassis import lines
from chassis.incoming import Incoming
from chassis.metrics import DEFERRED
from chassis.reading import read
from chassis.tables import deferred
from chassis.transaction import Transaction
from contracts.catalogue import Exchange

WAIT_FOR_A_GAP = timedelta(minutes=1)
"""How long a message may wait for one that did not come, before somebody is told."""

BEHIND = "behind an earlier one"


async def put(
    tx: Transaction,
    incoming: Incoming,
    state: str,
    reason: str,
    detail: str | None = None,
    next_at: datetime | None = None,
    bound_for: str | None = None,
) -> None:
    """Store a message that is not handled now; the later ones of its subject wait behind it.

    `bound_for` is the routing key to a partner, of a message that came back from the partner's queue.
    """
    event = incoming.event
    await tx.execute(
        deferred.insert().values(
            state=state,
            reason=reason,
            detail=_storable(detail),
            fingerprint=fingerprint(reason, detail, event.name if event else None),
            body=incoming.body,
            sender=incoming.sender,
            source=incoming.source if event else None,
            event_id=event.id if event else None,
            subject=event.subject if event else None,
            name=event.name if event else None,
            place=incoming.place,
            bound_for=bound_for,
            next_at=next_at,
            first_failed_at=tx.now,
        )
    )
    if incoming.line:
        await lines.hold(tx, incoming.line)
    DEFERRED.labels(tx.service, state, reason).inc()


def _storable(detail: str | None) -> str | None:
    """Without control signs: a fault may quote what it found, and PostgreSQL takes no NUL in a text."""
    return detail and "".join(sign if sign.isprintable() else " " for sign in detail)


def fingerprint(reason: str, detail: str | None, name: str | None) -> str:
    """The same for messages that failed in the same way: numbers and ids in the detail do not count."""
    pattern = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "#", detail or "")
    return sha256(f"{reason}|{name}|{pattern}".encode()).hexdigest()[:12]


async def let_follow(tx: Transaction, incoming: Sequence[Incoming]) -> list[Incoming]:
    """Those that may be handled now: a partner counts no places, so what it says of a subject waits for what is retried."""
    retried = select(deferred.c.source, deferred.c.subject).where(
        deferred.c.state == "retrying", deferred.c.source.in_({i.source for i in incoming if i.sender})
    )
    held = {(row.source, row.subject) for row in await tx.execute(retried)}
    free = []
    for one in incoming:
        if one.event and (one.source, one.event.subject) in held:
            await put(tx, one, "retrying", BEHIND, next_at=tx.now)
        else:
            free.append(one)
    return free


async def due(tx: Transaction, limit: int = 50) -> list[int]:
    """The ids of those to be tried again now, longest due first; of a partner, the first it said of a subject."""
    earlier = deferred.alias("earlier")
    follows = exists().where(
        earlier.c.source == deferred.c.source,
        earlier.c.subject == deferred.c.subject,
        earlier.c.state == "retrying",
        earlier.c.id < deferred.c.id,
    )
    rows = await tx.execute(
        select(deferred.c.id)
        .where(
            deferred.c.state == "retrying",
            deferred.c.next_at <= tx.now,
            or_(deferred.c.sender.is_(None), ~follows),
        )
        .order_by(deferred.c.next_at, deferred.c.id)
        .limit(limit)
    )
    return list(rows.scalars())


async def claim(tx: Transaction, deferred_id: int) -> Row[Any] | None:
    """Lock one that is to be tried; none where another took it."""
    rows = await tx.execute(
        select(deferred)
        .where(deferred.c.id == deferred_id, deferred.c.state == "retrying")
        .with_for_update(skip_locked=True)
    )
    return rows.one_or_none()


def again(row: Row[Any], reader: str) -> Incoming:
    """The message of a row, read as when it came."""
    return read_again(row.body, row.sender, reader)


def read_again(body: bytes, sender: str | None, reader: str) -> Incoming:
    exchange, key = (Exchange.PARTNER_IN, f"{sender}.") if sender else (Exchange.OPEN, "")
    found = list(read(body, exchange, key, reader))
    return found[0] if len(found) == 1 else Incoming(body, sender=sender, fault="a pack in a pack")


async def let_go(tx: Transaction, deferred_id: int) -> None:
    """It was handled after all."""
    await tx.execute(delete(deferred).where(deferred.c.id == deferred_id))


async def put_back(
    tx: Transaction, deferred_id: int, state: str, reason: str, words: str, next_at: datetime | None
) -> None:
    """It failed again, perhaps in another way: then it belongs to another group."""
    this = deferred.c.id == deferred_id
    name = (await tx.execute(select(deferred.c.name).where(this))).scalar_one_or_none()
    await tx.execute(
        update(deferred)
        .where(this)
        .values(
            state=state,
            reason=reason,
            detail=_storable(f"{reason}: {words}"),
            fingerprint=fingerprint(reason, words, name),
            next_at=next_at,
            attempts=deferred.c.attempts + 1,
        )
    )


async def let_wait(tx: Transaction, deferred_id: int, message: Incoming) -> None:
    """Its turn has not come."""
    waiting = {"state": "waiting", "reason": "before its turn", "detail": None, "next_at": None}
    await tx.execute(update(deferred).where(deferred.c.id == deferred_id).values(waiting))
    if message.line:
        await lines.hold(tx, message.line)


async def count(tx: Transaction) -> dict[str, int]:
    """How many are aside, by state; `gap` are those that wait for a message that did not come."""
    by_state = select(deferred.c.state, func.count().label("many")).group_by(deferred.c.state)
    counted = {row.state: row.many for row in await tx.execute(by_state)}
    earlier = deferred.alias("earlier")
    behind_one_aside = exists().where(
        earlier.c.source == deferred.c.source,
        earlier.c.subject == deferred.c.subject,
        earlier.c.state != "waiting",
    )
    gaps = select(func.count()).where(
        deferred.c.state == "waiting", deferred.c.first_failed_at < tx.now - WAIT_FOR_A_GAP, ~behind_one_aside
    )
    return counted | {"gap": (await tx.execute(gaps)).scalar_one()}
