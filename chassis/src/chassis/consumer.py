"""From a service's queue to its handlers: each message has its effect once, in the order of its subject.

A delivery is acknowledged only after its effect, or its being put aside, is committed. What has arrived is
handled in one transaction; if anything in it fails, the same messages are handled one by one, so that one bad
message costs only itself.
"""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from pydantic import ValidationError

from chassis import aside, broker, inbox, lines, suspicion, trace
from chassis.database import Database
from chassis.draining import to_the_end
from chassis.incoming import Incoming
from chassis.lines import Lines
from chassis.metrics import DOUBLED, HANDLED
from chassis.reading import read, what_is_wrong
from chassis.subscriptions import Look, Subscriptions
from chassis.topology import service_queue
from chassis.transaction import Transaction
from contracts.catalogue import BY_NAME, Exchange
from contracts.envelope import Message
from contracts.upcasters import upcast

log = structlog.get_logger()

PREFETCH = 128
TOGETHER = 256
TOGETHER_BYTES = 256 * 1024
TRIES = 8
QUIET_SECONDS = 20
"""RabbitMQ can forget a consumer whose queue is deleted and made again, and says nothing. A fresh channel costs little."""

PLACE_TAKEN = "another message had this place in line"


class Unacceptable(Exception):
    """A message that can never succeed: it is parked with this reason, and not tried again."""


def backoff(attempts: int) -> timedelta:
    """How long to leave a failed message alone: up to a second doubled with each try, an hour at most, with full jitter."""
    return timedelta(seconds=random.uniform(0.2, min(3600, 2 ** (attempts + 1))))  # noqa: S311  jitter


class Consumer:
    def __init__(self, database: Database, subscriptions: Subscriptions) -> None:
        self._database = database
        self._subscriptions = subscriptions
        self._service = database.service
        self._something_due = asyncio.Event()

    async def run(self, url: str) -> None:
        """Consume for ever. Who is cancelled finishes the messages at hand first."""
        name = f"{self._service}-consumer"
        await self._database.keep("consumer", lambda: broker.keep(url, name, self._consume))

    async def _consume(self, channel: AbstractChannel) -> None:
        """Until nothing came for a while."""
        await channel.set_qos(prefetch_count=PREFETCH)
        arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        queue = await channel.get_queue(service_queue(self._service), ensure=False)
        await queue.consume(arrived.put)
        while True:
            try:
                async with asyncio.timeout(QUIET_SECONDS):
                    deliveries = [await arrived.get()]
            except TimeoutError:
                return
            size = len(deliveries[0].body)
            while not arrived.empty() and len(deliveries) < TOGETHER and size < TOGETHER_BYTES:
                deliveries.append(arrived.get_nowait())
                size += len(deliveries[-1].body)
            await to_the_end(self._take(deliveries))

    async def _take(self, deliveries: Sequence[AbstractIncomingMessage]) -> None:
        """Order among deliveries does not matter: each message knows its place."""
        for delivery in deliveries:
            if delivery.redelivered:
                await self._handle_with_care(self._read(delivery))
        await self.handle(
            [one for delivery in deliveries if not delivery.redelivered for one in self._read(delivery)]
        )
        await deliveries[-1].ack(multiple=True)

    def _read(self, delivery: AbstractIncomingMessage) -> list[Incoming]:
        return list(read(delivery.body, delivery.exchange or "", delivery.routing_key or "", self._service))

    async def _handle_with_care(self, messages: Sequence[Incoming]) -> None:
        """One by one: who took these before may have died of one of them, and of none that was handled since."""
        handled: Sequence[Incoming] = ()
        for one in messages:
            async with self._database.transaction() as tx:
                await suspicion.clear(tx, handled)
                tries = await suspicion.count(tx, one)
            if tries > suspicion.TRIES:
                await self._put_aside_failed(one, Unacceptable("the process died each time it handled this"))
            else:
                await self.handle([one])
            handled = (one,)
        async with self._database.transaction() as tx:
            await suspicion.clear(tx, handled)

    async def handle(self, messages: Sequence[Incoming]) -> None:
        """Return once every message's effect, or its being put aside, is committed.

        Messages of one sender go in one transaction. While the database is away nothing is tried: the messages
        stay with us, unacknowledged.
        """
        for together in _by_sender(messages):
            try:
                await self._in_one_transaction(together)
            except Exception as failure:  # noqa: BLE001  whatever it is, nothing was committed
                if await self._database.was_at_fault(failure):
                    await self.handle(together)
                elif len(together) == 1:
                    await self._put_aside_failed(together[0], failure)
                else:
                    for one in together:
                        await self.handle([one])

    async def _in_one_transaction(self, messages: Sequence[Incoming]) -> None:
        async with self._database.transaction(messages[0].sender) as tx:
            timely = []
            for message in messages:
                if fault := inbox.untimely(message, tx.now):
                    await aside.put(tx, message, "parked", "untimely", fault)
                else:
                    timely.append(message)
            fresh = taken = await inbox.take_in(tx, timely)
            if messages[0].sender:
                fresh = await aside.let_follow(tx, taken)
            locked = await lines.lock(tx, fresh)
            await self._look(tx, fresh)
            for message in sorted(fresh, key=lambda m: m.place or 0):
                await self._place(tx, locked, message)
            await lines.save(tx, locked)
        DOUBLED.labels(self._service).inc(len(timely) - len(taken))
        if locked.held:
            self._something_due.set()

    async def _look(self, tx: Transaction, messages: Sequence[Incoming]) -> None:
        """Who handles many alike may read once what it needs for all of them."""
        alike: dict[Look, list[Message]] = {}
        for message in messages:
            if message.event and (looks := self._subscriptions.looks(message.event.name)):
                with suppress(Unacceptable):
                    data = self._understand(message)
                    for look in looks:
                        alike.setdefault(look, []).append(data)
        for look, several in alike.items():
            await look(several, tx)

    async def _place(self, tx: Transaction, locked: Lines, message: Incoming) -> None:
        if locked.is_past(message):
            await aside.put(tx, message, "parked", "place taken", PLACE_TAKEN)
        elif locked.is_next(message):
            try:
                data = self._understand(message)
            except Unacceptable as reason:
                await aside.put(tx, message, "parked", "unacceptable", str(reason))
            else:
                await self._wake(tx, message, data)
                locked.step(message)
        else:
            await aside.put(tx, message, "waiting", "before its turn")

    def _understand(self, message: Incoming) -> Message:
        """The data, as the handlers want it. Unacceptable where the message can never succeed."""
        event = message.event
        if event is None:
            raise Unacceptable(message.fault or "unreadable")
        name, content = upcast(event.name, event.data, self._subscriptions.names())
        model = self._subscriptions.model(name)
        if model is None:
            raise Unacceptable(f"unknown type {event.type}")
        entry = BY_NAME[name]
        if message.sender is None and not event.source.endswith(f":meldketen-{entry.publisher}"):
            raise Unacceptable(f"{event.source} does not say {event.type}")
        if message.sender is not None and entry.exchange != Exchange.PARTNER_IN:
            raise Unacceptable(f"a partner does not say {event.type}")
        try:
            data = model.model_validate(content)
        except ValidationError as fault:
            raise Unacceptable(f"invalid data: {what_is_wrong(fault)}") from None
        if message.sender is None and data.subject != event.subject:
            raise Unacceptable("the subject is not the one in the data")
        return data

    async def _wake(self, tx: Transaction, message: Incoming, data: Message) -> None:
        event = message.event
        with trace.span(event.traceparent if event else None), tx.handling(event):
            for handler in self._subscriptions.handlers(data.name):
                await handler(data, tx)
        HANDLED.labels(self._service, data.name).inc()

    def _is_final(self, failure: Exception) -> bool:
        return isinstance(failure, (Unacceptable, *self._subscriptions.refusals))

    async def _put_aside_failed(self, message: Incoming, failure: Exception) -> None:
        """Its effect was rolled back: store it for a later try, and let its subject wait behind it."""
        final = self._is_final(failure)
        name = message.event.name if message.event else None
        log.warning("put aside", type=name, error=type(failure).__name__, exc_info=None if final else failure)
        async with self._database.transaction() as tx:
            fresh = await inbox.take_in(tx, [message])
            await lines.lock(tx, fresh)
            state, again_at = ("parked", None) if final else ("retrying", tx.now + backoff(0))
            for one in fresh:
                await aside.put(tx, one, state, _reason(failure), str(failure)[:500], again_at)
        self._something_due.set()

    async def revive(self) -> None:
        """Try again what was put aside, each when it is due, for ever."""
        await self._database.keep("revive", self._revive)

    async def _revive(self) -> None:
        while True:
            async with self._database.transaction() as tx:
                ids = await aside.due(tx)
            for deferred_id in ids:
                await to_the_end(self.retry(deferred_id))
            if not ids:
                self._something_due.clear()
                try:
                    async with asyncio.timeout(1):
                        await self._something_due.wait()
                except TimeoutError:
                    pass

    async def retry(self, deferred_id: int) -> None:
        """Handle one message that was put aside; leave it where it is, later or parked, if it fails again."""
        attempts = 0
        try:
            async with self._database.transaction() as tx:
                row = await aside.claim(tx, deferred_id)
                if row is None:
                    return
                attempts = row.attempts
                message = aside.again(row, self._service)
                tx.sender = message.sender
                locked = await lines.lock(tx, [message])
                if locked.is_past(message):
                    await aside.put_back(tx, deferred_id, "parked", "place taken", PLACE_TAKEN, None)
                    return
                if not locked.is_next(message):
                    await aside.let_wait(tx, deferred_id, message)
                    return
                await self._look(tx, [message])
                await self._wake(tx, message, self._understand(message))
                locked.step(message)
                await aside.let_go(tx, deferred_id)
                await lines.save(tx, locked)
        except Exception as failure:  # noqa: BLE001  whatever it is, nothing was committed
            if not await self._database.was_at_fault(failure):
                await self._keep_aside(deferred_id, attempts + 1, failure)

    async def _keep_aside(self, deferred_id: int, attempts: int, failure: Exception) -> None:
        given_up = self._is_final(failure) or attempts >= TRIES
        async with self._database.transaction() as tx:
            again_at: datetime | None = None if given_up else tx.now + backoff(attempts)
            state = "parked" if given_up else "retrying"
            await aside.put_back(tx, deferred_id, state, _reason(failure), str(failure)[:500], again_at)
        log.warning("still put aside", state=state, attempts=attempts, error=type(failure).__name__)


def _reason(failure: Exception) -> str:
    return "unacceptable" if isinstance(failure, Unacceptable) else type(failure).__name__


def _by_sender(messages: Sequence[Incoming]) -> list[list[Incoming]]:
    groups: dict[str | None, list[Incoming]] = {}
    for message in messages:
        groups.setdefault(message.sender, []).append(message)
    return list(groups.values())
