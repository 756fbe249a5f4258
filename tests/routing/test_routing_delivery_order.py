"""What is posted comes at least once and in order, whoever dies, is slow or does not listen."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from posting import a_report, asked, make_due, put, register, rows
from sqlalchemy import select, text
from webhook_receiver import Receiver, receiving

from chassis import jobs
from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.partners import PoliceReply, PoliceStatus
from routing.adapters import register_file
from routing.adapters.envelope import Envelope
from routing.domain.deliveries import Delivery, Kind, Stage
from routing.domain.partners import Channel
from routing.store import assignments, deliveries
from routing.tables import deliveries as table

OnBench = Callable[..., Awaitable[Bench]]


class Died(Exception):
    """The process ended here."""


@pytest.fixture
async def receiver(tmp_path: Path) -> AsyncIterator[Receiver]:
    async with receiving(tmp_path) as receiver:
        yield receiver


@pytest.fixture
async def routing(on_bench: OnBench, receiver: Receiver) -> Bench:
    return await put(on_bench, receiver)


async def take_back(routing: Bench) -> None:
    """As taking back does it in a language that has a word for it: a second message about the same assignment."""
    async with routing.transaction() as tx:
        one = await assignments.get(tx, await asked(routing))
        message = PoliceReply(kenmerk=one.assignment_id, status=PoliceStatus.REFUSED)
        body = Envelope("urn:nld:oin:1:systeem:hub", "https://schemas.example", "https://hub.example").around(
            message, one.report_id, tx.now
        )
        deliveries.add(
            tx,
            Delivery(
                event_id=one.report_id, assignment_id=one.assignment_id, partner="police", channel=Channel.PUSH,
                kind=Kind.WITHDRAWAL, body=body, traceparent=None, created_at=tx.now, next_at=tx.now,
            ),
        )  # fmt: skip


async def test_who_dies_between_sending_and_writing_down_sends_the_same_again(
    routing: Bench, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await routing.hears(a_report())
    ours = routing.service.database.transaction
    opened = 0

    def dies_at_the_second(*args: Any) -> Any:
        nonlocal opened
        opened += 1
        if opened == 2:
            raise Died
        return ours(*args)

    monkeypatch.setattr(routing.service.database, "transaction", dies_at_the_second)
    with pytest.raises(Died):
        await routing.turn("deliver")
    monkeypatch.undo()
    assert not await routing.turn("deliver")  # the lease of who died still holds
    routing.at(datetime.now(UTC) + timedelta(minutes=3))
    assert await routing.turn("deliver")
    assert len(receiver.came) == 2
    assert len(set(receiver.ids())) == 1
    assert [row.stage for row in await rows(routing)] == ["delivered"]


async def test_who_was_too_slow_changes_nothing_any_more(routing: Bench) -> None:
    await routing.hears(a_report())
    police = register_file.load(register(channel="push", url="https://a.example"))["police"]
    async with routing.transaction() as tx:
        [late] = await deliveries.claim(tx, police, 8, timedelta())
    async with routing.transaction() as tx:
        [newer] = await deliveries.claim(tx, police, 8, timedelta(minutes=1))
    async with routing.transaction() as tx:
        assert not await deliveries.settle(tx, late, Stage.DELIVERED)
        assert await deliveries.settle(tx, newer, Stage.DELIVERED)


async def test_two_processes_send_it_once(routing: Bench, on_bench: OnBench, receiver: Receiver) -> None:
    for _ in range(4):
        await routing.hears(a_report().model_copy(update={"report_id": uuid4()}))
    other = await put(on_bench, receiver)
    await asyncio.gather(routing.turn("deliver"), other.turn("deliver"))
    assert len(receiver.came) == len(set(receiver.ids())) == 4


async def test_a_withdrawal_never_overtakes_its_question(routing: Bench, receiver: Receiver) -> None:
    receiver.answer(503, 204)
    await routing.hears(a_report())
    await take_back(routing)
    await routing.turn("deliver")
    await routing.turn("deliver")
    assert len(receiver.came) == 1
    await make_due(routing)
    await routing.turn("deliver")
    await routing.turn("deliver")
    kinds = [CloudEvent.model_validate_json(body).name.split(".")[0] for _, body in receiver.came]
    assert kinds == ["police-questions", "police-questions", "police-replies"]


async def test_no_row_is_locked_while_the_outside_is_waited_for(routing: Bench, receiver: Receiver) -> None:
    receiver.pause_seconds = 1
    await routing.hears(a_report())
    sending = asyncio.create_task(routing.turn("deliver"))
    while not receiver.came:
        await asyncio.sleep(0.02)
    async with routing.transaction() as tx:
        await assignments.get(tx, await asked(routing))
        await tx.execute(select(table).with_for_update(nowait=True))
        busy = "select count(*) from pg_stat_activity where state = 'idle in transaction' and pid <> pg_backend_pid()"
        assert (await tx.execute(text(f"{busy} and datname = current_database()"))).scalar_one() == 0
    await sending


async def test_who_is_slow_holds_up_eight_at_most_and_nobody_else(routing: Bench, receiver: Receiver) -> None:
    receiver.pause_seconds = 0.3
    for _ in range(10):
        await routing.hears(a_report().model_copy(update={"report_id": uuid4()}))
    await routing.turn("deliver")
    assert len(receiver.came) == 8
    assert 2 <= receiver.most_at_once <= 8
    waits = [job.turn.keywords["receiver"].id for job in routing.service.jobs if job.name == "deliver"]  # type: ignore[attr-defined]
    assert waits == ["police", "animal-police"]


async def test_nobody_listens(receiver: Receiver, on_bench: OnBench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = f"https://127.0.0.1:{nobody.getsockname()[1]}"
    file = receiver.folder / "register.toml"
    file.write_text(
        register(channel="push", url=f"{closed}/v", token_url=f"{receiver.url}/token", client_id="hub"),
        encoding="utf-8",
    )
    routing = await on_bench("routing", register_file=file, partner_secrets_dir=receiver.folder)
    await routing.hears(a_report())
    await routing.turn("deliver")
    assert [(row.stage, row.last_error) for row in await rows(routing)] == [("waiting", "ConnectError")]
    await routing.turn("count_deliveries")
    metrics = (await routing.client.get("/metrics")).text
    assert 'meldketen_deliveries{partner="police"} 1.0' in metrics


async def test_a_job_that_waits_for_the_outside_runs_beside_the_others(
    routing: Bench, receiver: Receiver
) -> None:
    await routing.hears(a_report())
    job = next(job for job in routing.service.jobs if job.name == "deliver")
    running = asyncio.create_task(jobs.run(job, routing.service.database))
    async with asyncio.timeout(10):
        while not receiver.came:
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [row.stage for row in await rows(routing)] == ["delivered"]
