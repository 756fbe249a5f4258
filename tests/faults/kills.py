"""Processes that are killed: broker, relay, consumer."""

import asyncio
import random
from contextlib import suppress

from faults.city import City
from faults.fault import Fault, Inject, some_time


async def kill_broker(city: City, dice: random.Random) -> None:
    await some_time(dice)
    await city.ground.kill_broker()
    await city.sees("intake", r'meldketen_broker_up\{connection="intake-relay"\} 0')
    await asyncio.sleep(dice.uniform(0, 1))
    await city.ground.start_broker()


def kill(*services: str) -> Inject:
    """Kill one of these services at any moment; it is begun again at once."""

    async def inject(city: City, dice: random.Random) -> None:
        process = city.services[dice.choice(services)]
        await some_time(dice)
        doomed = process.pid
        process.kill()
        while process.pid == doomed:
            await asyncio.sleep(0.05)
        await process.until_ready()

    return inject


def kill_at(point: str, *services: str) -> Inject:
    """Kill one of these services when it has passed a point in its code some times."""

    async def inject(city: City, dice: random.Random) -> None:
        process = city.services[dice.choice(services)]
        doomed = process.pid
        process.doom(point, dice.randint(1, 5))
        with suppress(TimeoutError):
            async with asyncio.timeout(10):
                while process.pid == doomed:
                    await asyncio.sleep(0.1)
        await process.until_ready()

    return inject


async def end_and_kill(city: City, dice: random.Random) -> None:
    """Ask a service to end under load, and kill it when it takes too long."""
    process = city.services[dice.choice(("intake", "routing", "casework", "monitoring"))]
    await some_time(dice)
    doomed = process.pid
    process.dismiss()
    if dice.random() < 0.5:
        await asyncio.sleep(dice.uniform(0, 0.5))
        process.kill()
    async with asyncio.timeout(60):
        while process.pid == doomed:
            await asyncio.sleep(0.1)
    await process.until_ready()


LETTERS_PATIENCE = 420
"""A letter that could not be given for as long as such a run lasts waits up to five minutes for its next try."""

FAULTS = (
    Fault("1", "Broker killed", "SIGKILL to RabbitMQ while reports come", kill_broker),
    Fault(
        "6",
        "Relay killed",
        "SIGKILL to a service that publishes, at any moment",
        kill("intake", "routing"),
        patience=LETTERS_PATIENCE,
        runs=24,
        short=True,
    ),
    Fault(
        "6",
        "Relay killed after the confirm",
        "SIGKILL between a confirm and the deletion of its row",
        kill_at("confirmed", "intake", "routing", "casework", "monitoring"),
    ),
    Fault(
        "8",
        "Consumer killed",
        "SIGKILL to a service that consumes, at any moment",
        kill("routing", "casework", "monitoring", "notifications"),
        patience=LETTERS_PATIENCE,
        runs=24,
        short=True,
    ),
    Fault(
        "8",
        "Consumer killed before its commit",
        "SIGKILL when the effects of a batch are written and not committed",
        kill_at("uncommitted", "routing", "casework", "monitoring", "notifications"),
    ),
    Fault(
        "8",
        "Consumer killed after its commit",
        "SIGKILL between the commit and the acknowledgement",
        kill_at("unacknowledged", "routing", "casework", "monitoring", "notifications"),
    ),
    Fault(
        "34",
        "Service ended under load",
        "SIGTERM, in half of the runs followed by SIGKILL within half a second",
        end_and_kill,
    ),
)
