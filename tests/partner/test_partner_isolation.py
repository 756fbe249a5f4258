"""On a real broker no partner gets at anything of another, nor of the hub: for every pair of five."""

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import permutations
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError

from meldketen.register import connected_partners

FIVE = connected_partners()[:5]
Attempt = Callable[[AbstractChannel], Awaitable[Any]]


@pytest.fixture(scope="module", params=FIVE)
async def partner(
    request: pytest.FixtureRequest, broker: Any
) -> AsyncIterator[tuple[str, AbstractConnection]]:
    connection = await aio_pika.connect(broker.url(f"partner-{request.param}"))
    yield request.param, connection
    await connection.close()


def read(queue: str) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        await (await channel.get_queue(queue, ensure=False)).get(fail=False)

    return attempt


async def take(_message: AbstractIncomingMessage) -> None:
    """Never called: nothing may come."""


def consume(queue: str) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        await (await channel.get_queue(queue, ensure=False)).consume(take)

    return attempt


def purge(queue: str) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        await (await channel.get_queue(queue, ensure=False)).purge()

    return attempt


def delete(queue: str) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        await channel.queue_delete(queue)

    return attempt


def declare(queue: str) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        await channel.declare_queue(queue, durable=True)

    return attempt


def bind(queue: str, exchange: str, key: str) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        await (await channel.get_queue(queue, ensure=False)).bind(exchange, key)

    return attempt


def publish(exchange: str, key: str, user: str | None = None) -> Attempt:
    async def attempt(channel: AbstractChannel) -> None:
        there = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
        await there.publish(aio_pika.Message(b"{}", user_id=user), key, timeout=5)

    return attempt


async def refused(connection: AbstractConnection, what: str, attempt: Attempt) -> None:
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    try:
        with pytest.raises(AMQPError, match=r"ACCESS|PRECONDITION|refused"):
            await attempt(channel)
    except BaseException as trouble:
        trouble.add_note(what)
        raise
    assert not connection.is_closed


def of_another(other: str, mine: str) -> dict[str, Attempt]:
    queue = f"partner.{other}"
    return {
        "read": read(queue),
        "consume": consume(queue),
        "purge": purge(queue),
        "delete": delete(queue),
        "declare": declare(queue),
        "bind its queue to mine": bind(queue, "partner.out", f"{mine}.#"),
        "bind mine to its questions": bind(f"partner.{mine}", "partner.out", f"{other}.#"),
        "its key": publish("partner.in", f"{other}.requests.answered.v1"),
        "its name under my key": publish("partner.in", f"{mine}.requests.answered.v1", f"partner-{other}"),
        "straight to its queue": publish("", queue),
        "its dead letters": read(f"dead.{queue}"),
    }


async def test_nothing_of_another_partner_can_be_reached(partner: tuple[str, AbstractConnection]) -> None:
    mine, connection = partner
    for _, other in (pair for pair in permutations(FIVE, 2) if pair[0] == mine):
        for what, attempt in of_another(other, mine).items():
            await refused(connection, f"{mine} on {other}: {what}", attempt)


async def test_nothing_of_the_hub_can_be_reached(partner: tuple[str, AbstractConnection]) -> None:
    mine, connection = partner
    attempts = {
        **{f"read {queue}": read(queue) for queue in (
            "svc.intake", "svc.routing", "svc.casework", "svc.monitoring", "svc.notifications", "hub.unrouted"
        )},
        **{f"publish on {exchange}": publish(exchange, "reports.submitted.v1") for exchange in (
            "hub.events", "hub.confidential", "partner.out", "hub.dead", "hub.unrouted"
        )},
        "straight to a service": publish("", "svc.routing"),
        "listen in": bind(f"partner.{mine}", "hub.confidential", "#"),
        "a queue of one's own": declare(f"listening-{mine}"),
    }  # fmt: skip
    for what, attempt in attempts.items():
        await refused(connection, f"{mine}: {what}", attempt)


async def test_its_own_queue_and_key_it_has(partner: tuple[str, AbstractConnection]) -> None:
    mine, connection = partner
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    await read(f"partner.{mine}")(channel)
    await publish("partner.in", f"{mine}.requests.answered.v1", f"partner-{mine}")(channel)
