"""The servers to measure on: durable PostgreSQL and RabbitMQ of our own on loopback, empty before each variant."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aio_pika
import asyncpg

from benchmarks import cpu
from chassis.database import Database
from chassis.management import Management
from chassis.settings import Settings
from chassis.topology import service_user
from contracts.catalogue import SERVICES
from meldketen import city
from meldketen.local import postgres, rabbitmq


class NotEmpty(Exception):
    """Messages lie on a queue that must be empty: the figures would be wrong."""


@dataclass(frozen=True, slots=True)
class Ground:
    """`admin` is a connection of the superuser; `folder` is for the logs and ports of what is started."""

    under: city.Ground
    admin: Any
    management: Management
    folder: Path

    def servers(self) -> dict[str, cpu.Part]:
        return {
            "PostgreSQL": cpu.Part(self.under.database.pid),
            "broker": cpu.Part(self.under.broker.pid),
        }

    def here(self) -> dict[str, cpu.Part]:
        """The servers, and this process where it does the work itself."""
        return {"ours": cpu.HERE} | self.servers()

    def settings(self, service: str) -> Settings:
        return Settings.model_validate(
            {
                "database_url": self.under.database_url(service),
                "amqp_url": self.under.broker_url(service_user(service)),
                "signing_key": self.under.secrets.signing_key,
            }
        )

    def database(self, service: str) -> Database:
        return Database(self.settings(service), service)

    async def sql(self, service: str) -> Any:
        """A raw connection as a service's own role."""
        url = self.under.database_url(service).replace("+asyncpg", "")
        return await asyncpg.connect(url, server_settings={"search_path": service})

    async def empty(self) -> None:
        """Empty every queue and every table. NotEmpty where something comes back."""
        for queue in await self.management.get("queues", rabbitmq.VHOST):
            await self.management.delete("queues", rabbitmq.VHOST, queue["name"], "contents")
        await self.check_queues()
        tables = await self.admin.fetchval(
            "select string_agg(format('%I.%I', schemaname, tablename), ', ') from pg_tables "
            "where schemaname = any($1) and tablename <> 'alembic_version'",
            [*SERVICES, "naive"],
        )
        await self.admin.execute(f"truncate {tables} restart identity cascade")
        await self.admin.execute("checkpoint")

    async def check_queues(self, patience_seconds: float = 10) -> None:
        """NotEmpty; by the queues themselves, since the broker's statistics lag."""
        names = [queue["name"] for queue in await self.management.get("queues", rabbitmq.VHOST)]
        connection = await aio_pika.connect(self.under.broker.amqp_url)
        async with connection:
            channel = await connection.channel()
            for _ in range(int(patience_seconds * 10)):
                counts = {name: await depth(channel, name) for name in names}
                if not any(counts.values()):
                    return
                await asyncio.sleep(0.1)
        raise NotEmpty(f"Not empty: {', '.join(name for name, count in counts.items() if count)}")

    async def versions(self) -> str:
        version = (await self.admin.fetchval("show server_version")).partition(" ")[0]
        overview = await self.management.get("overview")
        fsync = await self.admin.fetchval("show fsync")
        return (
            f"PostgreSQL {version} (fsync {fsync}), RabbitMQ {overview['rabbitmq_version']} (quorum queues)"
        )


async def depth(channel: Any, queue: str) -> int:
    found = await channel.declare_queue(queue, passive=True)
    return found.declaration_result.message_count or 0


@asynccontextmanager
async def make(folder: Path, tell: Callable[[str], None]) -> AsyncIterator[Ground]:
    """Fresh servers, ended at the end."""
    await asyncio.to_thread(_keep_times, folder / "postgres")
    async with city.ground(folder, tell) as under:
        admin = await asyncpg.connect(under.database.url(city.DATABASE).replace("+asyncpg", ""))
        management = Management(under.broker.management_url, under.broker.user, under.broker.password)
        try:
            ground = Ground(under, admin, management, folder)
            await ground.check_queues(patience_seconds=1)
            yield ground
        finally:
            await management.close()
            await admin.close()


def _keep_times(folder: Path) -> None:
    """Have PostgreSQL keep when each transaction was committed: the end of a report's way, without looking on."""
    server = postgres.start(folder)
    try:
        asyncio.run(_alter(server.url("postgres").replace("+asyncpg", "")))
    finally:
        server.stop()


async def _alter(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("alter system set track_commit_timestamp = on")
    await connection.close()


def without(parts: Mapping[str, cpu.Part], *names: str) -> dict[str, cpu.Part]:
    return {name: part for name, part in parts.items() if name not in names}
