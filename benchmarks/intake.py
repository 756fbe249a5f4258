"""Accepting reports: POST on a real intake process against the bare transaction with its own inserts."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from benchmarks import cpu, load, services, wire
from benchmarks.ground import Ground
from benchmarks.rounds import Sample, Variant
from meldketen.local import postgres

CLIENTS = 32
_BODY = wire.events(1)[0].replace(":", ";")
"""As long as an announcement is; pgbench would take what follows a colon for a variable."""

_REPORT = f"""
insert into reports (report_id, reference, category, category_name, channel, received_at, story, language,
  address_key, postcode, house_number, name, phone, anonymous, tenure, danger, children, going_on_now, reported_before,
  hear_by)
values (gen_random_uuid(), gen_random_uuid()::text, 'VANDAL', 'Vandalisme', 'web', now(), '{load.STORY.replace("'", "")}', 'nl',
  gen_random_uuid()::text, '1000 AB', 1, 'A. Voorbeeld', '070 000 00 00', false, 'other', false, false, true, true,
  now())
"""  # noqa: S608  text of our own
_ANNOUNCE = f"""
insert into outbox (exchange, routing_key, body, written_at) values
  ('hub.confidential', 'reports.submitted.v1', '{_BODY}', now()),
  ('hub.events', 'reports.registered.v1', '{_BODY}', now())
"""  # noqa: S608  text of our own


async def by_asyncpg(ground: Ground, clients: int, seconds: float) -> Sample:
    connections = [await ground.sql("intake") for _ in range(clients)]
    until = time.perf_counter() + seconds
    latencies = []

    async def go_on(sql: object) -> None:
        report, announce = [await sql.prepare(one) for one in (_REPORT, _ANNOUNCE)]  # type: ignore[attr-defined]
        while time.perf_counter() < until:
            begun = time.perf_counter()
            async with sql.transaction():  # type: ignore[attr-defined]
                await report.fetch()
                await announce.fetch()
            latencies.append(1000 * (time.perf_counter() - begun))

    parts = ground.here()
    before, begun = cpu.used(parts), time.perf_counter()
    await asyncio.gather(*map(go_on, connections))
    sample = Sample(len(latencies), time.perf_counter() - begun, cpu.since(before, parts), latencies)
    for connection in connections:
        await connection.close()
    return sample


async def by_pgbench(ground: Ground, pgbench: Path, clients: int, seconds: float) -> Sample:
    """Pgbench keeps to itself when each transaction ended, so there are no percentiles of it here."""
    script = ground.folder / "intake.sql"
    script.write_text(f"begin;\n{_one_line(_REPORT)};\n{_one_line(_ANNOUNCE)};\ncommit;\n")
    url = ground.under.database_url("intake").replace("+asyncpg", "") + "?options=-csearch_path%3Dintake"
    parts = ground.servers()
    before, begun = cpu.used(parts), time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        pgbench, "-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(max(1, round(seconds))),
        "-f", script, url,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        said = (await process.communicate())[0].decode()
    finally:
        if process.returncode is None:
            process.kill()
    seconds_used = time.perf_counter() - begun
    await asyncio.sleep(0.3)  # until the server has counted the sessions that ended
    spent = cpu.since(before, parts)
    done = re.search(r"actually processed: (\d+)", said)
    if not done:
        raise RuntimeError(f"pgbench: {said[-500:]}")
    return Sample(int(done[1]), seconds_used, spent)


async def by_post(ground: Ground, clients: int, seconds: float) -> Sample:
    async with (
        services.serve(ground, ["intake"]) as running,
        load.connected(running["intake"].port, clients) as connections,
    ):
        await load.for_seconds(connections, 0.5)
        parts = {"ours": cpu.Part(running["intake"].pid)} | ground.servers()
        before, begun = cpu.used(parts), time.perf_counter()
        posted = await load.for_seconds(connections, seconds)
        accepted = [one.ms for one in posted if one]
        return Sample(len(accepted), time.perf_counter() - begun, cpu.since(before, parts), accepted)


def variants(seconds: float) -> list[Variant]:
    made = []
    for clients in (1, CLIENTS):
        many = f"{clients} client{'s' if clients > 1 else ''}"
        floor = f"two inserts by asyncpg, {many}"
        made.append(Variant(floor, partial(by_asyncpg, clients=clients, seconds=seconds)))
        if (pgbench := postgres._programs() / "pgbench").exists():  # noqa: SLF001  of the server that is measured
            run: Callable[[Ground], Awaitable[Sample]] = partial(
                by_pgbench, pgbench=pgbench, clients=clients, seconds=seconds
            )
            made.append(Variant(f"two inserts by pgbench, {many}", run, floor))
        made.append(Variant(f"POST, {many}", partial(by_post, clients=clients, seconds=seconds), floor))
    return made


def _one_line(statement: str) -> str:
    return " ".join(statement.split())
