"""A 2xx answer means committed; pieces of work that arrive together are committed together, and fail alone."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import APIRouter, Query
from sqlalchemy import text

from chassis.draining import to_the_end
from chassis.group_commit import GroupCommit
from chassis.http import InTransaction, create_app
from chassis.testing import Bench
from chassis.transaction import Transaction

OnBench = Callable[..., Awaitable[Bench]]
WRITE = text(
    "insert into keys (key, digest, report_id, used_at) "
    "values (:key, 'x', '00000000-0000-0000-0000-000000000000', now())"
)
"""Refused at the commit and not before: the key's report does not exist, and the constraint is deferred."""

KEEP = text("insert into suspects values ('test', :key, 1, now())")


@pytest.fixture
async def intake(on_bench: OnBench) -> Bench:
    return await on_bench("intake")


async def kept(bench: Bench) -> set[str]:
    async with bench.transaction() as tx:
        return set((await tx.execute(text("select event_id from suspects"))).scalars())


async def test_an_answer_leaves_only_after_the_commit(intake: Bench) -> None:
    routes = APIRouter()

    @routes.post("/write")
    async def write(tx: InTransaction, key: Annotated[str, Query()]) -> str:
        await tx.execute(WRITE, {"key": key})
        return "written"

    service = intake.service
    app = create_app(service.settings, service.database, "1.0.0", [routes], {})
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://hub.test"
    ) as client:
        assert (await client.post("/write", params={"key": "a"})).status_code == 500


def keeping(key: str, *, fails: bool = False) -> Callable[[Transaction], Awaitable[str]]:
    async def work(tx: Transaction) -> str:
        await tx.execute(KEEP, {"key": key})
        if fails:
            raise ValueError(key)
        return key

    return work


class Counted:
    """Does what it is given, and counts its transactions."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    async def __call__(
        self, works: Sequence[Callable[[Transaction], Awaitable[str]]], tx: Transaction
    ) -> list[str | Exception]:
        self.sizes.append(len(works))
        return [await work(tx) for work in works]


async def test_work_that_arrives_together_is_committed_together(intake: Bench) -> None:
    counted = Counted()
    group = GroupCommit(intake.service.database, counted)
    await asyncio.gather(*(group.do(keeping(str(n))) for n in range(300)))
    assert sorted(counted.sizes) == [44, 256]
    assert len(await kept(intake)) == 300


async def test_who_comes_alone_is_committed_alone_at_once(intake: Bench) -> None:
    counted = Counted()
    group = GroupCommit(intake.service.database, counted)
    for n in range(3):
        await group.do(keeping(str(n)))
    assert counted.sizes == [1, 1, 1]


async def test_who_fails_in_a_group_fails_alone(intake: Bench) -> None:
    group = GroupCommit(intake.service.database, Counted())
    works = [keeping(str(n), fails=n % 5 == 0) for n in range(20)]
    results = await asyncio.gather(*(group.do(work) for work in works), return_exceptions=True)
    assert [n for n, result in enumerate(results) if isinstance(result, ValueError)] == [0, 5, 10, 15]
    assert await kept(intake) == {str(n) for n in range(20) if n % 5}


async def test_a_group_that_fails_at_its_commit_tells_who_it_was(intake: Bench) -> None:
    group = GroupCommit(intake.service.database, Counted())

    async def refused(tx: Transaction) -> str:
        await tx.execute(WRITE, {"key": "a"})
        return "written"

    waits: list[Awaitable[Any]] = [group.do(keeping("good")), group.do(refused)]
    results = await asyncio.gather(*waits, return_exceptions=True)
    assert results[0] == "good"
    assert isinstance(results[1], Exception)
    assert await kept(intake) == {"good"}


async def test_a_refusal_goes_to_its_own_and_the_rest_is_written(intake: Bench) -> None:
    async def work(keys: Sequence[str], tx: Transaction) -> list[str | Exception]:
        good = [key for key in keys if key != "bad"]
        for key in good:
            await tx.execute(KEEP, {"key": key})
        return [key if key in good else ValueError(key) for key in keys]

    group = GroupCommit(intake.service.database, work)
    results = await asyncio.gather(*(group.do(key) for key in ("a", "bad", "b")), return_exceptions=True)
    assert isinstance(results[1], ValueError)
    assert await kept(intake) == {"a", "b"}


async def test_reports_that_arrive_together_keep_their_own_traces(intake: Bench) -> None:
    traces = [f"00-{n:032x}-{n:016x}-01" for n in range(1, 6)]
    report = {"category": "BUREN", "story": "x", "address": {"postcode": "2599 ZX", "houseNumber": 1}}
    posts = (
        intake.client.post("/intake/v1/reports", json=report, headers={"traceparent": parent})
        for parent in traces
    )
    answers = await asyncio.gather(*posts)
    assert {answer.status_code for answer in answers} == {202}
    async with intake.transaction() as tx:
        bodies = (await tx.execute(text("select body from outbox"))).scalars()
        said = {json.loads(body)["traceparent"].split("-")[1] for body in bodies}
    assert said == {parent.split("-")[1] for parent in traces}


async def test_one_key_in_one_group_is_one_report(intake: Bench) -> None:
    report = {"category": "BUREN", "story": "x", "address": {"postcode": "2599 ZX", "houseNumber": 1}}
    other = report | {"story": "y"}
    headers = {"Idempotency-Key": "the-same-key"}
    posts = (
        intake.client.post("/intake/v1/reports", json=body, headers=headers)
        for body in (report, report, other, report)
    )
    answers = await asyncio.gather(*posts)
    assert sorted(answer.status_code for answer in answers) == [202, 202, 202, 409]
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 202}) == 1
    assert len(await intake.said()) == 2


async def test_who_gave_up_waiting_does_not_disturb_the_others(intake: Bench) -> None:
    group = GroupCommit(intake.service.database, Counted())
    waits = [asyncio.ensure_future(group.do(keeping(str(n)))) for n in range(3)]
    await asyncio.sleep(0)
    waits[1].cancel()
    results = await asyncio.gather(*waits, return_exceptions=True)
    assert [results[0], results[2]] == ["0", "2"]


async def test_cancelled_work_is_finished_first() -> None:
    steps: list[str] = []

    async def work() -> None:
        steps.append("begun")
        await asyncio.sleep(0.05)
        steps.append("done")

    task = asyncio.ensure_future(to_the_end(work()))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert steps == ["begun", "done"]
