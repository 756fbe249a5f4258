"""The five services as processes, on servers of their own, with partners and a mailbox."""

import asyncio
import random
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import aio_pika
import aio_pika.abc
import httpx2
from aio_pika.abc import AbstractChannel

from chassis import by_hand, sent
from chassis.clock import wall_clock
from chassis.database import Database
from chassis.settings import Settings
from chassis.topology import service_user
from faults import witness
from faults.ground import Ground
from faults.ledger import Ledger
from faults.people import People
from faults.process import Process
from faults.proxy import Proxy

SERVICES = witness.SERVICES
DAY_SECONDS = 1.5
"""Short, so that terms end while the answers come and both are often at the same moment."""

SEEN_WITHIN_SECONDS = 30


class City:
    """`seen_after` is how long the slowest trouble of a fault took to be seen.

    `proxy` and `other` are the wire and the second process that a fault put into its setting.
    """

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self._folder = folder
        self.dice = dice
        self.ground = Ground(folder)
        self.people = People(self.ground)
        self.ledger = Ledger(self.ground, self.people, dice)
        self.services: dict[str, Process] = {}
        self.beside: list[Process] = []
        self.seen_after: float | None = None
        self.proxy: Proxy | None = None
        self.other: Process | None = None

    async def start(self) -> None:
        await self.ground.start()
        await self.ground.admin.execute(witness.SET_UP)
        await self.people.start()
        self.services = {name: self._process(name) for name in SERVICES}
        for asked in ("intake", "routing"):
            url = f"http://127.0.0.1:{self.services[asked].port}"
            self.services["notifications"].told[f"MELDKETEN_{asked.upper()}_URL"] = url
        await asyncio.gather(*(process.start() for process in self.services.values()))

    async def stop(self) -> None:
        for process in (*self.services.values(), *self.beside):
            with suppress(Exception):
                await process.close()
        with suppress(Exception):
            await self.people.stop()
        await self.ground.stop()

    @property
    def intake(self) -> httpx2.AsyncClient:
        return self.services["intake"].http

    def told(
        self, service: str, *, broker_port: int | None = None, database_port: int | None = None
    ) -> dict[str, str]:
        """What a service is told; by way of a proxy where its port is given."""
        return {
            "MELDKETEN_DATABASE_URL": self.ground.database_url(service, database_port),
            "MELDKETEN_AMQP_URL": self.ground.broker_url(service_user(service), broker_port),
        }

    @asynccontextmanager
    async def telling(
        self, service: str, told: dict[str, str], *, ready: bool = True
    ) -> AsyncIterator[Process]:
        """A service that is told something else while the block lasts; not waited for where it can not become ready."""
        process = self.services[service]
        before = dict(process.told)
        process.told |= told
        await process.restart(ready=ready)
        try:
            yield process
        finally:
            process.told = before
            await process.restart()

    @asynccontextmanager
    async def second(self, service: str, **told: str) -> AsyncIterator[Process]:
        """A second process of a service while the block lasts."""
        process = self._process(service)
        process.told |= self.services[service].told | told
        self.beside.append(process)
        await process.start()
        try:
            self.other = process
            yield process
        finally:
            self.other = None
            self.beside.remove(process)
            await process.close()

    @asynccontextmanager
    async def broker(self) -> AsyncIterator[AbstractChannel]:
        """An administrator's channel."""
        async with await aio_pika.connect(self.ground.broker.amqp_url) as connection:
            yield await connection.channel(publisher_confirms=True)

    async def take_from(self, queue: str) -> list[aio_pika.abc.AbstractIncomingMessage]:
        """All that lies on a queue; it is off the queue then."""
        taken = []
        async with self.broker() as channel:
            found = await channel.get_queue(queue, ensure=False)
            while message := await found.get(fail=False, no_ack=True):
                taken.append(message)
        return taken

    async def put_on(self, queue: str, *bodies: bytes) -> None:
        """Straight onto a queue, past every exchange."""
        async with self.broker() as channel:
            await asyncio.gather(
                *(
                    channel.default_exchange.publish(
                        aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT), queue
                    )
                    for body in bodies
                )
            )

    @asynccontextmanager
    async def desk(self, service: str) -> AsyncIterator[Database]:
        """A service's database, as somebody who attends to its parked messages has it."""
        settings = Settings.model_validate(
            {
                "database_url": self.ground.database_url(service),
                "amqp_url": "amqp://nowhere.invalid",
                "signing_key": self.ground.secrets.signing_key,
            }
        )
        database = Database(settings, service)
        try:
            yield database
        finally:
            await database.close()

    async def resend(self, reader: str) -> None:
        """As `meldketen resend` does it."""
        since = wall_clock() - timedelta(minutes=3)
        for publisher in SERVICES:
            async with self.desk(publisher) as database, database.transaction() as tx:
                await sent.resend(tx, reader, since, "faults", "its queue was lost")

    async def discard_parked(self, service: str) -> None:
        """Let go of everything that a fault left parked there."""
        async with self.desk(service) as database, database.transaction() as tx:
            ids = tuple(row.id for row in await by_hand.list_aside(tx, "parked", 0, 10_000))
            await by_hand.discard(tx, by_hand.Choice(ids=ids), "faults", "the fault is over", limit=10_000)

    async def sees(self, service: str, pattern: str, starts: int = 0) -> None:
        """The service's own metrics show the trouble in time; later where it must be started so often first."""
        within = SEEN_WITHIN_SECONDS + starts * self.services[service].starting_seconds
        begun = time.monotonic()
        while time.monotonic() - begun < within:
            if await self.shows(service, pattern):
                self.seen_after = max(self.seen_after or 0, time.monotonic() - begun)
                return
            await asyncio.sleep(0.2)
        raise AssertionError(f"{service} does not show {pattern} within {within:.0f} s")

    async def shows(self, service: str, pattern: str) -> bool:
        """Whether its metrics show it now."""
        with suppress(httpx2.HTTPError):
            metrics = (await self.services[service].http.get("/metrics")).text
            return re.search(pattern, metrics, re.MULTILINE) is not None
        return False

    def ends(self) -> int:
        """How often a service ended by itself."""
        return sum(process.ends for process in self.services.values())

    def _process(self, service: str) -> Process:
        told = self.told(service) | {
            "MELDKETEN_SIGNING_KEY": self.ground.secrets.signing_key,
            "MELDKETEN_DEMO_DAY_SECONDS": str(DAY_SECONDS),
            "MELDKETEN_LOG_FORMAT": "json",
            "MELDKETEN_LOG_LEVEL": "WARNING",
            "MELDKETEN_LIMIT_CLIENTS": "false",
            "FAULTS_MENDED": str(self._folder / "mended"),
        }
        if service in {"routing", "notifications"}:
            told["MELDKETEN_SMTP_PORT"] = str(self.people.mailbox.port)
        return Process(service, told, self._folder / "services")
