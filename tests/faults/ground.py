"""PostgreSQL and RabbitMQ, private to the suite, to be killed and brought back."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg

from chassis.management import Management
from meldketen import provisioning, secrets
from meldketen.local import postgres, rabbitmq
from meldketen.local.rabbitmq import VHOST
from meldketen.register import connected_partners

DATABASE = "meldketen"
YOUNG_QUEUE_SECONDS = 10
"""RabbitMQ 3.10 may lose a quorum queue that is younger than this when it is killed."""


class Ground:
    database: postgres.Postgres
    broker: rabbitmq.RabbitMQ
    management: Management
    admin: "asyncpg.Pool[asyncpg.Record]"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.partners = connected_partners()
        self.secrets = secrets.keep(folder / "secrets", self.partners)

    async def start(self) -> None:
        await asyncio.gather(self.start_database(), self.start_broker())
        where = f"{self.database.host}:{self.database.port}"
        await provisioning.migrate(self.database.url("postgres"), DATABASE, where, self.secrets)
        self.management = Management(self.broker.management_url, self.broker.user, self.broker.password)
        await self.provision()
        await self.connect()

    async def connect(self) -> None:
        """A superuser's way into the database, for the ledger."""
        url = self.database.url(DATABASE).replace("+asyncpg", "")
        self.admin = await asyncpg.create_pool(url, min_size=1, max_size=4)

    async def provision(self) -> list[str]:
        """Give the broker what it lacks; what that was."""
        return await provisioning.provision(self.management, VHOST, self.partners, self.secrets)

    async def audit(self) -> list[str]:
        return await provisioning.audit(self.management, VHOST, self.partners, self.secrets)

    async def start_database(self) -> None:
        self.database = await asyncio.to_thread(postgres.start, self._folder / "postgres")

    async def kill_database(self) -> None:
        await asyncio.to_thread(self.database.kill)

    async def stop_database(self) -> None:
        await asyncio.to_thread(self.database.stop)

    async def start_broker(self) -> None:
        self.broker = await asyncio.to_thread(rabbitmq.start, self._folder / "rabbitmq")

    async def kill_broker(self) -> None:
        await asyncio.to_thread(self.broker.kill)
        # What stays behind of the node must be gone before the next one starts.
        await asyncio.to_thread(self.broker.stop)

    async def stop_broker(self) -> None:
        await asyncio.to_thread(self.broker.stop)

    async def versions(self) -> str:
        [row] = await self.ask("show server_version")
        overview = await self.management.get("overview")
        return f"RabbitMQ {overview['rabbitmq_version']}, PostgreSQL {row[0].partition(' ')[0]}"

    async def stop(self) -> None:
        if hasattr(self, "management"):
            await self.management.close()
        if hasattr(self, "admin"):
            self.admin.terminate()
        for server in ("broker", "database"):
            if hasattr(self, server):
                await asyncio.to_thread(getattr(self, server).stop)

    def broker_url(self, user: str, port: int | None = None) -> str:
        """By a proxy's port where one is given."""
        where = self.broker.amqp_url.rpartition("@")[2]
        host, _, vhost = where.partition("/")
        return secrets.broker_url(
            self.secrets, user, f"127.0.0.1:{port}/{vhost}" if port else f"{host}/{vhost}"
        )

    def database_url(self, service: str, port: int | None = None) -> str:
        where = f"{self.database.host}:{port or self.database.port}/{DATABASE}"
        return secrets.database_url(self.secrets, service, where)

    @property
    def broker_port(self) -> int:
        return int(self.broker.amqp_url.rpartition(":")[2].partition("/")[0])

    async def ask(self, statement: str, *parameters: Any) -> list[asyncpg.Record]:
        """Rows, patiently: a connection of before a fault fails once and is made anew."""
        for left in range(40, -1, -1):
            try:
                return list(await self.admin.fetch(statement, *parameters))
            except (
                OSError,
                asyncpg.InterfaceError,
                asyncpg.PostgresConnectionError,
                asyncpg.OperatorInterventionError,
            ):
                if not left:
                    raise
                await asyncio.sleep(0.25)
        raise AssertionError
