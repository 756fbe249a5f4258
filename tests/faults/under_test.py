"""A service as it is, that also writes down each effect in the effect's own transaction, and can be told to die.

Run as `python under_test.py serve SERVICE --port PORT`, told by the environment what the service is told and:

FAULTS_ORDERS      a file, read at SIGUSR1: `POINT:N` is to be killed when that point is passed for the Nth time
FAULTS_MENDED      a file: while it is not there, the handlers have a bug
FAULTS_BLOCK       seconds for which a marked message blocks the process, once
FAULTS_CLOCK       seconds that the service's clock runs ahead
FAULTS_NEWER       anything: messages have a field that the others do not know yet
"""

import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from chassis import lines, relay
from chassis.clock import wall_clock
from chassis.consumer import Consumer
from chassis.database import Database
from chassis.incoming import Incoming
from chassis.transaction import Transaction
from contracts.envelope import Message
from meldketen.main import main

POINTS: dict[str, tuple[Any, str]] = {
    "confirmed": (relay, "_publish"),
    "uncommitted": (lines, "save"),
    "unacknowledged": (Consumer, "handle"),
}

_WITNESS = text(
    "insert into faults.heard (reader, source, id, subject, place, name)"
    " values (:reader, :source, :id, :subject, :place, :name)"
)


class Doom:
    """Which point is the last one, and how often it may still be passed."""

    point = ""
    left = 0

    @classmethod
    def read_orders(cls, *_signal: Any) -> None:
        cls.point, times = Path(os.environ["FAULTS_ORDERS"]).read_text().split(":")
        cls.left = int(times)

    @classmethod
    def pass_by(cls, point: str) -> None:
        if point == cls.point:
            cls.left -= 1
            if cls.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def be_mortal(point: str) -> None:
    owner, name = POINTS[point]
    original: Callable[..., Awaitable[Any]] = getattr(owner, name)

    async def live_on(*arguments: Any, **named: Any) -> Any:
        result = await original(*arguments, **named)
        Doom.pass_by(point)
        return result

    setattr(owner, name, live_on)


def suffer(message: Incoming) -> None:
    """Do what the message was marked to cause."""
    if b"FAULTS:die" in message.body:
        os._exit(9)
    if b"FAULTS:bug" in message.body and not Path(os.environ["FAULTS_MENDED"]).exists():
        raise RuntimeError("a bug for this case")
    if b"FAULTS:block" in message.body and (seconds := os.environ.pop("FAULTS_BLOCK", None)):
        time.sleep(float(seconds))


def bear_witness() -> None:
    wake = Consumer._wake

    async def wake_and_write_down(self: Consumer, tx: Transaction, message: Incoming, data: Message) -> None:
        suffer(message)
        await wake(self, tx, message, data)
        assert message.event
        seen = {
            "reader": tx.service,
            "source": message.source,
            "id": message.event.id,
            "name": message.event.name,
        }
        await tx.execute(_WITNESS, seen | {"subject": message.event.subject, "place": message.place})

    setattr(Consumer, "_wake", wake_and_write_down)  # noqa: B010  a method is replaced on purpose


def run_ahead(seconds: float) -> None:
    begin = Database.__init__

    def begin_ahead(self: Database, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        self.clock = lambda: wall_clock() + timedelta(seconds=seconds)

    setattr(Database, "__init__", begin_ahead)  # noqa: B010


def be_newer() -> None:
    dump = Message.model_dump

    def dump_more(self: Message, **named: Any) -> dict[str, Any]:
        return dump(self, **named) | {"addedByANewerVersion": True}

    setattr(Message, "model_dump", dump_more)  # noqa: B010


if __name__ == "__main__":
    bear_witness()
    for point in POINTS:
        be_mortal(point)
    signal.signal(signal.SIGUSR1, Doom.read_orders)
    if ahead := os.environ.get("FAULTS_CLOCK"):
        run_ahead(float(ahead))
    if os.environ.get("FAULTS_NEWER"):
        be_newer()
    with suppress(KeyboardInterrupt):
        main()
