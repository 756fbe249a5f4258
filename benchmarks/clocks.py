"""Clocks: what a tick costs when nothing is due, and 10,000 due at once, with 10,000 and with a million open."""

import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from benchmarks import cpu
from benchmarks.ground import Ground
from chassis.clock import Steady
from chassis.database import Database
from monitoring.handlers.clocks import fire_due
from monitoring.main import terms_of
from monitoring.settings import Settings

Turn = Callable[..., Awaitable[bool]]
FEW, MANY = 10_000, 1_000_000
DUE = 10_000
TICKS = 200

GOALS = (
    "Goals with a million: an idle tick under 5 ms, the burst under 2 s in the database. The whole of a burst "
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


@dataclass(frozen=True, slots=True)
class Measured:
    idle_ms: float
    burst_seconds: float
    burst_database_seconds: float


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
    await sql.close()
    await database.close()
    return Measured(statistics.median(idle) * 1_000, took, used["PostgreSQL"])


async def _tick(database: Database, turn: Turn) -> bool:
    async with database.transaction() as tx:
        return await turn(tx)


async def _timed(database: Database, turn: Turn) -> float:
    begun = time.perf_counter()
    assert not await _tick(database, turn)
    return time.perf_counter() - begun


def _row(what: str, few: float, many: float) -> str:
    return f"| {what} | {few:.2f} | {many:.2f} | {many / few:.2f} |"
