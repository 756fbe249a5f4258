"""Partners that are away, slow, or say what they should not."""

import asyncio
import json
import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aio_pika
from aio_pika.exceptions import AMQPError

from chassis.clock import wall_clock
from chassis.topology import partner_user
from faults.city import City
from faults.fault import Fault
from faults.ledger import STEADY
from faults.people import PACE
from meldketen.local.rabbitmq import VHOST

SMALL = {
    "pattern": r"^partner\.",
    "apply-to": "queues",
    "definition": {
        "delivery-limit": 20,
        "dead-letter-strategy": "at-least-once",
        "overflow": "reject-publish",
        "max-length": 2,
    },
}


async def stay_away(city: City, dice: random.Random) -> None:
    """The partners are away and their queues are full: what is for them waits, the rest flows on."""
    await city.ground.management.put("policies", VHOST, "partners", body=SMALL)
    for partner in city.ground.partners:
        await city.people.shut(partner)
    async with city.ledger.load(city.intake, STEADY):
        await city.sees("routing", r'meldketen_unpublished_total\{service="routing",why="refused"\} [1-9]')
        await asyncio.sleep(dice.uniform(3, 8))
    assert await city.ledger.until_done() < 30  # nobody else waits for them
    await city.ground.provision()
    for partner in city.ground.partners:
        city.people.open(partner)


async def answer_at_the_term(city: City, _dice: random.Random) -> None:
    """Answers come at about the moment at which their term ends."""
    city.people.pace = timedelta(seconds=0.9)
    async with city.ledger.load(city.intake, STEADY):
        await asyncio.sleep(3)
    city.people.pace = PACE


async def talk_nonsense(city: City, dice: random.Random) -> None:
    """A flood of what is no answer, and messages that only others may send."""
    url = city.ground.broker_url(partner_user("police"))
    report = str(uuid4())
    forged = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "urn:nld:oin:00000000000000000000:systeem:meldketen-intake",
        "type": "nl.woonoverlast.reports.submitted.v1",
        "subject": report,
        "time": wall_clock().isoformat(),
        "data": a_report(report),
    }
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True)
        exchange = await channel.get_exchange("partner.in", ensure=False)

        async def send(body: bytes, key: str, user: str = "partner-police") -> None:
            async with asyncio.timeout(5):
                await exchange.publish(aio_pika.Message(body, user_id=user), key)

        for number in range(300):
            await send(
                dice.choice([b"", b"{}", b'{"a": 1']) + f"{number} {uuid4()}".encode(), "police.nonsense"
            )
        await send(json.dumps(forged).encode(), "police.reports.submitted.v1")
    for key, user in (("ggz.care-tasks.updated.v1", "partner-police"), ("police.nonsense", "partner-ggz")):
        async with await aio_pika.connect(url) as connection:
            channel = await connection.channel(publisher_confirms=True)
            exchange = await channel.get_exchange("partner.in", ensure=False)
            try:
                await send(b"forged", key, user)
            except AMQPError:
                continue
            raise AssertionError(f"the police sent {key} as {user}")
    await city.sees("routing", r'meldketen_deferred_messages\{service="routing",state="parked"\} 30\d')
    assert await city.ledger.until_done() < 30
    assert not await city.ground.ask("select from routing.assessments where report_id = $1::uuid", report)
    await city.discard_parked("routing")


def a_report(report_id: str) -> dict[str, Any]:
    """A report as intake would announce it."""
    return {
        "reportId": report_id,
        "reference": "FORGED",
        "category": "VERWARD",
        "categoryName": "Verward gedrag",
        "channel": "web",
        "receivedAt": wall_clock().isoformat(),
        "story": "Een melding die niemand deed.",
        "address": {"key": "2599ZX 1", "postcode": "2599ZX", "houseNumber": 1},
        "reporter": {"anonymous": True, "tenure": "other"},
    }


FAULTS = (
    Fault(
        "14",
        "Partners away",
        "no partner takes its messages, and their queues are full",
        stay_away,
        runs=3,
        loads=(None,),
    ),
    Fault(
        "15",
        "Partner talks nonsense",
        "300 messages that are none, a report forged by a partner, keys and users of others",
        talk_nonsense,
        runs=2,
        loads=(STEADY,),
    ),
    Fault(
        "27",
        "Answers at the term",
        "partners answer at about the moment at which their clock fires",
        answer_at_the_term,
        runs=3,
        loads=(None,),
    ),
)
