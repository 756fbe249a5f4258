"""A 2xx answer means committed; pieces of work that arrive together are committed together, and fail alone."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import APIRouter, Query
from sqlalchemy import text

from chassis import trace
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


def keeping(key: str, *, fails: bool = False) -> Callable[[Transaction], Any]:
    async def work(tx: Transaction) -> str:
        await tx.execute(KEEP, {"key": key})
        if fails:
            raise ValueError(key)
        return key

    return work


async def test_work_that_arrives_together_is_committed_together(intake: Bench) -> None:
    group = GroupCommit(intake.service.database)
    begun: set[int] = set()

    async def work(tx: Transaction) -> None:
        begun.add(id(tx))
        await tx.execute(text("select 1"))

    await asyncio.gather(*(group.run(work) for _ in range(100)))
    assert len(begun) <= 2


async def test_who_fails_in_a_group_fails_alone(intake: Bench) -> None:
    group = GroupCommit(intake.service.database)
    works = [keeping(str(n), fails=n % 5 == 0) for n in range(20)]
    results = await asyncio.gather(*(group.run(work) for work in works), return_exceptions=True)
    assert [n for n, result in enumerate(results) if isinstance(result, ValueError)] == [0, 5, 10, 15]
    assert await kept(intake) == {str(n) for n in range(20) if n % 5}


async def test_a_group_that_fails_at_its_commit_tells_who_it_was(intake: Bench) -> None:
    group = GroupCommit(intake.service.database)

    async def refused(tx: Transaction) -> None:
        await tx.execute(WRITE, {"key": "a"})

    waits: list[Awaitable[Any]] = [group.run(keeping("good")), group.run(refused)]
    results = await asyncio.gather(*waits, return_exceptions=True)
    assert results[0] == "good"
    assert isinstance(results[1], Exception)
    assert await kept(intake) == {"good"}


async def test_each_piece_keeps_its_own_trace(intake: Bench) -> None:
    group = GroupCommit(intake.service.database)

    async def work(_tx: Transaction) -> str | None:
        return trace.trace_id()

    async def request() -> tuple[str | None, str | None]:
        with trace.span(None):
            return trace.trace_id(), await group.run(work)

    pairs = await asyncio.gather(*(request() for _ in range(5)))
    assert all(asked == seen for asked, seen in pairs)
    assert len({asked for asked, _ in pairs}) == 5


async def test_who_gave_up_waiting_does_not_disturb_the_others(intake: Bench) -> None:
    group = GroupCommit(intake.service.database)
    waits = [asyncio.ensure_future(group.run(keeping(str(n)))) for n in range(3)]
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
