"""A service's own schema in PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chassis import outbox
from chassis.clock import Clock, wall_clock
from chassis.settings import Settings
from chassis.transaction import Transaction


class Database:
    """Opens transactions. What they announce is written with their effect; `announced` wakes the relay."""

    def __init__(self, settings: Settings, service: str, clock: Clock = wall_clock) -> None:
        self.service = service
        self.clock = clock
        self.announced = asyncio.Event()
        self._source = settings.source(service)
        self._schemas_url = settings.schemas_url
        self.engine: AsyncEngine = create_async_engine(
            settings.database_url.get_secret_value(),
            pool_size=settings.pool_size,
            hide_parameters=True,  # an error's text must not hold what was written
            connect_args={
                "timeout": 10,
                "server_settings": {
                    "search_path": service,
                    "application_name": f"meldketen-{service}",
                    "idle_in_transaction_session_timeout": "60s",
                },
            },
        )

    @asynccontextmanager
    async def transaction(self, sender: str | None = None) -> AsyncIterator[Transaction]:
        """Commit at the end, roll back on any exception."""
        async with self.engine.begin() as connection:
            tx = Transaction(connection, self.service, self.clock(), sender)
            yield tx
            announced = await outbox.write(tx, self._source, self._schemas_url)
        if announced:
            self.announced.set()

    async def answers(self) -> bool:
        """Whether the database is there."""
        try:
            async with self.engine.connect() as connection:
                await connection.execute(text("select 1"))
        except Exception:  # noqa: BLE001  whatever went wrong, it did not answer
            return False
        return True

    async def wait_until_it_answers(self) -> None:
        pause = 0.2
        while not await self.answers():
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5)

    async def close(self) -> None:
        await self.engine.dispose()
