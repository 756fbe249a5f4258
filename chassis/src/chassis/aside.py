"""What was taken in and not handled: waiting for its turn, to be tried again, or parked for a person."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, Select, and_, delete, exists, func, select, update

from chassis import lines
from chassis.incoming import Incoming
from chassis.metrics import DEFERRED
from chassis.reading import read
from chassis.tables import deferred, interventions, outbox, positions
from chassis.transaction import Transaction
from contracts.catalogue import Exchange

WAIT_FOR_A_GAP = timedelta(minutes=1)
"""How long a message may wait for one that did not come, before somebody is told."""


class NothingParked(Exception):
    """There is no parked message with this number."""


class NotAnEvent(Exception):
    """What was written instead is no message that this service can read."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which parked messages are meant: those that match all that is given; nothing given means none."""

    ids: tuple[int, ...] = ()
    fingerprint: str | None = None
    subject: str | None = None
    sender: str | None = None

    def narrow(self, statement: Select[Any]) -> Select[Any]:
        if self.ids:
            statement = statement.where(deferred.c.id.in_(self.ids))
        for column in ("fingerprint", "subject", "sender"):
            if (wanted := getattr(self, column)) is not None:
                statement = statement.where(deferred.c[column] == wanted)
        return statement if self != Choice() else statement.where(deferred.c.id.is_(None))


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
            detail=detail,
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
    exchange, key = (Exchange.PARTNER_IN, f"{row.sender}.") if row.sender else (Exchange.OPEN, "")
    return next(iter(read(row.body, exchange, key, reader)))


async def let_go(tx: Transaction, deferred_id: int) -> None:
    """It was handled after all."""
    await tx.execute(delete(deferred).where(deferred.c.id == deferred_id))


async def put_back(
    tx: Transaction, deferred_id: int, state: str, detail: str, next_at: datetime | None
) -> None:
    await tx.execute(
        update(deferred)
        .where(deferred.c.id == deferred_id)
        .values(state=state, detail=detail, next_at=next_at, attempts=deferred.c.attempts + 1)
    )


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


async def list_aside(tx: Transaction, state: str, after: int, limit: int) -> list[Row[Any]]:
    """Those in a state, without their bodies, oldest first."""
    columns = [column for column in deferred.c if column.name != "body"]
    chosen = select(*columns).where(deferred.c.state == state, deferred.c.id > after)
    return list((await tx.execute(chosen.order_by(deferred.c.id).limit(limit))).all())


async def get(tx: Transaction, deferred_id: int) -> Row[Any]:
    """NothingParked."""
    row = (await tx.execute(select(deferred).where(deferred.c.id == deferred_id))).one_or_none()
    if row is None:
        raise NothingParked(f"There is no message {deferred_id} here.")
    return row


async def choose(tx: Transaction, choice: Choice, limit: int) -> list[Row[Any]]:
    """The parked messages that are meant, locked, in the order of their lines."""
    chosen = choice.narrow(select(deferred).where(deferred.c.state == "parked"))
    in_order = chosen.order_by(deferred.c.source, deferred.c.subject, deferred.c.place, deferred.c.id)
    return list((await tx.execute(in_order.limit(limit).with_for_update(skip_locked=True))).all())


async def replay(
    tx: Transaction, choice: Choice, who: str, why: str, *, limit: int, per_second: float
) -> list[int]:
    """Let parked messages be tried again, spread over time; their numbers.

    A message's own line decides when it is really handled, so the order of a subject stays.
    """
    rows = await choose(tx, choice, limit)
    for number, row in enumerate(rows):
        await _write_down(tx, row, "replay", who, why)
        if row.bound_for is not None:
            await _send_again(tx, row)
            continue
        next_at = tx.now + timedelta(seconds=number / per_second)
        again_ = update(deferred).where(deferred.c.id == row.id)
        await tx.execute(again_.values(state="retrying", attempts=0, next_at=next_at))
    return [row.id for row in rows]


async def discard(tx: Transaction, choice: Choice, who: str, why: str, *, limit: int) -> list[int]:
    """Let go of parked messages for good; their numbers. What waits behind them moves up."""
    rows = await choose(tx, choice, limit)
    for row in rows:
        await _write_down(tx, row, "discard", who, why)
        await let_go(tx, row.id)
        await _move_up(tx, row)
    return [row.id for row in rows]


async def edit(tx: Transaction, deferred_id: int, body: bytes, who: str, why: str, reader: str) -> None:
    """Put other words in a parked message and try it again; the original stays in the record.

    NothingParked; NotAnEvent where the new body is no message, or one with another source, id or place.
    """
    rows = await choose(tx, Choice(ids=(deferred_id,)), 1)
    if not rows:
        raise NothingParked(f"There is no parked message {deferred_id} here.")
    row = rows[0]
    exchange, key = (Exchange.PARTNER_IN, f"{row.sender}.") if row.sender else (Exchange.OPEN, "")
    edited = next(iter(read(body, exchange, key, reader)))
    if edited.event is None:
        raise NotAnEvent(edited.fault or "This is no message.")
    if row.event_id is not None and (edited.source, edited.event.id, edited.place) != (
        row.source,
        row.event_id,
        row.place,
    ):
        raise NotAnEvent("Source, id and place in line must stay as they were.")
    await _write_down(tx, row, "edit", who, why)
    event = edited.event
    await tx.execute(
        update(deferred)
        .where(deferred.c.id == row.id)
        .values(
            body=body,
            source=edited.source,
            event_id=event.id,
            subject=event.subject,
            name=event.name,
            place=edited.place,
            state="retrying",
            attempts=0,
            next_at=tx.now,
        )
    )


async def _write_down(tx: Transaction, row: Row[Any], action: str, who: str, why: str) -> None:
    await tx.execute(
        interventions.insert().values(
            at=tx.now,
            who=who,
            why=why,
            action=action,
            deferred_id=row.id,
            source=row.source,
            event_id=row.event_id,
            subject=row.subject,
            name=row.name,
            body=row.body,
        )
    )


async def _send_again(tx: Transaction, row: Row[Any]) -> None:
    new = {"exchange": Exchange.PARTNER_OUT, "routing_key": row.bound_for, "body": row.body.decode()}
    await tx.execute(outbox.insert().values(**new, written_at=tx.now))
    await let_go(tx, row.id)


async def _move_up(tx: Transaction, row: Row[Any]) -> None:
    if row.place is None:
        return
    here = and_(positions.c.source == row.source, positions.c.subject == row.subject)
    last = (await tx.execute(select(positions.c.last).where(here).with_for_update())).scalar_one()
    if last == row.place - 1:
        await lines.save(
            tx, lines.Lines({(row.source, row.subject): row.place}, frozenset({(row.source, row.subject)}))
        )
