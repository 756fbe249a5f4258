"""The way to RabbitMQ: one connection to publish, one to consume, each kept up by itself."""

import asyncio
import random
from collections.abc import Awaitable, Callable

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
    """Do `work` with a channel, for ever: when the channel or connection is lost, begin anew on a fresh one.

    Plain connections and not robust ones: those replay declarations and hand old deliveries to new channels.
    """
    while True:
        try:
            await _once(url, name, work)
        except CONNECTION_TROUBLE as trouble:
            log.warning("broker lost", connection=name, error=type(trouble).__name__)
        await asyncio.sleep(random.uniform(0.3, 1.5))  # noqa: S311  only spreads reconnects


async def _once(url: str, name: str, work: Callable[[AbstractChannel], Awaitable[None]]) -> None:
    lost = asyncio.Event()
    # Made by hand, so that a connection that never came about is closed too and not left to be collected.
    where = URL(url)
    if "heartbeat" not in where.query:
        where = where.update_query(heartbeat=HEARTBEAT_SECONDS)
    connection = Connection(where, client_properties={"connection_name": name})
    try:
        await connection.connect(timeout=10)
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        connection.close_callbacks.add(lambda *_: lost.set())
        channel.close_callbacks.add(lambda *_: lost.set())
        BROKER_UP.labels(name).set(1)
        tasks = [asyncio.ensure_future(work(channel)), asyncio.ensure_future(lost.wait())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        BROKER_UP.labels(name).set(0)
        async with asyncio.timeout(5):
            await connection.close()
