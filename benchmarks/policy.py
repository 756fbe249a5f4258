"""The policy: one assessment with 500 rules, and a dry run of 100,000 reports as routing's job does it, in its portions."""

import asyncio
import json
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks.ground import Ground
from chassis.identity import new_id
from chassis.version_handlers import InForce
from routing.adapters import kept_assessment, policy_file, register_file, report_facts
from routing.domain.facts import Facts, Sighting
from routing.domain.policy import Policy, assess
from routing.handlers import dry_runs as handlers
from routing.handlers.policies import follow_policy
from routing.store import dry_runs

RULES = 500
ASSESSMENTS = 2_000
REPORTS = 100_000
ADDRESSES = 20_000
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
COLUMNS = (
    "report_id", "revision", "category", "policy_version", "facts", "decision", "cause", "difference", "assessed_at",
)  # fmt: skip
WINDOW = ("at_least = 3, within_days = 90", "at_least = 3, within_days = 365")


def many_rules() -> Policy:
    """The shipped policy with its general rules again and again, under other names, until there are enough."""
    policy = policy_file.load()
    general = [rule for rule in policy.rules if rule.category is None]
    more = (
        replace(general[number % len(general)], name=f"rule-{number}")
        for number in range(RULES - len(policy.rules))
    )
    return Policy(policy.version, (*policy.rules, *more))


def reports() -> Iterator[tuple[Facts, str]]:
    """Invented reports with what was seen at their addresses in ninety days, the same each time."""
    chance = random.Random(1)  # noqa: S311  invention
    kinds = [rule.category for rule in policy_file.load().rules if rule.category]
    before: dict[str, list[Sighting]] = {}
    for number in range(REPORTS):
        at = NOW - timedelta(days=365) + timedelta(days=365) * number / REPORTS
        place, kind = f"place-{chance.randrange(ADDRESSES)}", chance.choice(kinds)
        mine = Sighting(f"who-{chance.randrange(REPORTS // 2)}", kind, at)
        seen = before.setdefault(place, [])
        seen.append(mine)
        yield (
            Facts(
                kind,
                at,
                tenure=chance.choice(["owner", "corporation-tenant", "other"]),
                danger=chance.randrange(10) == 0,
                children=chance.randrange(5) == 0,
                area="BU05180001",
                seen=tuple(one for one in seen if one.at >= at - timedelta(days=90)),
            ),
            place,
        )


def assessment() -> str:
    policy = many_rules()
    facts = [one for (one, _), _ in zip(reports(), range(ASSESSMENTS), strict=False)]
    took = []
    for one in facts:
        begun = time.perf_counter()
        assess(one, policy)
        took.append((time.perf_counter() - begun) * 1_000)
    took.sort()
    return (
        f"One assessment with {len(policy.rules)} rules: median {statistics.median(took):.3f} ms, "
        f"p99 {took[len(took) * 99 // 100]:.3f} ms (goal: under 1 ms)."
    )


async def dry_run(ground: Ground) -> str:
    """With facts as they are kept, and with a window that makes it read all sightings anew."""
    database = ground.database("routing")
    register = register_file.load()
    await _fill(ground)
    async with database.transaction() as tx:
        await follow_policy(tx, InForce(policy_file.load(), policy_file.shipped()))
    lines = []
    shipped = policy_file.shipped()
    for name, text in (("the same window", shipped), ("a longer window", shipped.replace(*WINDOW))):
        async with database.transaction() as tx:
            run_id = (await handlers.begin(text, None, "benchmark", tx, register)).dry_run_id
        held: list[float] = []
        watching = asyncio.create_task(_watch(held))
        begun = time.perf_counter()
        more = True
        while more:
            async with database.transaction() as tx:
                more = await handlers.replay_reports(tx, register)
        took = time.perf_counter() - begun
        watching.cancel()
        async with database.transaction() as tx:
            run = await dry_runs.get(tx, run_id)
        lines.append(
            f"- {run.done:,} reports, {name}: {took:.1f} s, {run.effects.changed.total():,} changed; "
            f"the event loop was held up {max(held) * 1_000:.0f} ms at most, {statistics.median(held) * 1_000:.1f} ms at the median."
        )
    await database.close()
    return "\n".join(["A dry run, goal under 60 s:", "", *lines])


async def _watch(held: list[float]) -> None:
    """How much later than asked a sleeper is woken: what others in the process would wait."""
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.01)
        held.append(time.perf_counter() - begun - 0.01)


async def _fill(ground: Ground) -> None:
    await ground.empty()
    policy = policy_file.load()
    assessed: list[tuple[Any, ...]] = []
    seen: list[tuple[UUID, str, str, str, datetime]] = []
    for facts, place in reports():
        report_id, mine = new_id(), facts.seen[-1]
        seen.append((report_id, place, mine.who, mine.category, mine.at))
        decision = json.dumps(kept_assessment.written(assess(facts, policy)))
        kept = json.dumps(report_facts.written(facts))
        assessed.append((report_id, 1, facts.category, policy.version, kept, decision, None, "[]", facts.at))
    connection = await ground.sql("routing")
    await connection.copy_records_to_table("assessments", records=assessed, columns=COLUMNS)
    await connection.copy_records_to_table("sightings", records=seen)
    await connection.execute("analyze assessments")
    await connection.execute("analyze sightings")
    await connection.close()


async def section(ground: Ground, _rounds: int, _seconds: float) -> str:
    return f"{assessment()}\n\n{await dry_run(ground)}"
