"""From the outbox to the broker. A row goes only after the broker confirmed that the message is on a queue."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

import structlog
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import DeliveryError, PublishError
from sqlalchemy import ARRAY, BigInteger, Row, any_, bindparam, or_, select, update

from chassis import broker, sent
from chassis.database import Database
from chassis.draining import to_the_end
from chassis.identity import new_id
from chassis.metrics import PUBLISHED, UNPUBLISHED
from chassis.tables import outbox
from contracts.catalogue import Exchange
from contracts.envelope import BATCH_MEDIA_TYPE, MEDIA_TYPE

log = structlog.get_logger()

WINDOW = 256
PACK_BYTES = 256 * 1024
CONFIRM_WITHIN_SECONDS = 10
LOOK_EVERY_SECONDS = 1
OURS = frozenset({Exchange.OPEN, Exchange.CONFIDENTIAL})

_FAILED = (
    update(outbox)
    .where(outbox.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
    .values(attempts=outbox.c.attempts + 1, last_error=bindparam("error"), not_before=bindparam("again_at"))
)


async def run(database: Database, url: str) -> None:
    """Empty the outbox, for ever. Woken by the transactions of this process; a slow look is the net."""

    async def work(channel: AbstractChannel) -> None:
        while True:
            database.announced.clear()
            if await to_the_end(relay_window(database, channel)) == 0:
                try:
                    async with asyncio.timeout(LOOK_EVERY_SECONDS):
                        await database.announced.wait()
                except TimeoutError:
                    pass

    await database.keep("relay", lambda: broker.keep(url, f"{database.service}-relay", work))


async def relay_window(database: Database, channel: AbstractChannel) -> int:
    """Publish what waits, up to a window; how many rows were taken. Several relays may run: each takes other rows."""
    async with database.transaction() as tx:
        waiting = select(outbox).where(or_(outbox.c.not_before.is_(None), outbox.c.not_before <= tx.now))
        rows = (
            await tx.execute(waiting.order_by(outbox.c.id).limit(WINDOW).with_for_update(skip_locked=True))
        ).all()
        if not rows:
            return 0
        packs = list(_packs(rows))
        outcomes = await asyncio.gather(*(_publish(channel, pack) for pack in packs), return_exceptions=True)
        gone = [
            row.id for pack, outcome in zip(packs, outcomes, strict=True) if outcome is None for row in pack
        ]
        if gone:
            await sent.keep(tx, gone)
            PUBLISHED.labels(database.service).inc(len(gone))
        for pack, outcome in zip(packs, outcomes, strict=True):
            if outcome is not None:
                reason = _why(outcome)
                UNPUBLISHED.labels(database.service, reason).inc(len(pack))
                log.warning(
                    "not published", reason=reason, routing_key=pack[0].routing_key, messages=len(pack)
                )
                again_at = tx.now + timedelta(seconds=min(60, 2 ** pack[0].attempts))
                failed = {"ids": [row.id for row in pack], "error": reason, "again_at": again_at}
                await tx.execute(_FAILED, failed)
    lost = next((o for o in outcomes if isinstance(o, BaseException) and _why(o) == "unknown"), None)
    if lost:
        raise lost
    return len(rows)


def _packs(rows: Sequence[Row[Any]]) -> list[list[Row[Any]]]:
    """Waiting messages of one kind travel together where the reader is one of ours; a partner gets them singly."""
    packs: list[list[Row[Any]]] = []
    ordered = sorted(rows, key=lambda row: (row.exchange, row.routing_key, row.id))
    for (exchange, _), kind in groupby(ordered, key=lambda row: (row.exchange, row.routing_key)):
        pack: list[Row[Any]] = []
        size = 0
        for row in kind:
            size += len(row.body)
            if pack and (exchange not in OURS or size > PACK_BYTES):
                packs.append(pack)
                pack, size = [], len(row.body)
            pack.append(row)
        packs.append(pack)
    return packs


async def _publish(channel: AbstractChannel, pack: Sequence[Row[Any]]) -> None:
    """Return once the broker has it on a queue. The transport id is fresh: returns are matched by it."""
    single = len(pack) == 1
    message = Message(
        (pack[0].body if single else f"[{','.join(row.body for row in pack)}]").encode(),
        content_type=MEDIA_TYPE if single else BATCH_MEDIA_TYPE,
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=str(new_id()),
    )
    async with asyncio.timeout(CONFIRM_WITHIN_SECONDS):
        exchange = await channel.get_exchange(pack[0].exchange, ensure=False)
        await exchange.publish(message, pack[0].routing_key, mandatory=True)


def _why(outcome: BaseException) -> str:
    match outcome:
        case PublishError():
            return "unroutable"
        case DeliveryError():
            return "refused"
        case _:
            return "unknown"
