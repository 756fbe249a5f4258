"""The same way of a report, done naively: each message its own transaction, published one by one, nothing packed.

The yardstick of the chain: same servers, same messages to the same readers, outbox and inbox as well; no order,
no retries, no rules. `python -m benchmarks.naive SERVICE DATABASE_URL AMQP_URL PORT`.
"""

import asyncio
import json
import sys
from typing import Any
from uuid import UUID

import aio_pika
import asyncpg
import uvicorn
import uvloop
from aio_pika import DeliveryMode, ExchangeType, Message
from aio_pika.abc import AbstractChannel
from fastapi import FastAPI

from chassis.identity import new_id
from intake.adapters.new_report import NewReport

SERVICES = ("intake", "routing", "casework", "monitoring", "notifications")
EXCHANGE = "naive"
IDLE_SECONDS = 0.05

# Who hears a message, and what a service says when it hears one: as the hub does for a report with one partner.
READERS = {
    "submitted": ("routing", "casework"),
    "registered": ("monitoring", "notifications"),
    "assessed": ("casework",),
    "offered": ("casework", "monitoring"),
    "question": ("police",),
    "reply": ("routing",),
    "answered": ("casework", "monitoring", "notifications"),
    "noted": ("casework",),
    "opened": ("monitoring",),
    "started": ("casework",),
    "met": ("casework",),
}
SAYS = {
    ("routing", "submitted"): ("assessed", "offered", "question"),
    ("routing", "reply"): ("answered", "noted"),
    ("casework", "submitted"): ("opened",),
    ("monitoring", "offered"): ("started",),
    ("monitoring", "answered"): ("met",),
}

TABLES = """
create schema naive;
create table naive.effects (
  id bigint generated always as identity primary key, service text not null, name text not null,
  report_id uuid not null, body jsonb not null);
create table naive.inbox (service text, event_id uuid, primary key (service, event_id));
create table naive.outbox (
  id bigint generated always as identity primary key, service text not null, name text not null, body text not null);
create index on naive.outbox (service, id);
"""


async def provision(admin: Any, url: str) -> None:
    """Tables and queues, once."""
    await admin.execute(TABLES)
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange(EXCHANGE, ExchangeType.TOPIC, durable=True)
        for reader in {reader for readers in READERS.values() for reader in readers}:
            queue = await channel.declare_queue(
                f"naive.{reader}", durable=True, arguments={"x-queue-type": "quorum"}
            )
            for name in (name for name, readers in READERS.items() if reader in readers):
                await queue.bind(exchange, name)


async def say(sql: Any, service: str, names: tuple[str, ...], report_id: str, content: Any) -> None:
    for name in names:
        body = json.dumps({"id": str(new_id()), "report_id": report_id, "data": content})
        await sql.execute(
            "insert into naive.outbox (service, name, body) values ($1, $2, $3)", service, name, body
        )


async def keep(sql: Any, service: str, name: str, report_id: str, content: Any) -> None:
    insert = "insert into naive.effects (service, name, report_id, body) values ($1, $2, $3, $4)"
    await sql.execute(insert, service, name, UUID(report_id), json.dumps(content))


async def publish(channel: AbstractChannel, name: str, body: str) -> None:
    exchange = await channel.get_exchange(EXCHANGE, ensure=False)
    message = Message(body.encode(), delivery_mode=DeliveryMode.PERSISTENT)
    await exchange.publish(message, name, mandatory=True)


async def relay(pool: Any, channel: AbstractChannel, service: str) -> None:
    while True:
        async with pool.acquire() as sql, sql.transaction():
            rows = await sql.fetch(
                "select * from naive.outbox where service = $1 order by id limit 50 for update", service
            )
            for row in rows:
                await publish(channel, row["name"], row["body"])
                await sql.execute("delete from naive.outbox where id = $1", row["id"])
        if not rows:
            await asyncio.sleep(IDLE_SECONDS)


async def consume(pool: Any, channel: AbstractChannel, service: str) -> None:
    await channel.set_qos(prefetch_count=50)
    queue = await channel.get_queue(f"naive.{service}", ensure=False)
    async with queue.iterator() as deliveries:
        async for delivery in deliveries:
            event, name = json.loads(delivery.body), delivery.routing_key or ""
            if service == "police":
                await publish(channel, "reply", json.dumps(event | {"id": str(new_id())}))
            else:
                async with pool.acquire() as sql, sql.transaction():
                    new = await sql.fetchval(
                        "insert into naive.inbox values ($1, $2) on conflict do nothing returning 1",
                        service,
                        UUID(event["id"]),
                    )
                    if new:
                        await keep(sql, service, name, event["report_id"], event["data"])
                        await say(
                            sql, service, SAYS.get((service, name), ()), event["report_id"], event["data"]
                        )
            await delivery.ack()


def intake(pool: Any) -> FastAPI:
    app = FastAPI()

    @app.post("/intake/v1/reports", status_code=202)
    async def accept(new: NewReport) -> dict[str, str]:
        report_id, content = str(new_id()), new.model_dump(mode="json", by_alias=True)
        async with pool.acquire() as sql, sql.transaction():
            await keep(sql, "intake", "accepted", report_id, content)
            await say(sql, "intake", ("submitted", "registered"), report_id, content)
        return {"id": report_id}

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


async def main(service: str, database_url: str, amqp_url: str, port: str) -> None:
    pool = await asyncpg.create_pool(database_url, min_size=1, max_size=5)
    connection = await aio_pika.connect(amqp_url)
    publishing, consuming = await connection.channel(), await connection.channel()
    web = FastAPI() if service != "intake" else intake(pool)
    work = [
        uvicorn.Server(
            uvicorn.Config(web, port=int(port), log_level="warning", access_log=False, lifespan="off")
        ).serve()
    ]
    if service != "police":
        work.append(relay(pool, publishing, service))
    if service != "intake":
        work.append(consume(pool, consuming, service))
    await asyncio.gather(*work)


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
