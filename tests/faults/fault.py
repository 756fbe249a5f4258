"""One kind of fault, and the rounds that are played with it."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from faults.city import City
from faults.ledger import FLOOD, IDLE, STEADY, Tally

log = structlog.get_logger()

HOPELESS_SECONDS = 60

Inject = Callable[[City, random.Random], Awaitable[None]]
"""Break something and mend it; it returns when it is mended."""

LOADS = (STEADY, FLOOD, IDLE)


@dataclass(frozen=True, slots=True)
class Fault:
    """`number` is that of the list of faults. `runs` is how many rounds are played, each at another random moment.

    `parks` are the reasons for which messages may lie parked afterwards, because the fault itself put them there.
    """

    number: str
    name: str
    what: str
    inject: Inject
    runs: int = 20
    loads: tuple[float | None, ...] = LOADS
    parks: frozenset[str] = frozenset()
    short: bool = False


@dataclass(slots=True)
class Result:
    fault: Fault
    runs: int = 0
    tally: Tally = field(default_factory=Tally)
    recovery: float = 0
    seen_after: float | None = None
    ends: int = 0


async def play(fault: Fault, city: City, runs: int) -> Result:
    """All rounds of a fault, and then the city comes to rest."""
    result = Result(fault)
    city.seen_after = None
    ends = city.ends()
    parked = await city.ledger.parked()
    await city.ledger.open()
    for number in range(runs):
        load = fault.loads[number % len(fault.loads)]
        if load is None:
            await fault.inject(city, city.dice)
        else:
            async with city.ledger.load(city.intake, load):
                await fault.inject(city, city.dice)
        recovery = await city.ledger.until_done()
        result.recovery = max(result.recovery, recovery)
        result.runs += 1
        log.warning("round", fault=fault.name, number=result.runs, recovery=round(recovery, 1))
        if recovery > HOPELESS_SECONDS:
            break
    await city.ledger.settle()
    result.tally = await city.ledger.count()
    for (service, reason), many in (await city.ledger.parked()).items():
        more = many - parked.get((service, reason), 0)
        if reason not in fault.parks:
            result.tally.add("lost", f"parked by {service}: {reason}", max(0, more))
    result.seen_after = city.seen_after
    result.ends = city.ends() - ends
    return result


async def some_time(dice: random.Random, most: float = 1.5) -> None:
    """Until the random moment at which it breaks."""
    await asyncio.sleep(dice.uniform(0, most))
