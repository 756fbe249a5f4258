"""Publishing: the relay's own way against plain windows of confirms. No database takes part."""

import asyncio
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from benchmarks import cpu, wire
from benchmarks.ground import Ground, without
from benchmarks.rounds import Sample, Variant
from benchmarks.wire import Way
from chassis import relay
from chassis.topology import service_user

MESSAGES = 5_000
PACKED_MESSAGES = 50_000
"""More, because packed they go ten times as fast and /proc counts in hundredths of a second."""


async def raw(ground: Ground) -> Sample:
    bodies = wire.events(MESSAGES)
    async with wire.channel(_url(ground)) as channel:
        parts = without(ground.here(), "PostgreSQL")
        before, begun = cpu.used(parts), time.perf_counter()
        await wire.publish(channel, wire.SINGLE, bodies)
        return Sample(MESSAGES, time.perf_counter() - begun, cpu.since(before, parts))


async def single(ground: Ground) -> Sample:
    return await _as_the_relay(ground, wire.SINGLE, MESSAGES)


async def packed(ground: Ground) -> Sample:
    return await _as_the_relay(ground, wire.PACKED, PACKED_MESSAGES)


async def _as_the_relay(ground: Ground, way: Way, many: int) -> Sample:
    rows: Sequence[Any] = [
        SimpleNamespace(id=number, exchange=way.exchange, routing_key=way.key, body=body)
        for number, body in enumerate(wire.events(many))
    ]
    async with wire.channel(_url(ground)) as channel:
        parts = without(ground.here(), "PostgreSQL")
        before, begun = cpu.used(parts), time.perf_counter()
        for at in range(0, many, relay.WINDOW):
            # What relay_window does between its statements.
            packs = relay._packs(rows[at : at + relay.WINDOW])  # noqa: SLF001
            await asyncio.gather(*(relay._publish(channel, pack) for pack in packs))  # noqa: SLF001
        return Sample(many, time.perf_counter() - begun, cpu.since(before, parts))


def _url(ground: Ground) -> str:
    return ground.under.broker_url(service_user("routing"))


VARIANTS = (
    Variant("raw aio-pika, window of 256", raw),
    Variant("relay's publishing, one event a message", single, "raw aio-pika, window of 256"),
    Variant("relay's publishing, packed", packed, "raw aio-pika, window of 256"),
)
