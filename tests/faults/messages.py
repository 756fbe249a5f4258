"""What arrives: twice, a hundred times, in any order, too late, unreadable, deadly."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika

from chassis import by_hand
from chassis.clock import wall_clock
from contracts.catalogue import BY_NAME
from faults.city import City
from faults.fault import Fault, Setting
from faults.ledger import IDLE, STEADY, until

CASEWORK = "svc.casework"
OURS = ("hub.events", "hub.confidential")


def beside(service: str) -> Setting:
    """A second process of a service."""
    return lambda city: city.second(service)


@asynccontextmanager
async def ear(city: City) -> AsyncIterator[list[aio_pika.abc.AbstractIncomingMessage]]:
    """All that our services say while the block lasts."""
    heard: list[aio_pika.abc.AbstractIncomingMessage] = []

    async def keep(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        heard.append(message)

    async with city.broker() as channel:
        queue = await channel.declare_queue(f"faults.{uuid4()}", exclusive=True, auto_delete=True)
        for exchange in OURS:
            await queue.bind(exchange, "#")
        await queue.consume(keep, no_ack=True)
        yield heard


async def say_again_a_hundred_times(city: City, dice: random.Random) -> None:
    """What was said to casework comes a hundred times more, to two processes at once."""
    async with ear(city) as heard, city.ledger.load(city.intake, STEADY):
        while len(heard) < 40:
            await asyncio.sleep(0.1)
    meant = [message for message in heard if "casework" in BY_NAME[message.routing_key or ""].readers]
    again = dice.sample(meant, 10)
    async with city.broker() as channel:
        for _ in range(100):
            await asyncio.gather(
                *(
                    channel.default_exchange.publish(aio_pika.Message(message.body), CASEWORK)
                    for message in dice.sample(again, 10)
                )
            )


async def shuffle(city: City, dice: random.Random) -> None:
    """What waits for a service arrives in any order, one of it much later than the rest."""
    casework = city.services["casework"]
    await casework.stop()
    async with city.ledger.load(city.intake, STEADY):
        await asyncio.sleep(4)
    events = [event for message in await city.take_from(CASEWORK) for event in _unpacked(message.body)]
    dice.shuffle(events)
    late, rest = events[:3], events[3:]
    await city.put_on(CASEWORK, *rest)
    await casework.start()
    await asyncio.sleep(3)
    await city.put_on(CASEWORK, *late)


def _unpacked(body: bytes) -> list[bytes]:
    content = json.loads(body)
    return [json.dumps(event).encode() for event in (content if isinstance(content, list) else [content])]


def event(kind: str, subject: str, data: dict[str, Any], place: int = 1, **more: Any) -> dict[str, Any]:
    """An event as routing would say it to casework."""
    return {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "urn:nld:oin:00000000000000000000:systeem:meldketen-routing",
        "type": f"nl.woonoverlast.{kind}",
        "subject": subject,
        "time": wall_clock().isoformat(),
        "follows": f"casework={place}",
        "data": data,
        **more,
    }


def poisons() -> Sequence[bytes]:
    """Each would be parked by itself: nothing here can ever be handled."""
    nobody = str(uuid4())
    assessed: dict[str, Any] = {"reportId": nobody}
    envelopes: list[dict[str, Any]] = [
        event("reports.assessed.v1", nobody, assessed),
        event("reports.assessed.v9", str(uuid4()), {"reportId": nobody}),
        event("nonsense.said.v1", str(uuid4()), {}),
        event("reports.assessed.v1", str(uuid4()), {"story": "x" * 70_000}),
        event("reports.assessed.v1", str(uuid4()), {}, specversion="0.3"),
        event("reports.assessed.v1", str(uuid4()), {}, source="urn:nld:oin:1:systeem:somebody"),
    ]
    unique = uuid4().hex
    return [
        *(json.dumps(envelope).encode() for envelope in envelopes),
        f'{{"this is": "no JSON {unique}'.encode(),
        f"\xff\xfe{unique}".encode("utf-16"),
        f'"{unique}"'.encode(),
        f'[1, null, "{unique}"]'.encode(),
        b"[" * 5_000 + unique.encode(),
        unique.encode() + b"\x00\xff\x80",
    ]


async def poison(city: City, dice: random.Random) -> None:
    bodies = list(poisons())
    dice.shuffle(bodies)
    await city.put_on(CASEWORK, *bodies)
    await city.sees("casework", r'meldketen_deferred_messages\{service="casework",state="parked"\} 1\d')
    assert await city.ledger.until_done() < 30  # the others are not held up
    await city.discard_parked("casework")


async def kill_by_message(city: City, _dice: random.Random) -> None:
    """A report that the processes die of: it is set apart, and what came with it goes on."""
    services = [city.services[name] for name in ("routing", "casework")]
    for process in services:
        process.may_end = True
    deadly = await city.ledger.post(city.intake, "FAULTS:die")
    assert deadly
    del city.ledger.accepted[deadly]
    for process in services:
        pattern = rf'meldketen_deferred_messages\{{service="{process.service}",state="parked"\}} [1-9]'
        await city.sees(process.service, pattern, starts=4)
        await city.discard_parked(process.service)
        process.may_end = False


async def have_a_bug(city: City, dice: random.Random) -> None:
    """A handler fails for two reports until it is mended."""
    mended = Path(city.services["routing"].told["FAULTS_MENDED"])
    mended.unlink(missing_ok=True)
    for _ in range(2):
        await city.ledger.post(city.intake, "FAULTS:bug")
    await city.sees("casework", r'meldketen_deferred_messages\{service="casework",state="retrying"\} [1-9]')
    await asyncio.sleep(dice.uniform(1, 4))
    mended.touch()


async def replay_twice(city: City, dice: random.Random) -> None:
    """The broker gave up on messages; a person replays them, twice at once, while others come."""
    casework = city.services["casework"]
    await casework.stop()
    async with city.ledger.load(city.intake, STEADY):
        await asyncio.sleep(3)
    async with city.broker() as channel:
        queue = await channel.get_queue(CASEWORK, ensure=False)
        waiting = [message for _ in range(40) if (message := await queue.get(fail=False))]
        for message in waiting:
            await message.reject(requeue=dice.random() < 0.3)
    await casework.start()
    await city.sees("casework", r'meldketen_deferred_messages\{service="casework",state="parked"\} [1-9]')
    await until(lambda: nothing_dead(city), 60)
    async with city.ledger.load(city.intake, STEADY), city.desk("casework") as database:

        async def replay() -> None:
            async with database.transaction() as tx:
                choice = by_hand.Choice(
                    ids=tuple(row.id for row in await by_hand.list_aside(tx, "parked", 0, 10_000))
                )
                await by_hand.replay(tx, choice, "faults", "replayed", limit=10_000, per_second=200)

        await asyncio.gather(replay(), replay())
        await replay()


async def nothing_dead(city: City) -> bool:
    """The dead queue is empty, by the queue itself: statistics lag."""
    async with city.broker() as channel:
        found = await channel.declare_queue(f"dead.{CASEWORK}", passive=True)
        return found.declaration_result.message_count == 0


FAULTS = (
    Fault(
        "9",
        "Said a hundred times",
        "ten messages come a hundred times more, to two processes at once",
        say_again_a_hundred_times,
        beside("casework"),
        runs=3,
        loads=(None,),
    ),
    Fault(
        "10",
        "Any order",
        "all that waits for a service arrives in any order, three messages seconds after the rest",
        shuffle,
        runs=5,
        loads=(None,),
        short=True,
    ),
    Fault(
        "11",
        "Poison",
        "twelve kinds of messages that nobody can handle",
        poison,
        runs=3,
        loads=(STEADY,),
    ),
    Fault(
        "12",
        "Deadly message",
        "a message that ends the process that handles it, each time",
        kill_by_message,
        runs=2,
        loads=(IDLE,),
    ),
    Fault(
        "13",
        "Bug for one case",
        "a handler fails for two reports until it is mended",
        have_a_bug,
        runs=3,
        loads=(STEADY,),
    ),
    Fault(
        "31, 32",
        "Replayed twice",
        "dead letters while nobody empties their queue; then replayed three times while others come",
        replay_twice,
        runs=3,
        loads=(None,),
    ),
)
