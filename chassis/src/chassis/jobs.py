"""Work that time asks for, and no message: done in turns, each in its own transaction, or in several."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from chassis import trace
from chassis.database import Database
from chassis.draining import to_the_end

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """`turn` does one portion and says whether there may be more; when there is none it rests for `pause`.

    It gets a transaction; with `outward` the database, to wait for the outside world between its transactions.
    """

    name: str
    turn: Callable[[Any], Awaitable[bool]]
    pause: timedelta
    outward: bool = False


def every(pause: timedelta, turn: Callable[..., Awaitable[bool]], **parts: Any) -> Job:
    """Call `turn(tx, **parts)` again and again."""
    return Job(turn.__name__, partial(turn, **parts), pause)


def outward(pause: timedelta, turn: Callable[..., Awaitable[bool]], **parts: Any) -> Job:
    """Call `turn(database, **parts)` again and again."""
    return Job(turn.__name__, partial(turn, **parts), pause, outward=True)


async def take_turn(job: Job, database: Database) -> bool:
    with trace.span(None):
        if job.outward:
            return await job.turn(database)
        async with database.transaction() as tx:
            return await job.turn(tx)


async def run(job: Job, database: Database) -> None:
    """For ever. A turn that fails is logged and taken again after a rest."""
    while True:
        more = False
        try:
            more = await to_the_end(take_turn(job, database))
        except Exception as failure:
            log.warning("turn failed", job=job.name, error=type(failure).__name__, exc_info=failure)
        if not more:
            await asyncio.sleep(job.pause.total_seconds())
