"""Alembic, one history per service, in the service's own schema."""

from importlib.resources import files

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from chassis.tables import messaging


async def upgrade(url: str, service: str) -> None:
    """Bring a service's schema to the newest shape. `url` is of the role that owns the schema."""
    config = Config()
    config.set_main_option("script_location", str(files(service) / "migrations"))
    config.set_main_option("path_separator", "os")
    engine = create_async_engine(
        url, poolclass=NullPool, connect_args={"server_settings": {"search_path": service}}
    )

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


def run_environment(metadata: MetaData) -> None:
    """The whole of a service's env.py."""
    context.configure(
        connection=context.config.attributes["connection"], target_metadata=[metadata, messaging]
    )
    with context.begin_transaction():
        context.run_migrations()
