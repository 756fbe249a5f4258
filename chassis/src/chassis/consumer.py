"""From a service's queue to its handlers: each message has its effect once, in the order of its subject.

A delivery is acknowledged only after its effect, or its being put aside, is committed. What has arrived is
handled in one transaction; if anything in it fails, the same messages are handled one by one, so that one bad
message costs only itself.
"""

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from pydantic import ValidationError

from chassis import broker, inbox, trace
from chassis.database import Database
from chassis.inbox import Incoming
from chassis.metrics import DOUBLED, HANDLED
from chassis.reading import read, what_is_wrong
from chassis.subscriptions import Subscriptions
from chassis.transaction import Transaction
from contracts.envelope import Message

log = structlog.get_logger()

PREFETCH = 16
TOGETHER = 256
TRIES = 8


class Unacceptable(Exception):
    """A message that can never succeed: it is parked with this reason, and not tried again."""


def backoff(attempts: int) -> timedelta:
    """How long to leave a failed message alone: doubling from a second to an hour, with full jitter."""
    return timedelta(seconds=random.uniform(0.2, min(3600, 2 ** (attempts + 1))))  # noqa: S311  jitter


class Consumer:
    def __init__(self, database: Database, subscriptions: Subscriptions) -> None:
        self._database = database
        self._subscriptions = subscriptions
        self._service = database.service
        self._queue = f"svc.{database.service}"
        self._put_aside = asyncio.Event()

    async def run(self, url: str) -> None:
        """Consume for ever."""
        await broker.keep(url, f"{self._service}-consumer", self._consume)

    async def _consume(self, channel: AbstractChannel) -> None:
        await channel.set_qos(prefetch_count=PREFETCH)
        arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        queue = await channel.get_queue(self._queue, ensure=False)
        await queue.consume(arrived.put)
        while True:
            deliveries = [await arrived.get()]
            messages = list(self._read(deliveries[0]))
            while not arrived.empty() and len(messages) < TOGETHER:
                deliveries.append(arrived.get_nowait())
                messages.extend(self._read(deliveries[-1]))
            await self.handle(messages)
            await deliveries[-1].ack(multiple=True)

    def _read(self, delivery: AbstractIncomingMessage) -> Sequence[Incoming]:
        return list(read(delivery.body, delivery.exchange or "", delivery.routing_key or "", self._service))

    async def handle(self, messages: Sequence[Incoming]) -> None:
        """Return once every message's effect, or its being put aside, is committed.

        Messages of one sender go in one transaction. While the database is away nothing is tried: the messages
        stay with us, unacknowledged.
        """
        for together in _by_sender(messages):
            try:
                await self._in_one_transaction(together)
            except Exception as failure:  # noqa: BLE001  whatever it is, nothing was committed
                await self._database.wait_until_it_answers()
                if len(together) == 1:
                    await self._put_aside_failed(together[0], failure)
                else:
                    for one in together:
                        await self.handle([one])

    async def _in_one_transaction(self, messages: Sequence[Incoming]) -> None:
        async with self._database.transaction(messages[0].sender) as tx:
            for unreadable in (m for m in messages if m.event is None):
                await inbox.put_aside(tx, unreadable, "parked", "unreadable", unreadable.fault)
            fresh = await inbox.take_in(tx, messages)
            lines = await inbox.lock_lines(tx, fresh)
            for message in sorted(fresh, key=lambda m: m.place or 0):
                await self._place(tx, lines, message)
            await inbox.save_lines(tx, lines)
        DOUBLED.labels(self._service).inc(sum(m.event is not None for m in messages) - len(fresh))

    async def _place(self, tx: Transaction, lines: inbox.Lines, message: Incoming) -> None:
        if lines.is_past(message):
            await inbox.put_aside(
                tx, message, "parked", "place taken", "another message had this place in line"
            )
        elif lines.is_next(message):
            try:
                data = self._understand(message)
            except Unacceptable as reason:
                await inbox.put_aside(tx, message, "parked", "unacceptable", str(reason))
            else:
                await self._wake(tx, message, data)
                lines.step(message)
        else:
            await inbox.put_aside(tx, message, "waiting", "before its turn")

    def _understand(self, message: Incoming) -> Message:
        """The data, as the handlers want it. Unacceptable where the message can never succeed."""
        event = message.event
        if event is None:
            raise Unacceptable(message.fault or "unreadable")
        model = self._subscriptions.model(event.name)
        if model is None:
            raise Unacceptable(f"unknown type {event.type}")
        try:
            data = model.model_validate(event.data)
        except ValidationError as fault:
            raise Unacceptable(f"invalid data: {what_is_wrong(fault)}") from None
        if message.sender is None and data.subject != event.subject:
            raise Unacceptable("the subject is not the one in the data")
        return data

    async def _wake(self, tx: Transaction, message: Incoming, data: Message) -> None:
        with trace.span(message.event.traceparent if message.event else None):
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
            await inbox.lock_lines(tx, fresh)
            state, again_at = ("parked", None) if final else ("retrying", tx.now + backoff(0))
            for one in fresh:
                await inbox.put_aside(tx, one, state, type(failure).__name__, str(failure)[:500], again_at)
        self._put_aside.set()

    async def revive(self) -> None:
        """Try again what was put aside, each when it is due, for ever."""
        while True:
            try:
                async with self._database.transaction() as tx:
                    ids = await inbox.due(tx)
                for deferred_id in ids:
                    await self.retry(deferred_id)
            except Exception as failure:
                if await self._database.answers():
                    raise
                log.warning("database lost", part="revive", error=type(failure).__name__)
                await self._database.wait_until_it_answers()
                continue
            if not ids:
                self._put_aside.clear()
                try:
                    async with asyncio.timeout(0.5):
                        await self._put_aside.wait()
                except TimeoutError:
                    pass

    async def retry(self, deferred_id: int) -> None:
        """Handle one message that was put aside; leave it where it is, later or parked, if it fails again."""
        attempts = 0
        try:
            async with self._database.transaction() as tx:
                row = await inbox.claim(tx, deferred_id)
                if row is None:
                    return
                attempts = row.attempts
                message = _again(row.body, row.sender, self._service)
                tx.sender = message.sender
                lines = await inbox.lock_lines(tx, [message])
                if not lines.is_next(message):
                    await inbox.put_back(tx, deferred_id, "waiting", "before its turn", None)
                    return
                await self._wake(tx, message, self._understand(message))
                lines.step(message)
                await inbox.let_go(tx, deferred_id)
                await inbox.save_lines(tx, lines)
        except Exception as failure:  # noqa: BLE001  whatever it is, nothing was committed
            await self._database.wait_until_it_answers()
            await self._keep_aside(deferred_id, attempts + 1, failure)

    async def _keep_aside(self, deferred_id: int, attempts: int, failure: Exception) -> None:
        given_up = self._is_final(failure) or attempts >= TRIES
        async with self._database.transaction() as tx:
            again_at: datetime | None = None if given_up else tx.now + backoff(attempts)
            state = "parked" if given_up else "retrying"
            await inbox.put_back(
                tx, deferred_id, state, f"{type(failure).__name__}: {failure}"[:500], again_at
            )
        log.warning("still put aside", state=state, attempts=attempts, error=type(failure).__name__)


def _again(body: bytes, sender: str | None, reader: str) -> Incoming:
    exchange, key = ("partner.in", f"{sender}.") if sender else ("", "")
    return next(iter(read(body, exchange, key, reader)))


def _by_sender(messages: Sequence[Incoming]) -> list[list[Incoming]]:
    groups: dict[str | None, list[Incoming]] = {}
    for message in messages:
        groups.setdefault(message.sender, []).append(message)
    return list(groups.values())
