"""The commands that make the hub's database and broker ready."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import typer

from chassis import roles
from meldketen import provisioning, secrets
from meldketen.operator import Operator
from meldketen.register import connected_partners, partners_hearing_clocks
from meldketen.terminal import run, say


def make_secrets() -> None:
    """Make the passwords that are missing, and a folder of secret files for each service."""
    told = Operator()
    kept = secrets.keep(told.secrets, connected_partners(told.register_file))
    database, broker = f"{told.postgres}/{told.database}", f"{told.rabbitmq}/{told.vhost}"
    management = f"{told.rabbitmq_management}/{told.vhost}"
    secrets.write_for_services(told.secrets, kept, database=database, broker=broker, management=management)
    say(f"Passwords are in {told.secrets}.")


def migrate() -> None:
    """Make roles, schemas and tables, or bring them to their newest shape."""
    told = Operator()
    kept = secrets.read(told.secrets)

    async def work() -> None:
        await _patiently(told.patience_seconds, lambda: roles.reach(told.admin_url()))
        done = await provisioning.migrate(told.admin_url(), told.database, told.postgres, kept)
        say("\n".join([*done, "The database is ready."]))

    run(work())


def provision() -> None:
    """Give RabbitMQ its exchanges, queues, users and rights; says what it changed."""
    told = Operator()
    kept = secrets.read(told.secrets)

    async def work() -> None:
        management = told.management()
        await _patiently(told.patience_seconds, lambda: management.get("overview"))
        names = connected_partners(told.register_file)
        clocks = partners_hearing_clocks(told.register_file)
        done = await provisioning.provision(management, told.vhost, names, kept, clocks)
        say("\n".join([*done, "The broker is ready."]))

    run(work())


def audit() -> None:
    """Compare RabbitMQ with catalogue and register; ends with 1 and what differs where it does."""
    told = Operator()
    kept = secrets.read(told.secrets)

    async def work() -> None:
        names = connected_partners(told.register_file)
        clocks = partners_hearing_clocks(told.register_file)
        differences = await provisioning.audit(told.management(), told.vhost, names, kept, clocks)
        say("\n".join(differences) or "The broker is as it must be.")
        if differences:
            raise typer.Exit(1)

    run(work())


async def _patiently(seconds: int, ask: Callable[[], Awaitable[Any]]) -> None:
    """Ask until there is an answer, or the last trouble when the patience is over."""
    for left in range(seconds, -1, -1):
        try:
            await ask()
        except Exception:
            if not left:
                raise
            await asyncio.sleep(1)
        else:
            return
