"""On a real broker a partner that wants to hears of its own clocks, and of nobody else's."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import AMQPError

from chassis import by_hand, topology
from chassis.by_hand import Choice
from chassis.clock import wall_clock
from chassis.identity import new_id
from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.routing import AssignmentOffered, Track
from meldketen.register import connected_partners

OnBench = Callable[..., Awaitable[Bench]]
VHOST = "partner-clocks"
PARTNERS = connected_partners()
HEARING = ("police", "corporation")


@pytest.fixture
async def address(broker: Any) -> AsyncIterator[Callable[[str], str]]:
    """The URL of a user on a virtual host of its own, where two partners hear of their clocks."""
    passwords = dict.fromkeys(topology.users(PARTNERS), "only-for-tests")
    await topology.provision(broker.management, VHOST, PARTNERS, passwords, HEARING)
    assert [one async for one in topology.surplus(broker.management, VHOST, PARTNERS, HEARING)] == []
    yield lambda user: broker.url(user).rpartition("/")[0] + f"/{VHOST}"
    await broker.management.delete("vhosts", VHOST)


def offered(partner: str) -> AssignmentOffered:
    now = wall_clock()
    return AssignmentOffered(
        assignment_id=new_id(),
        report_id=new_id(),
        partner=partner,
        partner_name=partner,
        hears_clocks=partner in HEARING,
        track=Track.ENFORCEMENT,
        lead=True,
        question="Kent u dit adres?",
        offered_at=now,
        due_at=now + timedelta(days=2),
    )


@asynccontextmanager
async def clocks_of(url: str, partner: str) -> AsyncIterator[AbstractQueue]:
    connection = await aio_pika.connect(url)
    async with connection:
        yield await (await connection.channel()).get_queue(f"partner.{partner}.clocks", ensure=False)


async def take(queue: AbstractQueue) -> AbstractIncomingMessage:
    async with asyncio.timeout(30):
        while (message := await queue.get(fail=False)) is None:
            await asyncio.sleep(0.1)
        return message


async def refuse_one(url: str, partner: str, monitoring: Bench) -> None:
    """The partner cannot take what it was told; a person replays it."""
    async with clocks_of(url, partner) as queue:
        await (await take(queue)).reject(requeue=False)
    async with asyncio.timeout(30):
        while not await monitoring.aside():
            await asyncio.sleep(0.1)
    async with monitoring.transaction() as tx:
        [row] = await by_hand.list_aside(tx, "parked", 0, 10)
        choice = Choice(ids=(row.id,))
        await by_hand.replay(tx, choice, "T. Test", "it can be read now", limit=1, per_second=10)


async def test_each_hears_of_its_own_alone(on_bench: OnBench, address: Callable[[str], str]) -> None:
    monitoring = await on_bench("monitoring", amqp_url=address("svc-monitoring"))
    asked = {partner: offered(partner) for partner in (*HEARING, "ggz")}
    running = asyncio.ensure_future(monitoring.service.run())
    try:
        await monitoring.hears(*asked.values())
        await refuse_one(address("partner-police"), "police", monitoring)
        for partner in HEARING:
            async with clocks_of(address(f"partner-{partner}"), partner) as queue:
                told = CloudEvent.model_validate_json((await take(queue)).body).data
                assert await queue.get(fail=False) is None
            about = (str(asked[partner].assignment_id), "first-answer", "started")
            assert (told["assignmentId"], told["promise"], told["change"]) == about
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    for partner, of_whom in (("police", "corporation"), ("ggz", "police"), ("ggz", "ggz")):
        with pytest.raises(AMQPError, match=r"ACCESS_REFUSED|NOT_FOUND"):
            async with clocks_of(address(f"partner-{partner}"), of_whom) as queue:
                await queue.get(fail=False)
    connection = await aio_pika.connect(address("partner-police"))
    async with connection:
        exchange = await (await connection.channel()).get_exchange("partner.clocks", ensure=False)
        with pytest.raises(AMQPError, match="ACCESS_REFUSED"):
            await exchange.publish(aio_pika.Message(b"{}"), "police.clocks.changed.v1", timeout=10)
