"""On a real broker: what is committed arrives, what cannot be routed stays, and nobody gets at another's queue."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import aio_pika
import pytest
from aio_pika import Connection
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError
from sqlalchemy import select

from chassis import relay, topology
from chassis.broker import keep
from chassis.management import BrokerSaysNo
from chassis.tables import outbox
from chassis.testing import Bench
from meldketen.register import connected_partners

OnBench = Callable[..., Awaitable[Bench]]
REPORT = {"category": "BUREN", "story": "Ruzie.", "address": {"postcode": "2599 ZX", "houseNumber": 1}}
PARTNERS = connected_partners()


async def until(ask: Callable[[], Awaitable[Any]], seconds: float = 30) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await ask()):
            await asyncio.sleep(0.05)
    return found


async def depth(broker: Any, queue: str) -> int:
    """How many messages are on a queue, by the queue itself: statistics lag."""
    connection = await aio_pika.connect(broker.node.amqp_url)
    async with connection:
        channel = await connection.channel()
        found = await channel.declare_queue(queue, passive=True)
        return found.declaration_result.message_count or 0


async def waiting(bench: Bench) -> list[Any]:
    async with bench.transaction() as tx:
        return list((await tx.execute(select(outbox).order_by(outbox.c.id))).all())


@pytest.fixture
async def empty(broker: Any) -> AsyncIterator[Any]:
    """The broker with nothing on its queues."""
    for queue in ("svc.intake", "svc.routing", "svc.casework", "svc.monitoring", "svc.notifications"):
        await broker.management.delete("queues", "hub", queue, "contents")
    yield broker
    passwords = dict.fromkeys(topology.users(PARTNERS), "only-for-tests")
    await topology.provision(broker.management, "hub", PARTNERS, passwords)


@pytest.fixture
async def intake(on_bench: OnBench, empty: Any) -> Bench:
    return await on_bench("intake", amqp_url=empty.url("svc-intake"))


@pytest.fixture
async def channel(empty: Any) -> AsyncIterator[AbstractChannel]:
    connection = await aio_pika.connect(empty.url("svc-intake"))
    async with connection:
        yield await connection.channel(publisher_confirms=True, on_return_raises=True)


async def test_a_row_goes_only_when_the_message_is_on_its_queues(
    intake: Bench, empty: Any, channel: AbstractChannel
) -> None:
    for _ in range(3):
        assert (await intake.client.post("/intake/v1/reports", json=REPORT)).status_code == 202
    assert len(await waiting(intake)) == 6
    assert await relay.relay_window(intake.service.database, channel) == 6
    assert await waiting(intake) == []
    # Three reports of one kind wait together, so each of the four readers gets them in one pack.
    for queue in ("svc.routing", "svc.casework", "svc.monitoring", "svc.notifications"):
        assert await depth(empty, queue) == 1


async def test_a_message_without_a_queue_stays_in_the_outbox_and_its_neighbours_go(
    intake: Bench, empty: Any, channel: AbstractChannel
) -> None:
    for queue in ("svc.routing", "svc.casework"):
        await empty.management.delete(
            "bindings", "hub", "e", "hub.confidential", "q", queue, "reports.submitted.v1"
        )
    await intake.client.post("/intake/v1/reports", json=REPORT)
    await relay.relay_window(intake.service.database, channel)
    [row] = await waiting(intake)
    assert (row.routing_key, row.last_error, row.attempts) == ("reports.submitted.v1", "unroutable", 1)
    assert await depth(empty, "svc.monitoring") == 1


async def test_a_killed_broker_loses_nothing_that_was_committed(intake: Bench, empty: Any) -> None:
    """Reports are accepted while the broker is away, and arrive when it is back."""
    await asyncio.sleep(10)  # a quorum queue younger than this may not survive a kill on 3.10
    running = asyncio.ensure_future(intake.service.run())
    try:
        await intake.client.post("/intake/v1/reports", json=REPORT)
        await until(lambda: _is_empty(intake))
        await asyncio.to_thread(empty.kill)
        for _ in range(5):
            assert (await intake.client.post("/intake/v1/reports", json=REPORT)).status_code == 202
        assert len(await waiting(intake)) == 10
        await asyncio.to_thread(empty.revive)
        await until(lambda: _is_empty(intake), seconds=60)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert await _events_on(empty, "svc.casework") == 6


async def _is_empty(bench: Bench) -> bool:
    return not await waiting(bench)


async def _events_on(broker: Any, queue: str) -> int:
    """How many different events are on a queue, packs unpacked."""
    connection = await aio_pika.connect(broker.node.amqp_url)
    ids = set()
    async with connection:
        channel = await connection.channel()
        found = await channel.get_queue(queue)
        while message := await found.get(fail=False, no_ack=True):
            content = json.loads(message.body)
            ids |= {event["id"] for event in (content if isinstance(content, list) else [content])}
    return len(ids)


async def _publish(url: str, exchange: str, key: str, **properties: Any) -> None:
    """AMQPError where the broker refuses."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        if exchange:
            there = await channel.get_exchange(exchange, ensure=False)
        else:
            there = channel.default_exchange
        async with asyncio.timeout(5):
            await there.publish(aio_pika.Message(b"{}", **properties), key)


async def test_a_partner_writes_under_its_own_key_alone(empty: Any) -> None:
    await _publish(
        empty.url("partner-police"), "partner.in", "police.police-replies.given.v1", user_id="partner-police"
    )
    for exchange, key, user_id in (
        ("partner.in", "ggz.care-tasks.updated.v1", "partner-police"),
        ("partner.in", "police.police-replies.given.v1", "partner-ggz"),
        ("partner.out", "ggz.care-requests.asked.v1", "partner-police"),
        ("hub.events", "reports.registered.v1", "partner-police"),
        ("hub.confidential", "reports.submitted.v1", "partner-police"),
        ("", "partner.ggz", "partner-police"),
    ):
        with pytest.raises(AMQPError):
            await _publish(empty.url("partner-police"), exchange, key, user_id=user_id)


@pytest.mark.parametrize(
    "queue", ["partner.ggz", "svc.routing", "svc.casework", "hub.unrouted", "dead.partner.police"]
)
async def test_a_partner_reads_its_own_queue_alone(empty: Any, queue: str) -> None:
    connection = await aio_pika.connect(empty.url("partner-police"))
    async with connection:
        channel = await connection.channel()
        await (await channel.get_queue("partner.police", ensure=False)).get(fail=False)
        with pytest.raises(AMQPError):
            await (await channel.get_queue(queue, ensure=False)).get(fail=False)


async def test_what_a_lost_consumer_had_taken_comes_before_what_follows(empty: Any) -> None:
    """A partner counts no places, so the queue that hears partners keeps the order, whoever reads it."""
    first = await aio_pika.connect(empty.url("svc-routing"))
    second = await aio_pika.connect(empty.url("svc-routing"))
    taken, came = asyncio.Event(), list[str]()

    async def take(_message: AbstractIncomingMessage) -> None:
        taken.set()

    async def hear(message: AbstractIncomingMessage) -> None:
        came.append(str(message.routing_key))
        await message.ack()

    async def both() -> bool:
        return len(came) == 2

    async with second:
        async with first:
            channel = await first.channel()
            await channel.set_qos(prefetch_count=1)
            await (await channel.get_queue("svc.routing", ensure=False)).consume(take)
            await _publish(empty.url("partner-police"), "partner.in", "police.first")
            await taken.wait()
            await (await (await second.channel()).get_queue("svc.routing", ensure=False)).consume(hear)
            await _publish(empty.url("partner-police"), "partner.in", "police.second")
        await until(both)
    assert came == ["police.first", "police.second"]


async def test_a_queue_that_differs_is_named_and_not_touched(empty: Any) -> None:
    """What may lie on it must not be lost."""
    passwords = dict.fromkeys(topology.users(PARTNERS), "only-for-tests")
    await empty.management.delete("queues", "hub", "svc.routing")
    plain = {"durable": True, "arguments": {"x-queue-type": "quorum"}}
    await empty.management.put("queues", "hub", "svc.routing", body=plain)
    try:
        with pytest.raises(BrokerSaysNo, match="other arguments than it must"):
            await topology.provision(empty.management, "hub", PARTNERS, passwords)
    finally:
        await empty.management.delete("queues", "hub", "svc.routing")


async def test_a_partner_declares_nothing(empty: Any) -> None:
    for declare in ("declare_queue", "declare_exchange"):
        connection = await aio_pika.connect(empty.url("partner-police"))
        async with connection:
            channel = await connection.channel()
            with pytest.raises(AMQPError):
                await getattr(channel, declare)("partner.police.own", durable=True)


async def test_a_service_says_its_own_messages_alone(empty: Any) -> None:
    for exchange, key in (
        ("hub.events", "reports.assessed.v1"),
        ("hub.events", "cases.opened.v1"),
        ("partner.out", "police.police-questions.asked.v1"),
        ("partner.in", "police.police-replies.given.v1"),
    ):
        with pytest.raises(AMQPError):
            await _publish(empty.url("svc-intake"), exchange, key)


async def test_provisioning_again_changes_nothing_and_mends_what_was_changed(empty: Any) -> None:
    passwords = dict.fromkeys(topology.users(PARTNERS), "only-for-tests")

    async def mend() -> list[str]:
        return await topology.provision(empty.management, "hub", PARTNERS, passwords)

    assert await mend() == []
    rights = {"configure": ".*", "write": ".*", "read": ".*"}
    await empty.management.put("permissions", "hub", "partner-police", body=rights)
    await empty.management.delete("policies", "hub", "partners")
    tagged = {"password": "only-for-tests", "tags": "monitoring"}
    await empty.management.put("users", "partner-ggz", body=tagged)
    assert await mend() == [
        "policy partners made",
        "user partner-ggz put right",
        "rights partner-police put right",
    ]


async def test_what_is_on_the_broker_and_not_ours_is_found(empty: Any) -> None:
    async def strangers() -> list[str]:
        return [what async for what in topology.surplus(empty.management, "hub", PARTNERS)]

    assert await strangers() == []
    await empty.management.put("queues", "hub", "ear", body={"durable": True})
    confidential = ("bindings", "hub", "e", "hub.confidential", "q", "ear")
    await empty.management.post(*confidential, body={"routing_key": "#"})
    await empty.management.put("users", "visitor", body={"password": "x", "tags": ""})
    try:
        assert await strangers() == [
            "binding hub.confidential -> ear (#) is not ours",
            "queue ear is not ours",
            "user visitor is not ours",
        ]
    finally:
        await empty.management.delete("queues", "hub", "ear")
        await empty.management.delete("users", "visitor")


async def test_who_is_told_to_end_ends_also_where_the_connection_does_not_close(
    empty: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    closes = Connection.close

    async def fails(connection: Connection) -> None:
        await closes(connection)
        raise TimeoutError

    monkeypatch.setattr(Connection, "close", fails)
    begun = asyncio.Event()

    async def work(_: AbstractChannel) -> None:
        begun.set()
        await asyncio.Event().wait()

    working = asyncio.create_task(keep(empty.url("svc-intake"), "svc-intake", work))
    await begun.wait()
    working.cancel()
    done, _ = await asyncio.wait([working], timeout=5)
    assert done
    assert working.cancelled()


async def test_who_is_told_to_end_while_it_connects_ends(empty: Any) -> None:
    async def work(_: AbstractChannel) -> None:
        await asyncio.Event().wait()

    for moment in range(150):
        connecting = asyncio.create_task(keep(empty.url("svc-intake"), "svc-intake", work))
        await asyncio.sleep(0.002 + moment % 50 * 0.00025)
        connecting.cancel()
        done, _ = await asyncio.wait([connecting], timeout=5)
        assert done
        assert connecting.cancelled()
