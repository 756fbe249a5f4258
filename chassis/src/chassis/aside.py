"""What was taken in and not handled: waiting for its turn, to be tried again, or parked for a person."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, exists, func, literal, select, update

from chassis import lines, record
from chassis.incoming import Incoming
from chassis.metrics import DEFERRED
from chassis.reading import read
from chassis.tables import deferred, outbox
from chassis.transaction import Transaction
from contracts.catalogue import Exchange

_KNOWN = [column for column in deferred.c if column.name != "body"]

WAIT_FOR_A_GAP = timedelta(minutes=1)
"""How long a message may wait for one that did not come, before somebody is told."""


class NothingParked(Exception):
    """There is no parked message with this number."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which messages are meant: those that match all that is given.

    `sender` is the partner they came from, `receiver` the partner they were bound for.
    """

    ids: tuple[int, ...] = ()
    fingerprint: str | None = None
    subject: str | None = None
    sender: str | None = None
    receiver: str | None = None

    def narrow(self, statement: Select[Any]) -> Select[Any]:
        if self.ids:
            statement = statement.where(deferred.c.id.in_(self.ids))
        for column in ("fingerprint", "subject", "sender"):
            if (wanted := getattr(self, column)) is not None:
                statement = statement.where(deferred.c[column] == wanted)
        if self.receiver is not None:
            statement = statement.where(deferred.c.bound_for.startswith(f"{self.receiver}.", autoescape=True))
        return statement


EVERYTHING = Choice()


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


async def due(tx: Transaction, limit: int = 50) -> list[int]:
    """The ids of those to be tried again now, longest due first."""
    rows = await tx.execute(
        select(deferred.c.id)
        .where(deferred.c.state == "retrying", deferred.c.next_at <= tx.now)
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


async def list_aside(
    tx: Transaction, state: str, after: int, limit: int, choice: Choice = EVERYTHING
) -> list[Row[Any]]:
    """Those in a state, without their bodies, oldest first."""
    chosen = choice.narrow(select(*_KNOWN).where(deferred.c.state == state, deferred.c.id > after))
    return list((await tx.execute(chosen.order_by(deferred.c.id).limit(limit))).all())


async def list_groups(tx: Transaction, limit: int) -> list[Row[Any]]:
    """The parked messages by how they failed, the largest group first."""
    many = func.count().label("many")
    groups = (
        select(
            deferred.c.fingerprint,
            deferred.c.name,
            func.min(deferred.c.reason).label("reason"),
            func.min(deferred.c.detail).label("detail"),
            many,
            func.min(deferred.c.first_failed_at).label("oldest"),
        )
        .where(deferred.c.state == "parked")
        .group_by(deferred.c.fingerprint, deferred.c.name)
        .order_by(many.desc(), deferred.c.fingerprint)
    )
    return list((await tx.execute(groups.limit(limit))).all())


async def get(tx: Transaction, deferred_id: int) -> Row[Any]:
    """NothingParked."""
    row = (await tx.execute(select(deferred).where(deferred.c.id == deferred_id))).one_or_none()
    if row is None:
        raise NothingParked(f"There is no message {deferred_id} here.")
    return row


async def look(tx: Transaction, deferred_id: int, who: str, why: str) -> Row[Any]:
    """A message with its body, which may be about people: that it was read is written down. NothingParked."""
    row = await get(tx, deferred_id)
    await record.write_down(tx, [deferred_id], "read", who, why)
    return row


async def choose(tx: Transaction, choice: Choice, limit: int) -> list[Row[Any]]:
    """The parked messages that are meant, without their bodies, locked, in the order of their lines.

    Who says nothing means none.
    """
    if choice == EVERYTHING:
        return []
    chosen = choice.narrow(select(*_KNOWN).where(deferred.c.state == "parked"))
    in_order = chosen.order_by(deferred.c.source, deferred.c.subject, deferred.c.place, deferred.c.id)
    return list((await tx.execute(in_order.limit(limit).with_for_update(skip_locked=True))).all())


async def replay(
    tx: Transaction, choice: Choice, who: str, why: str, *, limit: int, per_second: float
) -> list[int]:
    """Let parked messages be tried again, spread over time; their numbers.

    A message's own line decides when it is really handled, so the order of a subject stays.
    """
    rows = await choose(tx, choice, limit)
    ids = [row.id for row in rows]
    await record.write_down(tx, ids, "replay", who, why)
    for number, row in enumerate(rows):
        next_at = tx.now + timedelta(seconds=number / per_second)
        if row.bound_for is None:
            again_ = update(deferred).where(deferred.c.id == row.id)
            await tx.execute(again_.values(state="retrying", attempts=0, next_at=next_at))
        else:
            await send_again(tx, row.id, next_at)
    return ids


async def discard(tx: Transaction, choice: Choice, who: str, why: str, *, limit: int) -> list[int]:
    """Let go of parked messages for good; their numbers. What waits behind them moves up.

    One whose turn has not come stays: its line would wait for it for ever.
    """
    gone = []
    for row in await choose(tx, choice, limit):
        message = again(await get(tx, row.id), tx.service)
        if await _pass_by(tx, message):
            await record.write_down(tx, [row.id], "discard", who, why)
            await let_go(tx, row.id)
            gone.append(row.id)
    return gone


async def send_again(tx: Transaction, deferred_id: int, not_before: datetime) -> None:
    """Put a message that came back from a partner's queue in the outbox again."""
    written: dict[str, ColumnElement[Any]] = {
        "exchange": literal(str(Exchange.PARTNER_OUT)),
        "routing_key": deferred.c.bound_for,
        "body": func.convert_from(deferred.c.body, "UTF8"),
        "written_at": literal(tx.now),
        "not_before": literal(not_before),
    }
    this = select(*written.values()).where(deferred.c.id == deferred_id)
    await tx.execute(outbox.insert().from_select(list(written), this))
    await let_go(tx, deferred_id)


async def _pass_by(tx: Transaction, message: Incoming) -> bool:
    """Let a message's line go on without it; not while its turn has still to come."""
    locked = await lines.lock(tx, [message])
    if locked.is_next(message):
        locked.step(message)
        await lines.save(tx, locked)
        return True
    return locked.is_past(message)
