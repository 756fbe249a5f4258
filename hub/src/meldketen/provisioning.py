"""Making database and broker ready for the services: roles, schemas, tables, exchanges, queues, users, rights."""

import re
from collections.abc import Sequence

from chassis import migrations, roles, topology
from chassis.management import Management
from contracts.catalogue import SERVICES
from meldketen.secrets import Secrets, database_url


async def migrate(admin_url: str, database: str, where: str, kept: Secrets) -> list[str]:
    """Bring every service's schema to its newest shape; what was made, in sentences.

    `admin_url` is a superuser's; `where` is `host:port` of the same server, as the services reach it.
    """
    done = await roles.provision(admin_url, database, kept.database)
    for service in SERVICES:
        await migrations.upgrade(database_url(kept, service, f"{where}/{database}"), service)
    return done


async def provision(
    management: Management, vhost: str, partners: list[str], kept: Secrets, clocks: Sequence[str] = ()
) -> list[str]:
    """Give the broker what catalogue and register ask for; what was done, in sentences.

    `clocks` are the partners that hear of their clocks.
    """
    done = await topology.provision(management, vhost, partners, kept.broker, clocks)
    if f"vhost {vhost} made" not in done:
        done += [
            f"What {reader} was told while it lacked this: meldketen resend {reader}"
            for reader in (*SERVICES, *partners)
            if any(re.search(rf"(queue|->) (svc|partner)\.{reader}\b.* made", sentence) for sentence in done)
        ]
    return done


async def audit(
    management: Management, vhost: str, partners: list[str], kept: Secrets, clocks: Sequence[str] = ()
) -> list[str]:
    """How the broker differs from catalogue and register, in sentences."""
    wanted = topology.differences(management, vhost, partners, kept.broker, clocks)
    lacking = [what async for what, _ in wanted]
    return [*lacking, *[what async for what in topology.surplus(management, vhost, partners, clocks)]]
