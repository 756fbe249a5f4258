"""What a person does with messages that were put aside: look, have them tried again, let go of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, literal, select, update

from chassis import aside, lines, record
from chassis.incoming import Incoming
from chassis.tables import deferred, outbox
from chassis.transaction import Transaction
from contracts.catalogue import CATALOGUE, TO_PARTNERS, Exchange

_KNOWN = [column for column in deferred.c if column.name != "body"]


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


@dataclass(frozen=True, slots=True)
class Spot:
    """A message, without its body, where it stands in its line: between how many that are aside too.

    `next_place` is the place whose turn it is; none where no order was promised.
    """

    message: Row[Any]
    ahead: int
    behind: int
    next_place: int | None


async def find_spot(tx: Transaction, deferred_id: int) -> Spot:
    """NothingParked."""
    row = (await tx.execute(select(*_KNOWN).where(deferred.c.id == deferred_id))).one_or_none()
    if row is None:
        raise NothingParked(f"There is no message {deferred_id} here.")
    if row.subject is None:
        return Spot(row, 0, 0, None)
    at = func.coalesce(deferred.c.place, deferred.c.id)
    here = row.place or row.id
    line = (deferred.c.source == row.source, deferred.c.subject == row.subject)
    ahead, behind = func.count().filter(at < here), func.count().filter(at > here)
    counted = (await tx.execute(select(ahead.label("ahead"), behind.label("behind")).where(*line))).one()
    return Spot(
        row,
        counted.ahead,
        counted.behind,
        row.place and await lines.next_place(tx, (row.source, row.subject)),
    )


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
        message = aside.again(await get(tx, row.id), tx.service)
        if await _pass_by(tx, message):
            await record.write_down(tx, [row.id], "discard", who, why)
            await aside.let_go(tx, row.id)
            gone.append(row.id)
    return gone


async def send_again(tx: Transaction, deferred_id: int, not_before: datetime) -> None:
    """Put a message that came back from a partner's queue in the outbox again."""
    written: dict[str, ColumnElement[Any]] = {
        "exchange": literal(str(_to_partners(tx.service))),
        "routing_key": deferred.c.bound_for,
        "body": func.convert_from(deferred.c.body, "UTF8"),
        "written_at": literal(tx.now),
        "not_before": literal(not_before),
    }
    this = select(*written.values()).where(deferred.c.id == deferred_id)
    await tx.execute(outbox.insert().from_select(list(written), this))
    await aside.let_go(tx, deferred_id)


def _to_partners(service: str) -> Exchange:
    """Where this service speaks to partners."""
    return next(
        entry.exchange for entry in CATALOGUE if entry.publisher == service and entry.exchange in TO_PARTNERS
    )


async def _pass_by(tx: Transaction, message: Incoming) -> bool:
    """Let a message's line go on without it; not while its turn has still to come."""
    locked = await lines.lock(tx, [message])
    if locked.is_next(message):
        locked.step(message)
        await lines.save(tx, locked)
        return True
    return locked.is_past(message)
