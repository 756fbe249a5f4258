"""The whole way of a report over five processes, from the POST until the partner's answer stands in its case."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from benchmarks import cpu, load, naive, services
from benchmarks.ground import Ground
from benchmarks.load import Posted
from benchmarks.partners import PARTNER
from benchmarks.rounds import share, spread
from chassis.topology import partner_user
from contracts.catalogue import SERVICES
from meldketen import city

CONNECTIONS = 32
WARM_UP = 100
REPORTS = 600
RATE = 5
PATIENCE_SECONDS = 180

# When the answer's transaction was committed, by PostgreSQL's own record: nobody has to look on meanwhile.
OURS = (
    "select report_id, extract(epoch from max(pg_xact_commit_timestamp(xmin)))::float8 as at "
    "from casework.entries where what = 'answered' group by report_id"
)
NAIVE = (
    "select report_id, extract(epoch from max(pg_xact_commit_timestamp(xmin)))::float8 as at "
    "from naive.effects where service = 'casework' and name = 'answered' group by report_id"
)


@dataclass(frozen=True, slots=True)
class Chain:
    """`port` takes the reports; `finished` is the query for who got an answer, and when."""

    port: int
    parts: dict[str, cpu.Part]
    finished: str


@dataclass(frozen=True, slots=True)
class Way:
    """What became of a stream of reports. Latencies in milliseconds, `cpu` in seconds by part."""

    accepted: int
    completed: int
    posted_per_second: float
    completed_per_second: float
    post_ms: Sequence[float]
    whole_ms: Sequence[float]
    cpu: dict[str, float]
    commits: int

    def cost(self, part: str | None = None) -> float:
        """CPU milliseconds a report, without the partner's and the load's own."""
        parts = [part] if part else [name for name in self.cpu if name != "partner"]
        return 1000 * sum(self.cpu[name] for name in parts) / max(1, self.completed)


@asynccontextmanager
async def ours(ground: Ground) -> AsyncIterator[Chain]:
    async with services.serve(ground, SERVICES) as running:
        partner = services.start(
            ground,
            PARTNER,
            ["-m", "benchmarks.partners", ground.under.broker_url(partner_user(PARTNER))],
            {},
        )
        try:
            parts = {name: cpu.Part(one.pid) for name, one in running.items()}
            yield Chain(
                running["intake"].port, parts | ground.servers() | {"partner": cpu.Part(partner.pid)}, OURS
            )
        finally:
            await asyncio.to_thread(partner.stop)


@asynccontextmanager
async def naively(ground: Ground) -> AsyncIterator[Chain]:
    started = {}
    database = ground.under.database.url(city.DATABASE).replace("+asyncpg", "")
    try:
        for name in (*naive.SERVICES, PARTNER):
            port = services.free_port(ground, f"naive-{name}")
            arguments = ["-m", "benchmarks.naive", name, database, ground.under.broker.amqp_url, str(port)]
            started[name] = (services.start(ground, f"naive-{name}", arguments, {}), port)
        port = started["intake"][1]
        await services.answers(f"http://127.0.0.1:{port}/health/ready")
        parts = {name: cpu.Part(started[name][0].pid) for name in naive.SERVICES}
        partner = {"partner": cpu.Part(started[PARTNER][0].pid)}
        yield Chain(port, parts | ground.servers() | partner, NAIVE)
    finally:
        await asyncio.gather(*(asyncio.to_thread(process.stop) for process, _ in started.values()))


async def stream(
    ground: Ground, chain: Chain, post: Callable[[Sequence[load.Connection]], Awaitable[list[Posted | None]]]
) -> Way:
    """Post, and wait until every accepted report has its answer or the patience is over."""
    async with load.connected(chain.port, CONNECTIONS) as connections:
        commits = await _commits(ground)
        before, begun = cpu.used(chain.parts), time.time()
        accepted = {UUID(one.report_id): one for one in await post(connections) if one}
        posted_seconds = time.time() - begun
    completed = await _completed(ground, chain, set(accepted))
    spent = cpu.since(before, chain.parts)
    ended = max(completed.values(), default=time.time())
    return Way(
        accepted=len(accepted),
        completed=len(completed),
        posted_per_second=len(accepted) / posted_seconds,
        completed_per_second=len(completed) / (ended - begun),
        post_ms=[one.ms for one in accepted.values()],
        whole_ms=[1000 * (at - accepted[report_id].sent_at) for report_id, at in completed.items()],
        cpu=spent,
        commits=await _commits(ground) - commits,
    )


async def _commits(ground: Ground) -> int:
    """How often PostgreSQL committed so far, once all sessions have said so."""
    await asyncio.sleep(1.1)
    counted: int = await ground.admin.fetchval("select sum(xact_commit)::bigint from pg_stat_database")
    return counted


async def _completed(ground: Ground, chain: Chain, accepted: set[UUID]) -> dict[UUID, float]:
    """When each of these had its answer."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        rows = await ground.admin.fetch(chain.finished)
        found = {row["report_id"]: row["at"] for row in rows if row["report_id"] in accepted}
        if len(found) == len(accepted) or time.monotonic() > until:
            return found
        await asyncio.sleep(0.25)


VARIANTS = {"naive chain": naively, "hub": ours}


async def section(ground: Ground, rounds: int, seconds: float) -> str:
    """Each chain in turns, with fresh processes: a burst as fast as it goes, then a fixed rate."""
    await naive.provision(ground.admin, ground.under.broker.amqp_url)
    bursts: dict[str, list[Way]] = {name: [] for name in VARIANTS}
    steady: dict[str, list[Way]] = {name: [] for name in VARIANTS}
    for number in range(rounds):
        for name, start in VARIANTS.items():
            await ground.empty()
            async with start(ground) as chain:
                await stream(ground, chain, lambda on: load.so_many(on, WARM_UP))
                burst = await stream(ground, chain, lambda on: load.so_many(on, REPORTS))
                await _settled(ground)
                at_rate = await stream(ground, chain, lambda on: load.at_a_rate(on, RATE, 4 * seconds))
            bursts[name].append(burst)
            steady[name].append(at_rate)
            print(f"  round {number + 1}: {name}: {burst.completed_per_second:,.0f}/s", flush=True)
    await ground.empty()
    said = (
        f"{REPORTS} reports over {CONNECTIONS} connections; each report asks one partner: 11 messages, 16 deliveries. "
        "CPU is that of the services and servers, without the partner's and the load's. The naive chain sends the same "
        "messages with an outbox and an inbox, and does far less with them: one row each, no rules, no order, no retries."
    )
    return "\n\n".join(
        [
            said,
            _table("a burst, as fast as it goes", bursts),
            _costs(bursts),
            _table(f"{RATE} reports a second", steady),
        ]
    )


async def _settled(ground: Ground) -> None:
    """Let what is still on its way arrive: letters, clocks, the last confirms."""
    await asyncio.sleep(1)
    await ground.check_queues(patience_seconds=PATIENCE_SECONDS)


def _table(title: str, ways: dict[str, list[Way]]) -> str:
    floors = ways["naive chain"]
    rows = [
        [
            title, "accepted/completed", "POST/s", "completed/s", "to naive", "CPU ms/report", "CPU to naive", "commits/report",
            "POST p50 ms", "POST p99 ms", "whole p50 ms", "whole p99 ms",
        ]
    ]  # fmt: skip
    rows.append(["---"] * len(rows[0]))
    for name, mine in ways.items():
        pairs = list(zip(mine, floors, strict=True))
        rows.append(
            [
                name,
                f"{sum(way.accepted for way in mine)}/{sum(way.completed for way in mine)}",
                spread([way.posted_per_second for way in mine]),
                spread([way.completed_per_second for way in mine]),
                f"**{spread([one.completed_per_second / other.completed_per_second for one, other in pairs])}**",
                spread([way.cost() for way in mine]),
                f"**{spread([one.cost() / other.cost() for one, other in pairs])}**",
                spread([way.commits / max(1, way.completed) for way in mine]),
                *(spread([share(way.post_ms, part) for way in mine]) for part in (0.5, 0.99)),
                *(spread([share(way.whole_ms, part) for way in mine]) for part in (0.5, 0.99)),
            ]
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _costs(ways: dict[str, list[Way]]) -> str:
    names = list(ways["hub"][0].cpu)
    rows = [["CPU ms/report in the burst", *names], ["---"] * (len(names) + 1)]
    rows += [
        [name, *(f"{median([way.cost(part) for way in mine]):.2f}" for part in names)]
        for name, mine in ways.items()
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
