"""Versions of the policy: what is wrong is refused, and every replica decides by what is in force."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from policy_versions import REGISTER, STRICTER, a_report, version

from chassis import jobs
from chassis.testing import Bench
from chassis.versions import Activation, NoSuchVersion, Version
from contracts.routing import ReportAssessed
from routing.adapters import policy_file
from routing.handlers import policies as handlers

OnBench = Callable[..., Awaitable[Bench]]


@pytest.fixture
async def routing(on_bench: OnBench) -> Bench:
    bench = await on_bench("routing")
    await bench.turn("follow_policy")
    return bench


async def propose(bench: Bench, text: str, who: str = "B. Smit") -> Version:
    async with bench.transaction() as tx:
        return await handlers.propose(text, "Omdat het beter is.", who, tx, REGISTER)


async def put_in_force(bench: Bench, name: str, who: str = "N. Visser") -> Activation:
    async with bench.transaction() as tx:
        return await handlers.put_in_force(name, "Besproken.", who, tx, REGISTER)


async def decided_by(bench: Bench, **changes: Any) -> str:
    """The version by which this process decides about a report now."""
    report = a_report(**changes)
    await bench.hears(report)
    said = [m for m in await bench.said() if isinstance(m, ReportAssessed)]
    return next(m.policy_version for m in said if m.report_id == report.report_id)


async def test_a_report_that_comes_before_the_first_look_is_decided_by_what_is_in_force(
    routing: Bench, on_bench: OnBench
) -> None:
    await propose(routing, STRICTER)
    await put_in_force(routing, "2027-01.1")
    fresh = await on_bench("routing")
    assert await decided_by(fresh) == "2027-01.1"


async def test_a_proposal_decides_nothing(routing: Bench) -> None:
    await propose(routing, STRICTER)
    await routing.turn("follow_policy")
    assert await decided_by(routing) == "2026-12.1"


async def test_every_running_replica_hears_of_it_within_a_second(routing: Bench, on_bench: OnBench) -> None:
    other = await on_bench("routing")
    follow = next(job for job in other.service.jobs if job.name == "follow_policy")
    work = asyncio.create_task(jobs.run(follow, other.service.database))
    assert follow.pause < timedelta(seconds=1)
    await propose(routing, STRICTER)
    await put_in_force(routing, "2027-01.1")
    async with asyncio.timeout(10):
        while await decided_by(other) != "2027-01.1":
            await asyncio.sleep(0.1)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def test_a_wrong_policy_is_refused_whole(routing: Bench) -> None:
    with pytest.raises(policy_file.PolicyIsWrong) as caught:
        await propose(
            routing, version("2027-03.1", ("term = 1\n", "term = 0\n"), ("term = 2\n", "term = 0\n"))
        )
    assert len(caught.value.faults) == 2
    assert all(line for line, _, _ in caught.value.faults)
    with pytest.raises(NoSuchVersion):
        await put_in_force(routing, "2027-03.1")


async def test_a_part_that_nobody_plays_is_refused(routing: Bench) -> None:
    text = version("2027-04.1", ("[questions]\n", '[questions]\nzoo = "Is dit uw dier?"\n'))
    text = text.replace('["enforcement", "animal-police"]', '["enforcement", "zoo"]')
    with pytest.raises(policy_file.PolicyIsWrong) as caught:
        await propose(routing, text)
    [(line, rule, what)] = caught.value.faults
    assert (rule, text.splitlines()[(line or 0) - 1]) == ("DIER", "[categories.DIER]")
    assert "zoo" in what
