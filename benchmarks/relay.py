"""From the outbox to the broker: `relay_window` against raw SQL and raw publishing of the same rows."""

import time

from benchmarks import cpu, wire
from benchmarks.ground import Ground
from benchmarks.rounds import Sample, Variant
from benchmarks.wire import Way
from chassis import relay
from chassis.topology import service_user

ROWS = 5_000
PACKED_ROWS = 30_000
_FILL = (
    "insert into outbox (exchange, routing_key, body, written_at) select $1, $2, unnest($3::text[]), now()"
)
_TAKE = (
    "select id, exchange, routing_key, body from outbox where not_before is null or not_before <= now() "
    "order by id limit 256 for update skip locked"
)


async def _raw(ground: Ground, way: Way, many: int, pack: int = 0) -> Sample:
    sql = await ground.sql("routing")
    await sql.execute(_FILL, way.exchange, way.key, wire.events(many))
    async with wire.channel(ground.under.broker_url(service_user("routing"))) as channel:
        parts = ground.here()
        before, begun = cpu.used(parts), time.perf_counter()
        rows = [1]
        while rows:
            async with sql.transaction():
                rows = await sql.fetch(_TAKE)
                bodies = [row["body"] for row in rows]
                await wire.publish(channel, way, wire.pack(bodies, pack) if pack else bodies)
                await sql.execute("delete from outbox where id = any($1)", [row["id"] for row in rows])
        sample = Sample(many, time.perf_counter() - begun, cpu.since(before, parts))
    await sql.close()
    return sample


async def _ours(ground: Ground, way: Way, many: int) -> Sample:
    sql = await ground.sql("routing")
    await sql.execute(_FILL, way.exchange, way.key, wire.events(many))
    await sql.close()
    database = ground.database("routing")
    async with wire.channel(ground.under.broker_url(service_user("routing"))) as channel:
        parts = ground.here()
        before, begun = cpu.used(parts), time.perf_counter()
        while await relay.relay_window(database, channel):
            pass
        sample = Sample(many, time.perf_counter() - begun, cpu.since(before, parts))
    await database.close()
    return sample


async def raw_single(ground: Ground) -> Sample:
    return await _raw(ground, wire.SINGLE, ROWS)


async def raw_packed(ground: Ground) -> Sample:
    return await _raw(ground, wire.PACKED, PACKED_ROWS, pack=256)


async def single(ground: Ground) -> Sample:
    return await _ours(ground, wire.SINGLE, ROWS)


async def packed(ground: Ground) -> Sample:
    return await _ours(ground, wire.PACKED, PACKED_ROWS)


VARIANTS = (
    Variant("raw SQL and aio-pika, one event a message", raw_single),
    Variant("relay, one event a message", single, "raw SQL and aio-pika, one event a message"),
    Variant("raw SQL and aio-pika, packed", raw_packed),
    Variant("relay, packed", packed, "raw SQL and aio-pika, packed"),
)
