"""Nothing stays on a dead queue: what the broker gave up on becomes a parked message, with its reason."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from chassis import aside, broker, inbox, lines
from chassis.database import Database
from chassis.draining import to_the_end
from chassis.incoming import Incoming
from chassis.reading import read
from chassis.transaction import Transaction
from contracts.catalogue import TO_PARTNERS


async def run(database: Database, url: str, queues: Sequence[str]) -> None:
    """Empty the dead queues, for ever."""

    async def work(channel: AbstractChannel) -> None:
        await channel.set_qos(prefetch_count=1)
        for name in queues:
            queue = await channel.get_queue(name, ensure=False)
            await queue.consume(partial(take, database))
        await asyncio.Event().wait()

    await database.keep("reclaimer", lambda: broker.keep(url, f"{database.service}-reclaimer", work))


async def take(database: Database, dead: AbstractIncomingMessage) -> None:
    """Park what is in a dead letter and was not handled before; acknowledged after the commit."""
    await to_the_end(_take(database, dead))


async def _take(database: Database, dead: AbstractIncomingMessage) -> None:
    exchange, key, reason = _death(dead)
    async with database.transaction() as tx:
        for message in read(dead.body, exchange, key, database.service):
            if exchange in TO_PARTNERS:
                outgoing = Incoming(message.body, message.event, message.source)
                await aside.put(tx, outgoing, "parked", "dead letter", reason, bound_for=key)
            else:
                await _park(tx, message, reason)
    await dead.ack()


def _death(dead: AbstractIncomingMessage) -> tuple[str, str, str]:
    """The exchange and routing key it was first published with, and why the broker gave up on it."""
    deaths: Any = dead.headers.get("x-death")
    if not deaths:
        return dead.exchange or "", dead.routing_key or "", "unrouted"
    first = deaths[-1]
    return str(first["exchange"]), str(first["routing-keys"][0]), str(deaths[0]["reason"])


async def _park(tx: Transaction, message: Incoming, reason: str) -> None:
    if inbox.untimely(message, tx.now):
        await aside.put(tx, message, "parked", "untimely", reason)
        return
    fresh = await inbox.take_in(tx, [message])
    await lines.lock(tx, fresh)
    for one in fresh:
        await aside.put(tx, one, "parked", "dead letter", reason)
