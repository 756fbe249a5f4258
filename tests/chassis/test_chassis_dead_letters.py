"""What the broker gave up on is taken back and parked; a consumer that it forgot is begun anew."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage
from sqlalchemy import func, select

from chassis import by_hand, topology
from chassis.by_hand import Choice
from chassis.identity import new_id
from chassis.service import Service
from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted
from contracts.routing import PartnersListed
from meldketen.register import connected_partners
from routing.tables import assessments

PARTNERS = connected_partners()
OnBench = Callable[..., Awaitable[Bench]]
EXAMPLE = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"


@asynccontextmanager
async def running(service: Service) -> AsyncIterator[None]:
    task = asyncio.ensure_future(service.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(ask: Callable[[], Awaitable[Any]], seconds: float = 60) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await ask()):
            await asyncio.sleep(0.1)
    return found


async def publish(url: str, exchange: str, key: str, body: bytes) -> None:
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel(on_return_raises=True)
        await (await channel.get_exchange(exchange, ensure=False)).publish(aio_pika.Message(body), key)


async def reject(url: str, queue: str) -> None:
    """Take the message that lies there and refuse it, as the broker does at its delivery limit."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        taken: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        await (await channel.get_queue(queue, ensure=False)).consume(taken.put)
        message = await taken.get()
        await message.reject(requeue=False)


def a_report() -> ReportSubmitted:
    return ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)


@pytest.fixture
async def routing(on_bench: OnBench, broker: Any) -> Bench:
    queues = ("svc.routing", "dead.svc.routing", "partner.police", "dead.partner.police", "hub.unrouted")
    for queue in queues:
        await broker.management.delete("queues", "hub", queue, "contents")
    return await on_bench("routing", amqp_url=broker.url("svc-routing"))


async def test_a_dead_letter_is_parked_and_can_be_replayed(routing: Bench, broker: Any) -> None:
    body = routing.event(a_report()).model_dump_json(exclude_none=True).encode()
    await publish(broker.node.amqp_url, "hub.confidential", "reports.submitted.v1", body)
    await reject(broker.node.amqp_url, "svc.routing")
    async with running(routing.service):
        [(state, reason, detail)] = await until(routing.aside)
        assert (state, reason, detail) == ("parked", "dead letter", "rejected")
        assert all(isinstance(one, PartnersListed) for one in await routing.said())
        async with routing.transaction() as tx:
            rows = await by_hand.list_aside(tx, "parked", 0, 10)
            await by_hand.replay(
                tx, Choice(ids=(rows[0].id,)), "T. Test", "it was rejected by hand", limit=1, per_second=10
            )
        await until(lambda: _none_left(routing))


async def test_a_letter_that_a_partner_refused_is_sent_again_when_replayed(
    routing: Bench, broker: Any
) -> None:
    await publish(broker.node.amqp_url, "partner.out", "police.police-questions.asked.v1", b'{"vraag": 1}')
    await reject(broker.node.amqp_url, "partner.police")
    async with running(routing.service):
        await until(routing.aside)
        async with routing.transaction() as tx:
            [row] = await by_hand.list_aside(tx, "parked", 0, 10)
            assert row.bound_for == "police.police-questions.asked.v1"
            await by_hand.replay(
                tx, Choice(ids=(row.id,)), "T. Test", "the partner is back", limit=1, per_second=10
            )
        await until(lambda: _none_left(routing))

        async def back() -> bool:
            found = await broker.management.get("queues", "hub", "partner.police")
            return bool(found.get("messages"))

        await until(back)
    await broker.management.delete("queues", "hub", "partner.police", "contents")


async def test_a_partners_message_without_a_way_is_parked(routing: Bench, broker: Any) -> None:
    await broker.management.delete("bindings", "hub", "e", "partner.in", "q", "svc.routing", "%23")
    await publish(broker.url("partner-police"), "partner.in", "police.police-replies.given.v1", b'{"a": 1}')
    try:
        async with running(routing.service):
            [(state, _, detail)] = await until(routing.aside)
            assert (state, detail) == ("parked", "unrouted")
    finally:
        path = ("bindings", "hub", "e", "partner.in", "q", "svc.routing")
        await broker.management.post(*path, body={"routing_key": "#"})


async def _none_left(bench: Bench) -> bool:
    return await bench.aside() == []


async def test_a_consumer_that_the_broker_forgot_is_begun_anew(
    routing: Bench, broker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator deletes the queue and makes it again: RabbitMQ may tell the consumer, or may send it nothing any more."""
    monkeypatch.setattr("chassis.consumer.QUIET_SECONDS", 1)
    passwords = dict.fromkeys(topology.users(PARTNERS), "only-for-tests")
    async with running(routing.service):
        for number in range(3):
            await until(lambda: _consumers(broker))
            await broker.management.delete("queues", "hub", "svc.routing")
            await topology.provision(broker.management, "hub", PARTNERS, passwords)
            report = a_report().model_copy(update={"report_id": new_id()})
            body = routing.event(report).model_dump_json(exclude_none=True).encode()
            await publish(broker.node.amqp_url, "hub.confidential", "reports.submitted.v1", body)
            await until(partial(_assessed, routing, number + 1))


async def _consumers(broker: Any) -> list[Any]:
    found = await broker.management.get("consumers", "hub")
    return [one for one in found if one["queue"]["name"] == "svc.routing"]


async def _assessed(bench: Bench, many: int) -> bool:
    async with bench.transaction() as tx:
        return bool((await tx.execute(select(func.count()).select_from(assessments))).scalar_one() == many)
