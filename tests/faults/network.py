"""The network between the services and their servers: cut, one way only, silent, slow."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from faults.city import City
from faults.fault import Fault, Inject, Setting, some_time
from faults.ledger import STEADY
from faults.proxy import Proxy

EVERYONE = ("intake", "routing", "casework", "monitoring")


def by_proxy(server: str, *services: str) -> Setting:
    """These services reach a server, broker or database, by a proxy."""

    @asynccontextmanager
    async def setting(city: City) -> AsyncIterator[None]:
        port = city.ground.broker_port if server == "broker" else city.ground.database.port
        async with Proxy(port) as proxy, AsyncExitStack() as ways:
            for service in services:
                told = city.told(service, **{f"{server}_port": proxy.port})
                await ways.enter_async_context(city.telling(service, told))
            city.proxy = proxy
            yield
            city.proxy = None

    return setting


def cut(*dead: str, longest: float = 0.6) -> Inject:
    """Cut every connection; with `dead`, after a while in which nothing came through in these directions."""

    async def inject(city: City, dice: random.Random) -> None:
        assert city.proxy
        await some_time(dice)
        if dead:
            city.proxy.go_dead(*dead)
            await asyncio.sleep(dice.uniform(0.05, longest))
        city.proxy.cut()

    return inject


async def cut_in_a_frame(city: City, dice: random.Random) -> None:
    """Connections break in the middle of a message, again and again."""
    assert city.proxy
    city.proxy.cut_after_bytes = dice.randint(2_000, 40_000)
    await some_time(dice, 4)
    city.proxy.cut_after_bytes = 0
    city.proxy.cut()


async def fall_silent(city: City, dice: random.Random) -> None:
    """Nothing comes through and nobody is told; new connections work."""
    assert city.proxy
    await some_time(dice)
    city.proxy.go_dead()


async def be_slow(city: City, dice: random.Random) -> None:
    assert city.proxy
    city.proxy.delay_seconds = dice.uniform(0.05, 0.4)
    city.proxy.bytes_per_second = 200_000
    await asyncio.sleep(4)
    city.proxy.delay_seconds = city.proxy.bytes_per_second = 0


FAULTS = (
    Fault(
        "3",
        "Cut before the publish",
        "what services send to the broker is held back, then the connections are cut",
        cut("there"),
        by_proxy("broker", *EVERYONE),
    ),
    Fault(
        "4",
        "Cut before the confirm",
        "what the broker sends back is held back, then the connections are cut",
        cut("back"),
        by_proxy("broker", *EVERYONE),
        short=True,
    ),
    Fault(
        "4",
        "Cut in a frame",
        "connections to the broker break in the middle of a message",
        cut_in_a_frame,
        by_proxy("broker", *EVERYONE),
        runs=10,
    ),
    Fault(
        "5",
        "Broker falls silent",
        "packets are dropped and no connection is closed",
        fall_silent,
        by_proxy("broker", *EVERYONE),
        runs=4,
        loads=(STEADY,),
    ),
    Fault(
        "5",
        "Slow network",
        "0.05 to 0.4 s and 200 kB/s on every connection to the broker",
        be_slow,
        by_proxy("broker", *EVERYONE),
        runs=3,
    ),
    Fault(
        "5",
        "Database cut off",
        "connections to PostgreSQL are cut, with what was on its way",
        cut("back"),
        by_proxy("database", *EVERYONE),
    ),
    Fault(
        "5",
        "Database falls silent",
        "packets to and from PostgreSQL are dropped and no connection is closed",
        fall_silent,
        by_proxy("database", *EVERYONE),
        runs=2,
        loads=(STEADY,),
    ),
)
