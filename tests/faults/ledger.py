"""Who posts reports writes down which were accepted; afterwards the databases are asked what became of them."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

import httpx2

from faults import witness
from faults.ground import Ground
from faults.people import People
from meldketen.simulation.reports import invent

CONFUSED_POLICE = 5
"""At a house number that ends in this the simulated police sends nonsense, which would be parked."""

IDLE, STEADY, FLOOD = 2.0, 50.0, 0.0
"""Reports per second; none is as fast as goes, with this many posting at once:"""
POSTERS = 12

MOST_IN_A_ROUND = 20
"""Each report becomes some sixty messages: more would only make the suite longer."""


@dataclass(slots=True)
class Tally:
    accepted: int = 0
    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    why: list[str] = field(default_factory=list)

    def add(self, kind: str, what: str, many: int) -> None:
        if many:
            setattr(self, kind, getattr(self, kind) + many)
            self.why.append(f"{many} {kind}: {what}")


class Ledger:
    def __init__(self, ground: Ground, people: People, dice: random.Random) -> None:
        self._ground = ground
        self._people = people
        self._dice = dice
        self._stories = count(1)
        self._said = self._heard = 0
        self.accepted: dict[str, str] = {}
        self.refused = 0

    async def open(self) -> None:
        """Begin a new page: what was before is not counted."""
        [row] = await self._ground.ask(
            "select (select coalesce(max(n), 0) from faults.said) as said,"
            " (select coalesce(max(n), 0) from faults.heard) as heard"
        )
        self._said, self._heard = row["said"], row["heard"]
        self.accepted = {}
        self.refused = 0
        self._people.answered.clear()

    async def post(self, http: httpx2.AsyncClient, mark: str = "", patience: float = 90) -> str | None:
        """Post one report; its id once it was accepted.

        Half of the portals send a key and try until they have an answer. The others try once, and what they are
        not told was accepted may be there or not, but not twice.
        """
        report = invent(self._dice)
        if report["address"]["houseNumber"] % 10 == CONFUSED_POLICE:
            report["address"]["houseNumber"] += 1
        story = f"Verhaal {uuid4()}. {mark} {report['story']}"
        report["story"] = story
        keyed = self._dice.random() < 0.5 or bool(mark)
        headers = {"Idempotency-Key": str(uuid4())} if keyed else {}
        end = time.monotonic() + patience
        while True:
            try:
                answer = await http.post("/intake/v1/reports", json=report, headers=headers)
                if answer.status_code == httpx2.codes.ACCEPTED:
                    accepted: str = answer.json()["id"]
                    self.accepted[accepted] = story
                    return accepted
            except httpx2.HTTPError:
                pass
            if not keyed or time.monotonic() > end:
                self.refused += 1
                return None
            await asyncio.sleep(0.2)

    @asynccontextmanager
    async def load(self, http: httpx2.AsyncClient, per_second: float) -> AsyncIterator[None]:
        """Reports come while the block lasts, up to a number; those begun are ended."""
        going = True
        left = iter(range(MOST_IN_A_ROUND))
        posting: set[asyncio.Task[Any]] = set()

        def another() -> bool:
            return going and next(left, None) is not None

        async def at_a_pace() -> None:
            while another():
                posting.add(asyncio.create_task(self.post(http)))
                await asyncio.sleep(self._dice.expovariate(per_second))

        async def as_fast_as_goes() -> None:
            while another():
                await self.post(http)

        workers = [at_a_pace()] if per_second else [as_fast_as_goes() for _ in range(POSTERS)]
        tasks = [asyncio.create_task(work) for work in workers]
        try:
            yield
        finally:
            going = False
            await asyncio.gather(*tasks)
            await asyncio.gather(*posting)

    async def until_done(self, seconds: float = 90) -> float:
        """How long it took until what is accepted by now is in routing and in casework."""
        begun = time.monotonic()
        wanted = list(self.accepted)
        while True:
            [row] = await self._ground.ask(
                "select (select count(distinct report_id) from routing.assessments where report_id = any($1::uuid[])) as assessed,"
                " (select count(*) from casework.reports where report_id = any($1::uuid[])) as filed",
                wanted,
            )
            took = time.monotonic() - begun
            if row["assessed"] >= len(wanted) and row["filed"] >= len(wanted):
                return took
            if took > seconds:
                return took
            await asyncio.sleep(0.1)

    async def still_open(self) -> dict[str, int]:
        """What there is still to do, in short."""
        query = ", ".join(
            f'(select count(*) from ({statement}) o) as "{what}"' for what, statement in witness.OPEN.items()
        )
        [row] = await self._ground.ask(f"select {query}", self._said)
        rows = await self._ground.ask(
            "select id, reader from faults.said where n > $1 and reader = any($2)",
            self._said,
            self._ground.partners,
        )
        open_ = dict(row) | {
            "asked of a partner": sum((r["reader"], r["id"]) not in self._people.done for r in rows)
        }
        return {what: many for what, many in open_.items() if many}

    async def settle(self, seconds: float) -> dict[str, int]:
        """Wait until nothing is left to do; what is left when the patience is over."""
        end = time.monotonic() + seconds
        while (left := await self.still_open()) and time.monotonic() < end:
            await asyncio.sleep(0.25)
        return left

    async def count(self, left: dict[str, int]) -> Tally:
        """What became of everything since the page was opened. What was `left` is lost; the clocks may say more since."""
        tally = Tally(accepted=len(self.accepted))
        ids = list(self.accepted)
        for what, table in (
            ("intake", "intake.reports"),
            ("routing", "routing.assessments"),
            ("casework", "casework.reports"),
        ):
            found = await self._number(
                f"select count(distinct report_id) from {table} where report_id = any($1::uuid[])", ids
            )
            tally.add("lost", f"accepted and not in {what}", len(ids) - found)
        for what, many in left.items():
            tally.add("lost", what, many)
        tally.add("lost", "promises without a clock", await self._number(witness.NO_CLOCK, self._said))
        tally.add("lost", "clocks that stopped", await self._number(witness.CLOCK_THAT_STOPPED))
        tally.add(
            "lost", "answers of partners", await self._number(witness.UNHEARD, list(self._people.answered))
        )
        twice = await self._number(
            "select coalesce(sum(many - 1), 0) from"
            " (select count(*) as many from intake.reports where story = any($1) group by story) stories",
            list(self.accepted.values()),
        )
        tally.add("doubled", "reports in intake", twice)
        tally.add("doubled", "effects", await self._number(witness.DOUBLED["effects"], self._heard))
        tally.add(
            "doubled", "announcements", await self._number(witness.DOUBLED["announcements"], self._said)
        )
        entries, messages = list(witness.ENTRIES), list(set(witness.ENTRIES.values()))
        tally.add(
            "doubled",
            "lines of the timeline",
            await self._number(witness.DOUBLED["timeline"], entries, messages),
        )
        tally.add("reordered", "effects", await self._number(witness.REORDERED, self._heard))
        tally.add("reordered", "missed after met", await self._number(witness.NEVER_AFTER, self._said))
        return tally

    async def give_up(self) -> None:
        """What a fault really lost must not be counted against the next one."""
        for service in witness.SERVICES:
            await self._ground.ask(
                f"update {service}.deferred set state = 'parked', reason = 'given up' where state <> 'parked'"
            )

    async def parked(self) -> dict[tuple[str, str], tuple[int, str]]:
        """How many messages are parked, by service and reason, and the detail of one."""
        rows = await self._ground.ask(witness.PARKED)
        return {(row["service"], row["reason"]): (row["count"], row["detail"]) for row in rows}

    async def _number(self, statement: str, *parameters: Any) -> int:
        [row] = await self._ground.ask(statement, *parameters)
        return int(row[0])


async def until(ask: Callable[[], Awaitable[Any]], seconds: float = 30) -> Any:
    """What `ask` gives once that is something."""
    async with asyncio.timeout(seconds):
        while not (found := await ask()):
            await asyncio.sleep(0.1)
    return found
