"""One kind of fault, and the rounds that are played with it."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import structlog

from faults.city import City
from faults.ledger import FLOOD, IDLE, STEADY, Tally

log = structlog.get_logger()

HOPELESS_SECONDS = 60

Inject = Callable[[City, random.Random], Awaitable[None]]
"""Break something and mend it; it returns when it is mended."""

Setting = Callable[[City], AbstractAsyncContextManager[Any]]
"""What stands around all rounds of a fault, as a proxy or a second process."""

LOADS = (STEADY, FLOOD, IDLE)


@dataclass(frozen=True, slots=True)
class Fault:
    """`number` is that of the list of faults. `runs` is how many rounds are played, each at another random moment.

    `patience` is how many seconds it may take until nothing is left to do: what was due by a clock that was ahead is due later.
    `gap` says which promise is known to break, and why; `parks` are the reasons for which messages may lie parked afterwards, because the fault itself put them there.
    """

    number: str
    name: str
    what: str
    inject: Inject
    setting: Setting = nullcontext
    runs: int = 20
    loads: tuple[float | None, ...] = LOADS
    parks: frozenset[str] = frozenset()
    gap: str = ""
    patience: float = 120
    short: bool = False

    @property
    def key(self) -> str:
        return f"{self.number}: {self.name}"


@dataclass(slots=True)
class Result:
    """`on` names the servers."""

    fault: Fault
    runs: int = 0
    tally: Tally = field(default_factory=Tally)
    recovery: float = 0
    seen_after: float | None = None
    ends: int = 0
    on: str = ""


async def play(fault: Fault, city: City, runs: int) -> Result:
    """All rounds of a fault, and then the city comes to rest."""
    result = Result(fault)
    city.seen_after = None
    ends = city.ends()
    parked = await city.ledger.parked()
    await city.ledger.open()
    async with fault.setting(city):
        await _play_rounds(fault, city, runs, result)
    left = await city.ledger.settle(fault.patience)
    result.tally = await city.ledger.count(left)
    for (service, reason), (many, detail) in (await city.ledger.parked()).items():
        before, _ = parked.get((service, reason), (0, ""))
        if reason not in fault.parks:
            result.tally.add("lost", f"parked by {service}: {reason}: {detail}", many - before)
    if result.tally.why:
        await city.ledger.give_up()
    result.seen_after = city.seen_after
    result.ends = city.ends() - ends
    return result


async def _play_rounds(fault: Fault, city: City, runs: int, result: Result) -> None:
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


async def some_time(dice: random.Random, most: float = 1.5) -> None:
    """Until the random moment at which it breaks."""
    await asyncio.sleep(dice.uniform(0, most))
