"""A service on a real database without a broker: what it hears goes straight to its consumer, what it says stays in its outbox."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime

import httpx2
from sqlalchemy import select

from chassis import jobs, pages
from chassis.consumer import Consumer
from chassis.identity import new_id
from chassis.reading import read
from chassis.service import Service
from chassis.tables import deferred, outbox
from chassis.transaction import Transaction
from contracts.catalogue import BY_NAME, Exchange, entry_of
from contracts.envelope import CloudEvent, Message


class Bench:
    """Drives one service in a test. `client` speaks HTTP to it, `now` is its clock once set by `at`."""

    def __init__(self, service: Service, client: httpx2.AsyncClient) -> None:
        self.service = service
        self.client = client
        self.consumer = Consumer(service.database, service.subscriptions)
        self._today: date | None = None
        self._places: Counter[tuple[str, str]] = Counter()

    def at(self, now: datetime) -> None:
        """Set the service's clock."""
        self.service.database.clock = lambda: now
        self.service.database.compares_clocks = False

    def event(self, message: Message, partner: str | None = None) -> CloudEvent:
        """The message as its publisher would send it now, next in the line of its subject."""
        publisher = partner or entry_of(type(message)).publisher
        self._places[publisher, message.subject] += 1
        return CloudEvent(
            specversion="1.0",
            id=str(new_id()),
            source=f"urn:nld:oin:{'0' * 20}:systeem:{'' if partner else 'meldketen-'}{publisher}",
            type=message.type(),
            subject=message.subject,
            time=self.service.database.clock(),
            sequence=str(self._places[publisher, message.subject]),
            sequencetype="Integer",
            follows=f"{self.service.name}={self._places[publisher, message.subject]}",
            data=message.model_dump(mode="json", by_alias=True, exclude_none=True),
        )

    async def receives(self, *bodies: bytes, partner: str | None = None) -> None:
        """Bodies arrive on the queue; with a partner's name, by that partner's own way in."""
        await self._turn_pages()
        exchange, key = (Exchange.PARTNER_IN, f"{partner}.") if partner else (Exchange.OPEN, "")
        await self.consumer.handle(
            [one for body in bodies for one in read(body, exchange, key, self.service.name)]
        )

    async def _turn_pages(self) -> None:
        """The inbox has a page for the day that the clock shows."""
        today = self.service.database.clock().date()
        if self._today != today:
            async with self.transaction() as tx:
                await pages.turn_pages(tx)
            self._today = today

    async def hears(self, *messages: Message, partner: str | None = None) -> None:
        """Messages arrive together, in this order."""
        bodies = [self.event(m, partner).model_dump_json(exclude_none=True).encode() for m in messages]
        await self.receives(*bodies, partner=partner)

    async def said(self) -> list[Message]:
        """Everything the service has announced so far, oldest first."""
        async with self.service.database.transaction() as tx:
            rows = await tx.execute(select(outbox.c.body).order_by(outbox.c.id))
            events = [CloudEvent.model_validate_json(body) for body in rows.scalars()]
        return [BY_NAME[event.name].message.model_validate(event.data) for event in events]

    async def aside(self) -> list[tuple[str, str, str | None]]:
        """What was put aside: state, reason and detail, oldest first."""
        async with self.service.database.transaction() as tx:
            columns = (deferred.c.state, deferred.c.reason, deferred.c.detail)
            return [tuple(row) for row in await tx.execute(select(*columns).order_by(deferred.c.id))]

    async def turn(self, job: str) -> bool:
        """Let one of the service's jobs take one turn; whether there may be more."""
        chosen = next(j for j in self.service.jobs if j.name == job)
        return await jobs.take_turn(chosen, self.service.database)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self.service.database.transaction() as tx:
            yield tx


@asynccontextmanager
async def bench(service: Service) -> AsyncIterator[Bench]:
    transport = httpx2.ASGITransport(app=service.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://hub.test") as client:
        try:
            yield Bench(service, client)
        finally:
            await service.close()
