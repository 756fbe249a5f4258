"""Versions of the policy: four eyes, going back, and every replica."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from policy_versions import NOW, REGISTER, SHIPPED, STRICTER, a_report, version
from sqlalchemy import text as sql

from chassis import jobs
from chassis.testing import Bench
from chassis.versions import (
    HUB,
    Activation,
    FourEyesNeeded,
    InForceAlready,
    NeverInForce,
    NoSuchVersion,
    Version,
    VersionTaken,
    activate,
    roll_back,
)
from contracts.routing import ReportAssessed
from routing.adapters import policy_file
from routing.handlers import policies as handlers
from routing.store.policies import policies

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


async def go_back(bench: Bench, name: str, who: str = "B. Smit") -> Activation:
    async with bench.transaction() as tx:
        return await handlers.go_back(name, "Het liep mis.", who, tx, REGISTER)


async def decided_by(bench: Bench, **changes: Any) -> str:
    """The version by which this process decides about a report now."""
    report = a_report(**changes)
    await bench.hears(report)
    said = [m for m in await bench.said() if isinstance(m, ReportAssessed)]
    return next(m.policy_version for m in said if m.report_id == report.report_id)


async def test_the_first_version_is_the_one_that_comes_with_the_hub(routing: Bench) -> None:
    async with routing.transaction() as tx:
        [activation] = await policies.list_activations(tx)
        [kept] = await policies.list_versions(tx)
    assert (activation.number, activation.version, activation.activated_by) == (1, "2026-12.1", HUB)
    assert (kept.text, kept.proposed_by) == (SHIPPED, HUB)


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


async def test_who_proposed_a_version_may_not_activate_it(routing: Bench) -> None:
    await propose(routing, STRICTER, "B. Smit")
    with pytest.raises(FourEyesNeeded, match=r"B\. Smit"):
        await put_in_force(routing, "2027-01.1", "B. Smit")
    await routing.turn("follow_policy")
    assert await decided_by(routing) == "2026-12.1"


async def test_what_another_activates_is_in_force_with_who_when_and_why(routing: Bench) -> None:
    await propose(routing, STRICTER)
    await put_in_force(routing, "2027-01.1", "N. Visser")
    await routing.turn("follow_policy")
    assert await decided_by(routing) == "2027-01.1"
    async with routing.transaction() as tx:
        newest = (await policies.list_activations(tx))[0]
    assert (newest.number, newest.activated_by, newest.why) == (2, "N. Visser", "Besproken.")
    assert not newest.rolled_back


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


async def test_one_person_may_go_back_to_what_was_in_force(routing: Bench) -> None:
    await propose(routing, STRICTER, "B. Smit")
    await put_in_force(routing, "2027-01.1", "N. Visser")
    await go_back(routing, "2026-12.1", "B. Smit")
    await routing.turn("follow_policy")
    assert await decided_by(routing) == "2026-12.1"
    await go_back(routing, "2027-01.1", "B. Smit")
    async with routing.transaction() as tx:
        past = await policies.list_activations(tx)
    assert [(one.number, one.version, one.rolled_back) for one in past] == [
        (4, "2027-01.1", True),
        (3, "2026-12.1", True),
        (2, "2027-01.1", False),
        (1, "2026-12.1", False),
    ]


async def test_what_was_never_in_force_is_not_gone_back_to(routing: Bench) -> None:
    await propose(routing, STRICTER)
    with pytest.raises(NeverInForce):
        await go_back(routing, "2027-01.1")


async def test_what_is_in_force_is_not_put_in_force_again(routing: Bench) -> None:
    with pytest.raises(InForceAlready):
        await put_in_force(routing, "2026-12.1")
    with pytest.raises(InForceAlready):
        await go_back(routing, "2026-12.1")
    with pytest.raises(NoSuchVersion):
        await put_in_force(routing, "2099-01.1")


async def test_two_activations_at_once_are_one_after_the_other(routing: Bench) -> None:
    await propose(routing, STRICTER)
    await propose(routing, version("2027-02.1"))
    await asyncio.gather(put_in_force(routing, "2027-01.1"), put_in_force(routing, "2027-02.1"))
    async with routing.transaction() as tx:
        assert [one.number for one in await policies.list_activations(tx)] == [3, 2, 1]


async def test_a_version_keeps_its_text(routing: Bench) -> None:
    first = await propose(routing, STRICTER, "B. Smit")
    again = await propose(routing, STRICTER, "N. Visser")
    assert again == first
    with pytest.raises(VersionTaken, match=r"2027-01\.1"):
        await propose(routing, STRICTER + "\n# anders\n")


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


async def test_a_stored_version_that_does_not_read_stops_nothing(routing: Bench, on_bench: OnBench) -> None:
    await propose(routing, STRICTER)
    await put_in_force(routing, "2027-01.1")
    await routing.turn("follow_policy")
    async with routing.transaction() as tx:
        await tx.execute(
            sql("insert into policies values ('9', 'version = ', 'X', now(), ''); ").bindparams()
        )
        await policies.activate(tx, Activation(3, "9", "X", tx.now, "Stuk."))
    await routing.turn("follow_policy")
    assert await decided_by(routing) == "2027-01.1"
    assert await decided_by(await on_bench("routing")) == "2027-01.1"


def test_versions_are_numbered_from_one() -> None:
    kept = Version("a", "", "B. Smit", NOW, "")
    first = activate(kept, "N. Visser", "Omdat.", NOW, [])
    assert first.number == 1
    other = replace(kept, name="b")
    second = activate(other, "N. Visser", "Omdat.", NOW, [first])
    assert roll_back(kept, "B. Smit", "Terug.", NOW, [second, first]).number == 3
