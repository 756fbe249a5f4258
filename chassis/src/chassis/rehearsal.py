"""A stage on which one partner rehearses: a virtual host of its own, where nothing of the hub is.

The partner's user, queue and rights are there as in the hub, and a queue for its answers. Whoever plays the hub there
reads the answers and never touches what is real.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from chassis.clock import wall_clock
from chassis.management import Management
from chassis.topology import (
    Binding,
    Piece,
    clocks_queue,
    lacking,
    make,
    partner_queue,
    partner_rights,
    partner_user,
    queue_piece,
)
from contracts.catalogue import Exchange
from contracts.envelope import MEDIA_TYPE, CloudEvent

VHOST = "rehearsal"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a partner sent, as it came."""

    body: bytes
    routing_key: str
    content_type: str | None
    user_id: str | None
    persistent: bool
    at: datetime


def answers_queue(partner: str) -> str:
    return f"answers.{partner}"


async def provision(
    management: Management, partner: str, password: str, player: str, *, hears_clocks: bool = False
) -> list[str]:
    """Set the stage for a partner and for the user that plays the hub; what was done, in sentences."""
    quorum = {"x-queue-type": "quorum"}
    queues = {partner_queue(partner): Exchange.PARTNER_OUT, answers_queue(partner): Exchange.PARTNER_IN}
    if hears_clocks:
        queues[clocks_queue(partner)] = Exchange.PARTNER_CLOCKS
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    pieces = [
        Piece("vhost", VHOST, ("vhosts", VHOST)),
        *(
            Piece("exchange", name, ("exchanges", VHOST, name), {"type": "topic", "durable": True})
            for name in queues.values()
        ),
        *(queue_piece(VHOST, name, quorum) for name in queues),
        Piece(
            "user",
            partner_user(partner),
            ("users", partner_user(partner)),
            {"password": password, "tags": ""},
        ),
        *partner_rights(VHOST, partner, hears_clocks=hears_clocks),
        Piece("rights", player, ("permissions", VHOST, player), everything),
    ]
    bound = [Binding(exchange, queue, f"{partner}.#") for queue, exchange in queues.items()]
    return await make(management, VHOST, lacking(management, VHOST, pieces, bound))


class Stage:
    """Asks the partner, and hears what it says."""

    def __init__(self, channel: AbstractChannel, partner: str, *, hears_clocks: bool = False) -> None:
        self._channel = channel
        self._partner = partner
        self._hears_clocks = hears_clocks
        self._heard: asyncio.Queue[Heard] = asyncio.Queue()

    async def ask(self, event: CloudEvent) -> None:
        """Put a message on the partner's queue, as the hub does."""
        await self._put(Exchange.PARTNER_OUT, event)

    async def tell(self, event: CloudEvent) -> None:
        """Put a message on the queue of the partner's clocks, where it has one."""
        if self._hears_clocks:
            await self._put(Exchange.PARTNER_CLOCKS, event)

    async def _put(self, name: Exchange, event: CloudEvent) -> None:
        exchange = await self._channel.get_exchange(name, ensure=False)
        message = aio_pika.Message(
            event.model_dump_json(exclude_none=True).encode(),
            content_type=MEDIA_TYPE,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            message_id=event.id,
        )
        await exchange.publish(message, f"{self._partner}.{event.name}", mandatory=True)

    async def hear(self, within_seconds: float) -> Heard | None:
        """The next that the partner says; none where it says nothing in time."""
        try:
            async with asyncio.timeout(within_seconds):
                return await self._heard.get()
        except TimeoutError:
            return None

    async def listen(self) -> None:
        await (await self._channel.get_queue(answers_queue(self._partner), ensure=False)).consume(self._take)

    async def clear(self) -> None:
        """What is left of an earlier rehearsal goes."""
        clocks = [clocks_queue(self._partner)] if self._hears_clocks else []
        for name in (partner_queue(self._partner), answers_queue(self._partner), *clocks):
            await (await self._channel.get_queue(name, ensure=False)).purge()

    async def _take(self, message: AbstractIncomingMessage) -> None:
        await message.ack()
        self._heard.put_nowait(
            Heard(
                message.body,
                message.routing_key or "",
                message.content_type,
                message.user_id,
                message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT,
                wall_clock(),
            )
        )


@asynccontextmanager
async def stage(url: str, partner: str, *, hears_clocks: bool = False) -> AsyncIterator[Stage]:
    """`url` is that of the player, on the virtual host of the rehearsal."""
    connection = await aio_pika.connect(url, client_properties={"connection_name": f"rehearsal-{partner}"})
    async with connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        made = Stage(channel, partner, hears_clocks=hears_clocks)
        await made.clear()
        await made.listen()
        yield made
