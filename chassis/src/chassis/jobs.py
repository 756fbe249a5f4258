"""Work that time asks for, and no message: done in turns, each in its own transaction."""

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
from chassis.transaction import Transaction

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """`turn` does one portion and says whether there may be more; when there is none it rests for `pause`."""

    name: str
    turn: Callable[[Transaction], Awaitable[bool]]
    pause: timedelta


def every(pause: timedelta, turn: Callable[..., Awaitable[bool]], **parts: Any) -> Job:
    """Call `turn(tx, **parts)` again and again."""
    return Job(turn.__name__, partial(turn, **parts), pause)


async def _turn(job: Job, database: Database) -> bool:
    with trace.span(None):
        async with database.transaction() as tx:
            return await job.turn(tx)


async def run(job: Job, database: Database) -> None:
    """For ever. A turn that fails is logged and taken again after a rest."""
    while True:
        more = False
        try:
            more = await to_the_end(_turn(job, database))
        except Exception as failure:
            log.warning("turn failed", job=job.name, error=type(failure).__name__, exc_info=failure)
        if not more:
            await asyncio.sleep(job.pause.total_seconds())
