"""Messages as the hub sends them, and the plainest way to publish them: windows of confirms."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

import aio_pika
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel

from chassis.clock import wall_clock
from chassis.identity import new_id
from contracts.catalogue import Exchange
from contracts.envelope import CloudEvent
from contracts.intake import Channel, ReportRegistered

WINDOW = 256


@dataclass(frozen=True, slots=True)
class Way:
    """Where messages go: an exchange and a key that lead to one queue."""

    exchange: str
    key: str
    queue: str


SINGLE = Way(Exchange.PARTNER_OUT, "police.police-questions.asked.v1", "partner.police")
PACKED = Way(Exchange.OPEN, "reports.assessed.v1", "svc.casework")

_places = count()


def events(many: int) -> list[str]:
    """As many events about as many reports, in JSON."""
    return [_event() for _ in range(many)]


def _event() -> str:
    report_id, now = new_id(), wall_clock()
    said = ReportRegistered(
        report_id=report_id,
        category="VANDAL",
        category_name="Vandalisme",
        channel=Channel.WEB,
        received_at=now,
        reachable=False,
    )
    return CloudEvent(
        specversion="1.0",
        id=str(new_id()),
        source=f"urn:nld:oin:{'0' * 20}:systeem:meldketen-intake",
        type=said.type(),
        subject=said.subject,
        time=now,
        dataschema=f"https://woonoverlast.example/schemas/{said.name}.json",
        sequence="2",
        sequencetype="Integer",
        traceparent=f"00-{next(_places):032x}-00f067aa0ba902b7-01",
        follows="monitoring=1 notifications=1",
        data=said.model_dump(mode="json", by_alias=True, exclude_none=True),
    ).model_dump_json(exclude_none=True)


def pack(bodies: Sequence[str], size: int) -> list[str]:
    return [f"[{','.join(bodies[at : at + size])}]" for at in range(0, len(bodies), size)]


@asynccontextmanager
async def channel(url: str) -> AsyncIterator[AbstractChannel]:
    connection = await aio_pika.connect(url)
    async with connection:
        yield await connection.channel(publisher_confirms=True, on_return_raises=True)


async def publish(on: AbstractChannel, way: Way, bodies: Sequence[str]) -> None:
    """A window at a time, its confirms awaited together."""
    exchange = await on.get_exchange(way.exchange, ensure=False) if way.exchange else on.default_exchange

    async def one(body: str) -> None:
        message = Message(
            body.encode(),
            content_type="application/json",
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=str(new_id()),
        )
        await exchange.publish(message, way.key, mandatory=True)

    for at in range(0, len(bodies), WINDOW):
        await asyncio.gather(*map(one, bodies[at : at + WINDOW]))
