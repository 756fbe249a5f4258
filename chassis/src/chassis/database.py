"""A service's own schema in PostgreSQL."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from chassis import outbox
from chassis.clock import Clock, wall_clock
from chassis.metrics import CLOCK_AHEAD
from chassis.settings import Settings
from chassis.transaction import Transaction

log = structlog.get_logger()

PASSING = ("08", "25006", "40", "53", "55P03", "57P")
"""SQLSTATEs that say nothing about the work: connection, standby, conflict, resources, locks, operator (PostgreSQL, appendix A)."""

ANSWER_WITHIN_SECONDS = 20
"""A statement takes milliseconds. Left to itself a connection that fell silent is waited for a quarter of an hour."""

WRONG_BY = timedelta(minutes=10)
"""As far as the inbox lets a sender's clock run ahead: beyond it others would not take what we say."""

LOOK_AT_THE_CLOCK_EVERY_SECONDS = 10

_NOW = select(func.clock_timestamp())


class WrongClock(Exception):
    """The clocks of this machine and of the database do not agree."""


class Database:
    """Opens transactions. What they announce is written with their effect; `announced` wakes the relay."""

    def __init__(self, settings: Settings, service: str, clock: Clock = wall_clock) -> None:
        self.service = service
        self.clock = clock
        self.announced = asyncio.Event()
        self.compares_clocks = True
        self.look_at_the_clock_after = 0.0
        self._source = settings.source(service)
        self._schemas_url = settings.schemas_url
        self.engine: AsyncEngine = create_async_engine(
            settings.database_url.get_secret_value(),
            pool_size=settings.pool_size,
            hide_parameters=True,  # an error's text must not hold what was written
            connect_args={
                "timeout": 10,
                "command_timeout": ANSWER_WITHIN_SECONDS,
                "server_settings": {
                    "search_path": service,
                    "application_name": f"meldketen-{service}",
                    "idle_in_transaction_session_timeout": "60s",
                },
            },
        )

    @asynccontextmanager
    async def transaction(self, sender: str | None = None) -> AsyncIterator[Transaction]:
        """Commit at the end, roll back on any exception. WrongClock."""
        async with self._connection() as connection:
            begun = await connection.begin()
            await self._look_at_the_clock(connection)
            tx = Transaction(connection, self.service, self.clock(), sender, self._source)
            yield tx
            announced = await outbox.write(tx, self._schemas_url)
            await tx.flush()
            await begun.commit()
        if announced:
            self.announced.set()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        """What is not committed at its end is rolled back."""
        async with self.engine.connect() as connection:
            try:
                yield connection
            except TimeoutError:
                # It would not answer a rollback either.
                await connection.invalidate()
                raise

    async def _look_at_the_clock(self, connection: AsyncConnection) -> None:
        """WrongClock: every term would end too early or too late, so this process stands still until it is mended."""
        if not self.compares_clocks or time.monotonic() < self.look_at_the_clock_after:
            return
        ahead = self.clock() - (await connection.execute(_NOW)).scalar_one()
        CLOCK_AHEAD.labels(self.service).set(ahead.total_seconds())
        if abs(ahead) > WRONG_BY:
            log.error("clock wrong", seconds_ahead=round(ahead.total_seconds()))
            raise WrongClock(f"The clocks are {abs(ahead)} apart: set the one that is wrong.")
        self.look_at_the_clock_after = time.monotonic() + LOOK_AT_THE_CLOCK_EVERY_SECONDS

    async def answers(self) -> bool:
        """Whether the database is there, and of the same time."""
        try:
            async with self._connection() as connection:
                await connection.execute(text("select 1"))
                await self._look_at_the_clock(connection)
        except Exception:  # noqa: BLE001  whatever went wrong, it did not answer
            return False
        return True

    async def was_at_fault(self, failure: BaseException) -> bool:
        """Whether a failure was the database's and not that of the work: then it is over when this returns."""
        state = str(getattr(getattr(failure, "orig", failure), "sqlstate", None) or "")
        passing = isinstance(failure, (TimeoutError, WrongClock)) or state.startswith(PASSING)
        passing = passing or getattr(failure, "connection_invalidated", False)
        if not passing and await self.answers():
            return False
        await asyncio.sleep(random.uniform(0.05, 0.3))  # noqa: S311  only spreads the load
        await self.wait_until_it_answers()
        return True

    async def wait_until_it_answers(self) -> None:
        pause = 0.2
        while not await self.answers():
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5)

    async def keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do work that never ends; when it fails, begin it anew once the database answers."""
        while True:
            try:
                await work()
            except Exception as failure:
                log.warning("begun anew", part=name, error=type(failure).__name__, exc_info=failure)
            await asyncio.sleep(random.uniform(0.1, 0.5))  # noqa: S311  only spreads the load
            await self.wait_until_it_answers()

    async def close(self) -> None:
        await self.engine.dispose()
