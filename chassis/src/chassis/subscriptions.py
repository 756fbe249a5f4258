"""Which message wakes which handler: the contents page of a service."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from chassis.transaction import Transaction
from contracts.envelope import Message

Handler = Callable[[Any, Transaction], Awaitable[None]]
Look = Callable[[Sequence[Any], Transaction], Awaitable[None]]
"""Sees all messages of a kind that are handled together before the first of them is: reads once what each needs."""


@dataclass(frozen=True, slots=True)
class Subscription:
    message: type[Message]
    handler: Handler
    look: Look | None = None


def on(
    message: type[Message],
    handler: Callable[..., Awaitable[None]],
    *,
    look: Callable[..., Awaitable[None]] | None = None,
    **parts: Any,
) -> Subscription:
    """When `message` comes, call `handler(message, tx, **parts)`, and before it `look(messages, tx, **parts)`.

    What `look` finds for many it keeps in `tx.kept`. It may see messages whose turn has not come yet.
    """
    return Subscription(
        message, partial(handler, **parts), partial(look, **parts) if look is not None else None
    )


class Subscriptions:
    """A message may wake several handlers: they run in the order given, in one transaction.

    `refusals` are the errors that trying again would not change: the message is parked with their words.
    """

    def __init__(self, *rows: Subscription, refusals: tuple[type[Exception], ...] = ()) -> None:
        self.refusals = refusals
        self._models = {row.message.name: row.message for row in rows}
        self._looks = {row.message.name: (row.look,) for row in rows if row.look is not None}
        self._handlers = {
            name: tuple(row.handler for row in rows if row.message.name == name) for name in self._models
        }

    def __iter__(self) -> Iterator[type[Message]]:
        return iter(self._models.values())

    def names(self) -> Collection[str]:
        return self._models.keys()

    def model(self, name: str) -> type[Message] | None:
        return self._models.get(name)

    def looks(self, name: str) -> tuple[Look, ...]:
        return self._looks.get(name, ())

    def handlers(self, name: str) -> tuple[Handler, ...]:
        return self._handlers[name]
