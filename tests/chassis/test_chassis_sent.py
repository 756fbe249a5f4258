"""What the broker confirmed is kept for a week: a reader whose queue was lost gets it again, and others do not mind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework.tables import reports
from chassis import topology
from chassis.service import Service
from chassis.tables import interventions, outbox, sent
from chassis.testing import Bench
from meldketen import provisioning
from meldketen.register import connected_partners
from meldketen.secrets import Secrets

OnBench = Callable[..., Awaitable[Bench]]
Bearer = Callable[..., dict[str, str]]
PARTNERS = connected_partners()
REPORT = {"category": "BUREN", "story": "Ruzie.", "address": {"postcode": "2599 ZX", "houseNumber": 1}}
WHY = "the queue was deleted"


@asynccontextmanager
async def running(*services: Service) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(service.run()) for service in services]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def until(ask: Callable[[], Awaitable[Any]], seconds: float = 60) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await ask()):
            await asyncio.sleep(0.1)
    return found


async def rows(bench: Bench, table: Any) -> list[Any]:
    async with bench.transaction() as tx:
        return list((await tx.execute(select(table))).all())


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).isoformat()


@pytest.fixture
async def intake(on_bench: OnBench, broker: Any) -> Bench:
    for queue in ("svc.routing", "svc.casework", "svc.monitoring", "svc.notifications"):
        await broker.management.delete("queues", "hub", queue, "contents")
    return await on_bench("intake", amqp_url=broker.url("svc-intake"))


@pytest.fixture
async def said(intake: Bench) -> Bench:
    """Intake, with two reports announced and confirmed."""
    async with running(intake.service):
        for _ in range(2):
            assert (await intake.client.post("/intake/v1/reports", json=REPORT)).status_code == 202

        async def gone() -> bool:
            return not await rows(intake, outbox)

        await until(gone)
    return intake


async def resend(bench: Bench, header: dict[str, str], **asked: Any) -> Any:
    body = {"reader": "casework", "since": ago(hours=1), "why": WHY} | asked
    return await bench.client.post("/intake/v1/sent-messages/_resend", json=body, headers=header)


async def test_what_was_confirmed_is_kept(said: Bench) -> None:
    assert sorted(row.routing_key for row in await rows(said, sent)) == [
        "reports.registered.v1",
        "reports.registered.v1",
        "reports.submitted.v1",
        "reports.submitted.v1",
    ]


async def test_what_a_reader_was_told_is_sent_again_and_that_is_written_down(
    said: Bench, bearer: Bearer
) -> None:
    header = bearer("sent:resend", name="O. Operator")
    would = await resend(said, header, dryRun=True)
    assert (would.json(), len(await rows(said, outbox))) == ({"count": 2}, 0)
    done = await resend(said, header)
    assert done.json() == {"count": 2}
    assert [row.routing_key for row in await rows(said, outbox)] == ["reports.submitted.v1"] * 2
    [written] = await rows(said, interventions)
    assert (written.who, written.why, written.action) == ("O. Operator", WHY, "resend")
    assert written.name.startswith("casework since ")
    assert (await resend(said, header)).json() == {"count": 0}
    listed = await said.client.get("/intake/v1/parked-messages/interventions", headers=bearer("parked:read"))
    assert [(one["action"], one["deferredId"]) for one in listed.json()["items"]] == [("resend", None)] * 2


async def test_what_was_sent_earlier_or_to_others_stays(said: Bench, bearer: Bearer) -> None:
    header = bearer("sent:resend")
    assert (await resend(said, header, since=ago(seconds=-60))).json() == {"count": 0}
    assert (await resend(said, header, reader="police")).json() == {"count": 0}
    assert (await resend(said, header, reader="intake")).json() == {"count": 0}
    assert len(await rows(said, sent)) == 4


@pytest.mark.parametrize(
    "wrong",
    [{"since": "yesterday"}, {"since": "2026-11-23T10:00"}, {"why": "x"}, {"reader": ""}, {"more": 1}],
)
async def test_a_request_that_is_not_clear_is_refused_with_the_field(
    intake: Bench, bearer: Bearer, wrong: dict[str, Any]
) -> None:
    answer = await resend(intake, bearer("sent:resend"), **wrong)
    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"/{next(iter(wrong))}"]


async def test_only_who_may_sends_again(intake: Bench, bearer: Bearer) -> None:
    assert (await resend(intake, {})).status_code == 401
    assert (await resend(intake, bearer("parked:act"))).status_code == 403


async def test_a_lost_queue_is_filled_again_and_each_report_is_filed_once(
    said: Bench, broker: Any, on_bench: OnBench, bearer: Bearer
) -> None:
    """Casework's queue goes with one report read and one not."""
    casework = await on_bench("casework", amqp_url=broker.url("svc-casework"))
    await broker.management.delete("queues", "hub", "svc.casework")
    assert (await said.client.post("/intake/v1/reports", json=REPORT)).status_code == 202
    passwords = dict.fromkeys(topology.users(PARTNERS), "only-for-tests")
    kept = Secrets(signing_key="", database={}, broker=passwords)
    made = await provisioning.provision(broker.management, "hub", PARTNERS, kept)
    assert made[-1] == "What casework was told while it lacked this: meldketen resend casework"
    async with running(said.service, casework.service):
        await resend(said, bearer("sent:resend"))

        async def filed() -> bool:
            return len(await rows(casework, reports)) == 3

        await until(filed)
        await resend(said, bearer("sent:resend"))
        await until(lambda: _nothing_left(said))
    assert await casework.aside() == []
    assert await filed()


async def _nothing_left(bench: Bench) -> bool:
    return not await rows(bench, outbox)
