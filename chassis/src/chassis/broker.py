"""The way to RabbitMQ: one connection to publish, one to consume, each kept up by itself."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aio_pika
import structlog
from aio_pika import Connection
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import AMQPError
from yarl import URL

from chassis.metrics import BROKER_UP

log = structlog.get_logger()

CONNECTION_TROUBLE = (AMQPError, OSError, asyncio.TimeoutError, RuntimeError)
"""What aio-pika raises when broker or connection fail; RuntimeError is its word for a closed channel."""

HEARTBEAT_SECONDS = 10
"""A side that is silent for three of these is gone. Left to itself that takes three minutes."""


async def keep(url: str, name: str, work: Callable[[AbstractChannel], Awaitable[None]]) -> None:
    """Do `work` with a channel, for ever: when channel, connection or queue is lost, begin anew on a fresh one.

    Work that returns gets another channel at once. Plain connections and not robust ones: those replay
    declarations and hand old deliveries to new channels.
    """
    while True:
        try:
            await _connected(url, name, work)
        except CONNECTION_TROUBLE as trouble:
            log.warning("broker lost", connection=name, error=type(trouble).__name__)
        await asyncio.sleep(random.uniform(0.3, 1.5))  # noqa: S311  only spreads reconnects


async def depth(url: str, queue: str) -> int:
    """How many messages wait on a queue now, by the queue itself: the management API's statistics lag."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        declared = (await channel.declare_queue(queue, passive=True)).declaration_result
        return declared.message_count or 0


async def _connected(url: str, name: str, work: Callable[[AbstractChannel], Awaitable[None]]) -> None:
    # Made by hand, so that a connection that never came about is closed too and not left to be collected.
    where = URL(url)
    if "heartbeat" not in where.query:
        where = where.update_query(heartbeat=HEARTBEAT_SECONDS)
    connection = Connection(where, client_properties={"connection_name": name})
    try:
        await connection.connect(timeout=10)
        _end_where_told()
        BROKER_UP.labels(name).set(1)
        while True:
            async with asyncio.timeout(10):  # a silent connection is a lost one
                channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            await _until_lost(connection, channel, work(channel))
            async with asyncio.timeout(10):
                await channel.close()
    finally:
        BROKER_UP.labels(name).set(0)
        # What the closing says must not take the place of why it is closed: who was told to end would go on.
        with suppress(*CONNECTION_TROUBLE):
            async with asyncio.timeout(5):
                await connection.close()


def _end_where_told() -> None:
    """CancelledError where one was lost: aio-pika connects by `wait_for`, which in Python 3.11 may swallow it."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


async def _until_lost(connection: Connection, channel: AbstractChannel, work: Awaitable[None]) -> None:
    """Return when the work is done. ConnectionError where it lost its channel, connection or queue."""
    lost = asyncio.Event()

    def lose(*_: Any) -> None:
        lost.set()

    connection.close_callbacks.add(lose)
    channel.close_callbacks.add(lose)
    beneath = await channel.get_underlay_channel()
    beneath.on_consumer_cancel_callbacks.add(lose)  # the queue was deleted
    tasks = [asyncio.ensure_future(work), asyncio.ensure_future(lost.wait())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        connection.close_callbacks.discard(lose)
        channel.close_callbacks.discard(lose)
    if lost.is_set():
        raise ConnectionError
