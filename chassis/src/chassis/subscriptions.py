"""Which message wakes which handler: the contents page of a service."""

from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from chassis.transaction import Transaction
from contracts.envelope import Message

Handler = Callable[[Any, Transaction], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscription:
    message: type[Message]
    handler: Handler


def on(message: type[Message], handler: Callable[..., Awaitable[None]], **parts: Any) -> Subscription:
    """When `message` comes, call `handler(message, tx, **parts)`."""
    return Subscription(message, partial(handler, **parts) if parts else handler)


class Subscriptions:
    """A message may wake several handlers: they run in the order given, in one transaction.

    `refusals` are the errors that trying again would not change: the message is parked with their words.
    """

    def __init__(self, *rows: Subscription, refusals: tuple[type[Exception], ...] = ()) -> None:
        self.refusals = refusals
        self._models = {row.message.name: row.message for row in rows}
        self._handlers = {
            name: tuple(row.handler for row in rows if row.message.name == name) for name in self._models
        }

    def __iter__(self) -> Iterator[type[Message]]:
        return iter(self._models.values())

    def names(self) -> Collection[str]:
        return self._models.keys()

    def model(self, name: str) -> type[Message] | None:
        return self._models.get(name)

    def handlers(self, name: str) -> tuple[Handler, ...]:
        return self._handlers[name]
