"""What operations do and what machines do to them: pauses, upgrades, clocks, a backlog of timers."""

import asyncio
import random
import signal

from faults.city import SERVICES, City
from faults.fault import Fault, Inject, some_time
from faults.ledger import STEADY
from faults.messages import beside


def pause(service: str, least: float, most: float) -> Inject:
    """One of two processes stands still, with whatever it has in its hands, and then goes on."""

    async def inject(city: City, dice: random.Random) -> None:
        assert city.other
        process = dice.choice((city.services[service], city.other)) if service != "intake" else city.other
        await some_time(dice)
        process.signal(signal.SIGSTOP)
        await asyncio.sleep(dice.uniform(least, most))
        process.signal(signal.SIGCONT)

    return inject


async def upgrade(city: City, dice: random.Random) -> None:
    """A newer version begins beside the old one, the old one ends, and then all the way back."""
    service = dice.choice(SERVICES)
    async with city.second(service, FAULTS_NEWER="1"):
        await some_time(dice)
        async with city.telling(service, {"FAULTS_NEWER": "1"}):
            await asyncio.sleep(dice.uniform(1, 3))


async def run_ahead(city: City, dice: random.Random) -> None:
    """A service's clock is wrong by minutes."""
    service = dice.choice(SERVICES)
    async with city.telling(service, {"FAULTS_CLOCK": str(dice.choice((-300, -60, 60, 300)))}):
        async with city.ledger.load(city.intake, STEADY):
            await asyncio.sleep(3)
        await city.ledger.until_done()


async def be_hours_off(city: City, dice: random.Random) -> None:
    """A service is begun on a machine whose clock is wrong by hours: it does nothing, and says so."""
    service = dice.choice(SERVICES)
    wrong = str(dice.choice((-7200, 10_800)))
    async with (
        city.telling(service, {"FAULTS_CLOCK": wrong}, ready=False),
        city.ledger.load(city.intake, STEADY),
    ):
        await city.sees(service, rf'meldketen_clock_ahead_seconds\{{service="{service}"\}} -?\d{{4}}')
    await city.ledger.until_done()


async def fire_all_at_once(city: City, _dice: random.Random) -> None:
    """Monitoring was away while a thousand terms ended."""
    monitoring = city.services["monitoring"]
    await monitoring.stop()
    await city.ground.ask(
        "with new as (select gen_random_uuid() as assignment_id, gen_random_uuid() as report_id, i,"
        "   now() - interval '3 hours' as began, now() - interval '2 hours' + i * interval '1 second' as due"
        "   from generate_series(1, 1000) i),"
        " asked as (insert into routing.assignments"
        "   (assignment_id, report_id, partner, part, track, lead, question, state, offered_at, due_at, changed_at)"
        "   select assignment_id, report_id, 'police', 'police', 'enforcement', true, 'Is dit adres bekend?',"
        "   'offered', began, due, began from new)"
        " insert into monitoring.deadlines"
        " (deadline_id, report_id, assignment_id, promise, holder, holder_name, started_at, due_at, state, next_at)"
        " select gen_random_uuid(), report_id, assignment_id, 'first-answer', 'police', 'Politie',"
        " began, due, 'running', now() - interval '2 hours' from new"
    )
    await monitoring.start()


async def block_the_loop(city: City, _dice: random.Random) -> None:
    """A handler keeps its process busy for longer than the broker waits for a sign of life."""
    url = city.told("casework")["MELDKETEN_AMQP_URL"]
    async with city.telling("casework", {"MELDKETEN_AMQP_URL": f"{url}?heartbeat=3", "FAULTS_BLOCK": "15"}):
        await city.ledger.post(city.intake, "FAULTS:block")
        await asyncio.sleep(16)


FAULTS = (
    Fault(
        "7",
        "Relay paused",
        "one of two relays stands still (SIGSTOP) for 1 to 5 s and goes on",
        pause("intake", 1, 5),
        beside("intake"),
        runs=10,
    ),
    Fault(
        "7",
        "Relay paused for long",
        "one of two relays stands still for over a minute: its session ends, and it goes on",
        pause("intake", 70, 75),
        beside("intake"),
        runs=2,
        loads=(STEADY,),
    ),
    Fault(
        "24",
        "Consumer paused",
        "one of two processes of a service stands still for 1 to 5 s and goes on",
        pause("casework", 1, 5),
        beside("casework"),
        runs=10,
    ),
    Fault(
        "24",
        "Consumer paused for long",
        "one of two processes of a service stands still for over a minute, with locks in its hands, and goes on",
        pause("casework", 70, 75),
        beside("casework"),
        runs=2,
        loads=(STEADY,),
    ),
    Fault(
        "25",
        "Clock wrong by minutes",
        "a service's clock is 1 or 5 minutes ahead or behind",
        run_ahead,
        runs=4,
        loads=(None,),
        patience=420,
    ),
    Fault(
        "25",
        "Clock wrong by hours",
        "a service begins with a clock that is 3 hours ahead or 2 behind: it stands still",
        be_hours_off,
        runs=5,
        loads=(None,),
    ),
    Fault(
        "26",
        "A thousand terms at once",
        "monitoring begins after a thousand terms ended two hours ago",
        fire_all_at_once,
        runs=1,
        loads=(STEADY,),
    ),
    Fault(
        "30",
        "Rolling upgrade",
        "a newer version with a new field in every message beside the old one, instead of it, and back",
        upgrade,
        runs=5,
    ),
    Fault(
        "35",
        "Event loop blocked",
        "a handler blocks its process for 15 s, at a heartbeat of 3 s",
        block_the_loop,
        runs=2,
        loads=(STEADY,),
    ),
)
