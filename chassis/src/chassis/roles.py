"""Who owns what in PostgreSQL: a role and a schema for each service, and no way into another's."""

import asyncpg
from sqlalchemy.engine import make_url


async def provision(admin_url: str, database: str, passwords: dict[str, str]) -> list[str]:
    """Give each service its role and schema; what was done, in sentences. `passwords` is by service.

    `admin_url` is a superuser's, on any database of the server. Nothing is done twice, nothing is removed.
    """
    done = []
    where = make_url(admin_url)
    server = await asyncpg.connect(_plain(admin_url))
    try:
        for service, password in passwords.items():
            exists = await server.fetchval("select 1 from pg_roles where rolname = $1", service)
            verb = "alter" if exists else "create"
            secret = await server.fetchval("select quote_literal($1::text)", password)
            await server.execute(f'{verb} role "{service}" login password {secret}')
            if not exists:
                done.append(f"role {service} made")
        if not await server.fetchval("select 1 from pg_database where datname = $1", database):
            await server.execute(f'create database "{database}"')
            done.append(f"database {database} made")
    finally:
        await server.close()
    inside = await asyncpg.connect(_plain(where.set(database=database).render_as_string(hide_password=False)))
    try:
        await inside.execute("revoke create on schema public from public")
        for service in passwords:
            if not await inside.fetchval("select 1 from pg_namespace where nspname = $1", service):
                await inside.execute(f'create schema "{service}" authorization "{service}"')
                done.append(f"schema {service} made")
    finally:
        await inside.close()
    return done


async def reach(url: str) -> None:
    """Return if the server answers; its own exception if not."""
    await (await asyncpg.connect(_plain(url), timeout=5)).close()


def _plain(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
