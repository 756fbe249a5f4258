"""From the commit of a report until its question is with the partner, with a few and with many reports a second."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from benchmarks import load, services
from benchmarks.ground import Ground
from benchmarks.partners import PARTNER
from benchmarks.rounds import share, spread
from chassis.topology import partner_queue, partner_user
from contracts.catalogue import SERVICES
from contracts.envelope import CloudEvent

RATES = (10, 100)
CONNECTIONS = 32
WARM_UP = 100
PATIENCE_SECONDS = 60

COMMITTED = (
    "select a.assignment_id, extract(epoch from pg_xact_commit_timestamp(r.xmin))::float8 as at "
    "from intake.reports r join routing.assignments a using (report_id) "
    "where a.partner = $1 and r.report_id = any($2)"
)

Came = dict[UUID, float]
"""When each assignment came, in seconds since the epoch."""


@asynccontextmanager
async def listening(ground: Ground) -> AsyncIterator[Came]:
    """The partner takes every question, and answers none."""
    came: Came = {}

    async def take(message: AbstractIncomingMessage) -> None:
        now = time.time()
        came.setdefault(UUID(CloudEvent.model_validate_json(message.body).subject), now)
        await message.ack()

    async with await aio_pika.connect(ground.under.broker_url(partner_user(PARTNER))) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=200)
        queue = await channel.get_queue(partner_queue(PARTNER), ensure=False)
        await queue.consume(take)
        yield came


async def waits(ground: Ground, port: int, came: Came, per_second: float, seconds: float) -> list[float]:
    """Milliseconds of each report that was accepted; endless where its question did not come."""
    async with load.connected(port, CONNECTIONS) as connections:
        posted = [one for one in await load.at_a_rate(connections, per_second, seconds) if one]
    rows = await _committed(ground, {UUID(one.report_id) for one in posted})
    for _ in range(10 * PATIENCE_SECONDS):
        if rows.keys() <= came.keys():
            break
        await asyncio.sleep(0.1)
    return [1000 * (came.get(assignment, float("inf")) - at) for assignment, at in rows.items()]


async def _committed(ground: Ground, reports: set[UUID]) -> Came:
    """When the report of each assignment was committed, once routing has made them all."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        rows = await ground.admin.fetch(COMMITTED, PARTNER, reports)
        if len(rows) == len(reports) or time.monotonic() > until:
            return {row["assignment_id"]: row["at"] for row in rows}
        await asyncio.sleep(0.2)


async def section(ground: Ground, rounds: int, seconds: float) -> str:
    """Fresh processes each round, the rates in turns."""
    found: dict[int, list[list[float]]] = {rate: [] for rate in RATES}
    for number in range(rounds):
        await ground.empty()
        async with services.serve(ground, SERVICES) as running, listening(ground) as came:
            port = running["intake"].port
            async with load.connected(port, CONNECTIONS) as connections:
                await load.so_many(connections, WARM_UP)
            for rate in RATES:
                found[rate].append(await waits(ground, port, came, rate, 4 * seconds))
                p95 = share(found[rate][-1], 0.95)
                print(f"  round {number + 1}: {rate} reports/s: p95 {p95:,.0f} ms", flush=True)
    await ground.empty()
    return _table(found)


def _table(found: dict[int, list[list[float]]]) -> str:
    head = ["reports/s", "reports", "p50 ms", "p95 ms", "p99 ms", f"p95 to that at {RATES[0]}/s"]
    rows = [head, ["---"] * len(head)]
    for rate, mine in found.items():
        ratios = [share(one, 0.95) / share(few, 0.95) for one, few in zip(mine, found[RATES[0]], strict=True)]
        rows.append(
            [
                str(rate),
                str(sum(map(len, mine))),
                *(spread([share(one, part) for one in mine]) for part in (0.5, 0.95, 0.99)),
                f"**{spread(ratios)}**",
            ]
        )
    said = "Five processes; each report asks one partner, who only takes its questions. The clock starts at the commit."
    return said + "\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)
