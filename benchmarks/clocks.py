"""Clocks, with 10,000 and with a million open: an idle tick, 10,000 due at once, and how late it is said that one is due."""

import asyncio
import contextlib
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import asyncpg

from benchmarks import cpu
from benchmarks.ground import Ground
from chassis import jobs
from chassis.clock import Steady
from chassis.database import Database
from monitoring.handlers.clocks import fire_due
from monitoring.main import terms_of
from monitoring.settings import Settings

Turn = Callable[..., Awaitable[bool]]
FEW, MANY = 10_000, 1_000_000
DUE = 10_000
TICKS = 200
STREAM, STREAM_SECONDS = 2_000, 20
PAUSE = timedelta(milliseconds=250)
"""Between two ticks, as in monitoring's `main`."""

GOALS = (
    "Goals with a million: an idle tick under 5 ms, the burst under 2 s in the database, and lateness at the 99th "
    f"percentile under 2 s, here of {STREAM:,} terms that end within {STREAM_SECONDS} s. The whole of a burst "
    "is read, decided, written and put in the outbox, 500 at a time, each portion with its commit."
)
_OPEN = """
insert into deadlines (deadline_id, report_id, promise, holder, holder_name, started_at, due_at, counted_to,
                       unit, warn_before, state, next_at)
select gen_random_uuid(), gen_random_uuid(), 'result', 'police', 'Politie', now(), now() + away, now() + away,
       'hours', away / 4, 'running', now() + away * 0.75
from (select interval '1 day' + random() * interval '90 days' as away from generate_series(1, $1)) as terms
"""
_MAKE_DUE = """
update deadlines set due_at = now() - interval '1 minute' * random() * 120, next_at = now() - random() * interval '1 hour'
where deadline_id in (select deadline_id from deadlines where state = 'running' order by deadline_id limit $1)
"""
_STREAM = """
update deadlines set due_at = ends.at, next_at = ends.at from (
    select deadline_id, clock_timestamp() + interval '2 seconds' + random() * make_interval(secs => $2) as at
    from deadlines where state = 'running' order by deadline_id limit $1
) ends where ends.deadline_id = deadlines.deadline_id
"""


@dataclass(frozen=True, slots=True)
class Measured:
    idle_ms: float
    burst_seconds: float
    burst_database_seconds: float
    late_ms: float
    late_p99_ms: float


async def section(ground: Ground, _rounds: int, _seconds: float) -> str:
    await ground.empty()
    few = await _measure(ground, FEW)
    many = await _measure(ground, MANY)
    return "\n".join(
        (
            f"| | {FEW:,} open | {MANY:,} open | ratio |",
            "|---|---|---|---|",
            _row("An idle tick, median ms", few.idle_ms, many.idle_ms),
            _row(f"{DUE:,} due at once, s", few.burst_seconds, many.burst_seconds),
            _row("of which PostgreSQL computed, s", few.burst_database_seconds, many.burst_database_seconds),
            _row("A missed term is said late, median ms", few.late_ms, many.late_ms),
            _row("99th percentile, ms", few.late_p99_ms, many.late_p99_ms),
            "",
            GOALS,
        )
    )


async def _measure(ground: Ground, many: int) -> Measured:
    """With so many open: what is there already stays."""
    sql = await ground.sql("monitoring")
    there = await sql.fetchval("select count(*) from deadlines where state = 'running'")
    await sql.execute(_OPEN, many - there, timeout=600)
    await sql.execute("vacuum analyze deadlines", timeout=600)
    database = ground.database("monitoring")
    turn = partial(
        fire_due,
        terms=terms_of(Settings.model_validate(ground.settings("monitoring").model_dump())),
        steady=Steady("monitoring"),
    )
    idle = [await _timed(database, turn) for _ in range(TICKS)]
    await sql.execute(_MAKE_DUE, DUE, timeout=600)
    servers = ground.servers()
    before, begun = cpu.used(servers), time.perf_counter()
    while await _tick(database, turn):
        pass
    took, used = time.perf_counter() - begun, cpu.since(before, servers)
    left = await sql.fetchval("select count(*) from deadlines where next_at <= now()")
    said = await sql.fetchval("select count(*) from outbox")
    assert (left, said % DUE) == (0, 0), (left, said)
    late = await _lateness(sql, database, turn)
    await sql.close()
    await database.close()
    return Measured(
        statistics.median(idle) * 1_000,
        took,
        used["PostgreSQL"],
        statistics.median(late),
        statistics.quantiles(late, n=100)[-1],
    )


async def _lateness(sql: asyncpg.Connection, database: Database, turn: Turn) -> list[float]:
    """Milliseconds between the end of a term and the moment of its message, of a stream of them."""
    await sql.execute("truncate outbox")
    await sql.execute(_OPEN, STREAM, timeout=600)
    await sql.execute(_STREAM, STREAM, STREAM_SECONDS, timeout=600)
    ticking = asyncio.create_task(jobs.run(jobs.Job("fire_due", turn, PAUSE), database))
    while await sql.fetchval("select count(*) from outbox") < STREAM:  # noqa: ASYNC110  the database tells nobody
        await asyncio.sleep(0.5)
    ticking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await ticking
    events = [json.loads(row["body"]) for row in await sql.fetch("delete from outbox returning body")]
    return [
        (datetime.fromisoformat(event["time"]) - datetime.fromisoformat(event["data"]["dueAt"]))
        / timedelta(milliseconds=1)
        for event in events
    ]


async def _tick(database: Database, turn: Turn) -> bool:
    async with database.transaction() as tx:
        return await turn(tx)


async def _timed(database: Database, turn: Turn) -> float:
    begun = time.perf_counter()
    assert not await _tick(database, turn)
    return time.perf_counter() - begun


def _row(what: str, few: float, many: float) -> str:
    return f"| {what} | {few:.2f} | {many:.2f} | {many / few:.2f} |"
