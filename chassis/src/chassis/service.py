"""A service as a whole: what it serves, what it hears, and what it does by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI

from chassis import jobs, pages, reclaimer, relay, topology
from chassis.consumer import Consumer
from chassis.database import Database
from chassis.jobs import Job, every
from chassis.settings import Settings
from chassis.subscriptions import Subscriptions

HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Service:
    """`paths` are the first segments of the URLs it serves, for whoever puts the services behind one origin.

    `closing` ends what else it holds open.
    """

    name: str
    settings: Settings
    database: Database
    app: FastAPI
    subscriptions: Subscriptions
    paths: tuple[str, ...]
    jobs: tuple[Job, ...] = ()
    partners: tuple[str, ...] = ()
    closing: tuple[Callable[[], Awaitable[None]], ...] = ()

    async def run(self) -> None:
        """Relay, consume, reclaim, try again and do the jobs, for ever; who is cancelled finishes the work at hand."""
        url = self.settings.amqp_url.get_secret_value()
        consumer = Consumer(self.database, self.subscriptions)
        dead = topology.dead_queues(self.name, self.partners)
        async with asyncio.TaskGroup() as group:
            group.create_task(jobs.run(every(HALF_A_DAY, pages.turn_pages), self.database))
            group.create_task(relay.run(self.database, url))
            group.create_task(reclaimer.run(self.database, url, dead))
            group.create_task(consumer.run(url))
            group.create_task(consumer.revive())
            for job in self.jobs:
                group.create_task(jobs.run(job, self.database))

    async def close(self) -> None:
        """Let go of connections; after it, nothing more is asked of the service."""
        for end in self.closing:
            await end()
        await self.database.close()
