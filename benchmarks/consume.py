"""From a queue into the inbox: the consumer with a handler that does nothing against one raw insert a batch."""

import asyncio
import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from aio_pika.abc import AbstractIncomingMessage

from benchmarks import cpu, wire
from benchmarks.ground import Ground
from benchmarks.rounds import Sample, Variant
from benchmarks.wire import Way
from chassis.consumer import Consumer
from chassis.subscriptions import Subscriptions, on
from chassis.topology import service_queue, service_user
from chassis.transaction import Transaction
from contracts.intake import ReportRegistered

EVENTS = 4_000
PACKED_EVENTS = 16_000
PACK = 64
PATIENCE_SECONDS = 120
QUEUE = service_queue("monitoring")
_TAKE_IN = (
    "insert into inbox (day, source, event_id, taken_at) select d, s, i, now() "
    "from unnest($1::date[], $2::text[], $3::text[]) as u (d, s, i) on conflict do nothing returning event_id"
)


async def _prepare(ground: Ground, many: int, pack: int) -> None:
    bodies = wire.events(many)
    async with wire.channel(ground.under.broker.amqp_url) as channel:
        await wire.publish(channel, Way("", QUEUE, QUEUE), wire.pack(bodies, pack) if pack else bodies)


async def _raw(ground: Ground, many: int, pack: int = 0) -> Sample:
    await _prepare(ground, many, pack)
    sql = await ground.sql("monitoring")
    arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
    async with wire.channel(ground.under.broker_url(service_user("monitoring"))) as channel:
        await channel.set_qos(prefetch_count=16 if pack else 256)
        queue = await channel.get_queue(QUEUE, ensure=False)
        parts = ground.here()
        before, begun = cpu.used(parts), time.perf_counter()
        await queue.consume(arrived.put)
        taken = 0
        async with asyncio.timeout(PATIENCE_SECONDS):
            while taken < many:
                deliveries = [await arrived.get()]
                while not arrived.empty():
                    deliveries.append(arrived.get_nowait())
                taken += await _take_in(sql, deliveries)
                await deliveries[-1].ack(multiple=True)
        sample = Sample(taken, time.perf_counter() - begun, cpu.since(before, parts))
    await sql.close()
    return sample


async def _take_in(sql: Any, deliveries: list[AbstractIncomingMessage]) -> int:
    contents = [json.loads(delivery.body) for delivery in deliveries]
    events = [event for one in contents for event in (one if isinstance(one, list) else [one])]
    days = [datetime.fromisoformat(event["time"]).astimezone(UTC).date() for event in events]
    sources, ids = [event["source"] for event in events], [event["id"] for event in events]
    return len(await sql.fetch(_TAKE_IN, days, sources, ids))


async def _ours(ground: Ground, many: int, pack: int = 0) -> Sample:
    await _prepare(ground, many, pack)
    handled = 0
    all_handled = asyncio.Event()

    async def nothing(_event: ReportRegistered, _tx: Transaction) -> None:
        nonlocal handled
        handled += 1
        if handled >= many:
            all_handled.set()

    database = ground.database("monitoring")
    consumer = Consumer(database, Subscriptions(on(ReportRegistered, nothing)))
    parts = ground.here()
    before, begun = cpu.used(parts), time.perf_counter()
    running = asyncio.ensure_future(consumer.run(ground.under.broker_url(service_user("monitoring"))))
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await all_handled.wait()
            while await ground.admin.fetchval("select count(*) from monitoring.inbox") < many:  # noqa: ASYNC110
                await asyncio.sleep(0.002)
        return Sample(many, time.perf_counter() - begun, cpu.since(before, parts))
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await database.close()


async def raw_single(ground: Ground) -> Sample:
    return await _raw(ground, EVENTS)


async def raw_packed(ground: Ground) -> Sample:
    return await _raw(ground, PACKED_EVENTS, PACK)


async def single(ground: Ground) -> Sample:
    return await _ours(ground, EVENTS)


async def packed(ground: Ground) -> Sample:
    return await _ours(ground, PACKED_EVENTS, PACK)


VARIANTS = (
    Variant("raw aio-pika and one insert a batch, one event a message", raw_single),
    Variant(
        "consumer, one event a message", single, "raw aio-pika and one insert a batch, one event a message"
    ),
    Variant("raw aio-pika and one insert a batch, packs of 64", raw_packed),
    Variant("consumer, packs of 64", packed, "raw aio-pika and one insert a batch, packs of 64"),
)
