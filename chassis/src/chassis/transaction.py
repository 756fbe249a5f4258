"""One piece of work: it reads, writes and announces, and has no commit."""

from collections.abc import AsyncIterable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Executable, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import trace
from chassis.identity import new_id
from contracts.catalogue import Exchange, entry_of
from contracts.envelope import CloudEvent, Message

COPY_WITHIN_SECONDS = 600


class NothingAtHand(Exception):
    """No message is being handled: the work is a job's or a request's."""


@dataclass(frozen=True, slots=True)
class Announcement:
    message: Message
    exchange: Exchange
    routing_key: str
    readers: tuple[str, ...]
    traceparent: str | None
    id: UUID = field(default_factory=new_id)


class Transaction:
    """What a handler gets. The edge that opened it commits it: effect and announcements together, or neither.

    `now` is the time of the whole piece of work, in UTC. `sender` is the partner whose message is handled, as
    the broker vouches for it; none for messages of our own. `source` is the CloudEvents source of what it
    announces. `kept` is what was looked up for many messages at once.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        service: str,
        now: datetime,
        sender: str | None = None,
        source: str = "",
    ) -> None:
        self._connection = connection
        self.service = service
        self.now = now
        self.sender = sender
        self.source = source
        self._at_hand: CloudEvent | None = None
        self.announcements: list[Announcement] = []
        self.kept: dict[str, Any] = {}
        self._to_write: dict[Executable, list[Mapping[str, Any]]] = {}

    @property
    def event(self) -> CloudEvent:
        """The envelope of the message at hand. NothingAtHand in a job, in a request and in a look."""
        if self._at_hand is None:
            raise NothingAtHand("No message is being handled.")
        return self._at_hand

    @contextmanager
    def handling(self, event: CloudEvent | None) -> Iterator[None]:
        """For whoever wakes the handlers: this message is at hand, and afterwards none is."""
        self._at_hand = event
        try:
            yield
        finally:
            self._at_hand = None

    async def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """After what is still to be written, so that a read sees it."""
        await self.flush()
        return await self._connection.execute(statement, parameters)

    def write(self, statement: Executable, row: Mapping[str, Any]) -> None:
        """Execute this with the row, together with all others of the same statement: before the next `execute`, or at the end.

        The statement is one that is made once. Different statements go in the order of their first row.
        """
        self._to_write.setdefault(statement, []).append(row)

    async def copy(
        self,
        table: Table,
        columns: Sequence[str],
        rows: Iterable[Sequence[Any]] | AsyncIterable[Sequence[Any]],
    ) -> None:
        """Write many rows at once, by COPY: they may still be on their way in."""
        await self.flush()
        driver = (await self._connection.get_raw_connection()).driver_connection
        if driver is None:
            raise RuntimeError("The connection is closed.")
        await driver.copy_records_to_table(
            table.name, records=rows, columns=list(columns), timeout=COPY_WITHIN_SECONDS
        )

    async def flush(self) -> None:
        """Write what is still to be written."""
        while self._to_write:
            statement = next(iter(self._to_write))
            await self._connection.execute(statement, self._to_write.pop(statement))

    def publish(self, message: Message, traceparent: str | None = None) -> Announcement:
        """Announce to whoever the catalogue names, in the trace given or else that of the work at hand.

        KeyError where the message is not in the catalogue.
        """
        entry = entry_of(type(message))
        said = Announcement(
            message, entry.exchange, entry.name, entry.readers, traceparent or trace.current()
        )
        self.announcements.append(said)
        return said

    def send(self, partner: str, message: Message) -> None:
        """Put a message on one partner's queue."""
        entry = entry_of(type(message))
        self.announcements.append(
            Announcement(message, entry.exchange, f"{partner}.{entry.name}", (partner,), trace.current())
        )
