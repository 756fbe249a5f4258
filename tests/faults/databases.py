"""PostgreSQL: killed, restarted, read-only, full, locked, out of connections."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from faults.city import City
from faults.fault import Fault, Inject, some_time
from faults.ground import DATABASE
from faults.ledger import FLOOD, STEADY


async def kill_database(city: City, dice: random.Random) -> None:
    await some_time(dice)
    await city.ground.kill_database()
    await asyncio.sleep(dice.uniform(0, 1))
    await city.ground.start_database()


async def restart_database(city: City, dice: random.Random) -> None:
    await some_time(dice)
    await city.ground.stop_database()
    await city.ground.start_database()


async def end_sessions(city: City, dice: random.Random) -> None:
    await some_time(dice)
    await city.ground.ask(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'meldketen-%'"
    )


async def fail_over(city: City, dice: random.Random) -> None:
    """What a failover looks like: every session ends, and for a while the database only reads."""
    await some_time(dice)
    async with _administrator(city) as admin:
        await admin.execute(f"alter database {DATABASE} set default_transaction_read_only = on")
        await end_sessions(city, dice)
        await asyncio.sleep(dice.uniform(2, 8))
        await admin.execute(f"alter database {DATABASE} reset default_transaction_read_only")
    await end_sessions(city, dice)


def refuse(code: str, share: float, seconds: float) -> Inject:
    """A share of what services write fails with an error of PostgreSQL's own, as a trigger says it."""

    async def inject(city: City, dice: random.Random) -> None:
        async with _administrator(city) as admin:
            await admin.execute(
                "create or replace function faults.refuse() returns trigger language plpgsql as $$ begin"
                f" if random() < {share} then raise exception 'faults' using errcode = '{code}'; end if;"
                " return new; end $$"
            )
            for table in REFUSING:
                await admin.execute(
                    f"create trigger refuse before insert on {table} for each row execute function faults.refuse()"
                )
            await asyncio.sleep(dice.uniform(seconds / 2, seconds))
            for table in REFUSING:
                await admin.execute(f"drop trigger refuse on {table}")

    return inject


REFUSING = (
    "intake.reports",
    "routing.assessments",
    "routing.positions",
    "casework.entries",
    "casework.reports",
    "monitoring.deadlines",
)


async def run_out_of_connections(city: City, dice: random.Random) -> None:
    roles = ("intake", "routing", "casework", "monitoring")
    async with _administrator(city) as admin:
        for role in roles:
            await admin.execute(f"alter role {role} connection limit 0")
        await end_sessions(city, dice)
        await asyncio.sleep(dice.uniform(2, 5))
        for role in roles:
            await admin.execute(f"alter role {role} connection limit -1")


async def hold_locks(city: City, dice: random.Random) -> None:
    """Somebody holds what the services need: whole tables, longer than they like."""
    async with _administrator(city) as admin:
        for table in dice.sample(LOCKED, 3):
            async with admin.transaction():
                await admin.execute(f"lock table {table} in exclusive mode")
                await asyncio.sleep(dice.uniform(0.5, 2))


LOCKED = (
    "intake.outbox",
    "routing.positions",
    "routing.inbox",
    "casework.entries",
    "casework.cases",
    "casework.positions",
    "monitoring.deadlines",
)


async def deadlock(city: City, dice: random.Random) -> None:
    """Somebody takes rows in another order than the services do, so that PostgreSQL must choose a victim."""
    async with _administrator(city) as admin:
        for _ in range(6):
            try:
                async with admin.transaction():
                    await admin.execute("set local deadlock_timeout = '10s'")  # let it be one of the services
                    await admin.execute("select 1 from casework.positions order by subject desc for update")
                    await asyncio.sleep(dice.uniform(0.1, 0.5))
                    await admin.execute("select 1 from casework.cases order by case_id desc for update")
            except asyncpg.DeadlockDetectedError:
                pass


async def read_for_long(city: City, dice: random.Random) -> None:
    """A report that reads for long keeps an old snapshot open."""
    async with _administrator(city) as admin, admin.transaction(isolation="repeatable_read", readonly=True):
        await admin.fetch("select count(*) from casework.entries")
        await asyncio.sleep(dice.uniform(8, 12))


@asynccontextmanager
async def _administrator(city: City) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    url = city.ground.database.url(DATABASE).replace("+asyncpg", "")
    admin = await asyncpg.connect(url, server_settings={"default_transaction_read_only": "off"})
    try:
        yield admin
    finally:
        await admin.close()


FAULTS = (
    Fault("16", "Database killed", "SIGKILL to PostgreSQL", kill_database),
    Fault(
        "16",
        "Database restarted",
        "PostgreSQL stopped, with its sessions, and started",
        restart_database,
        runs=5,
    ),
    Fault("16", "Sessions ended", "every session of every service terminated", end_sessions),
    Fault(
        "16",
        "Failover",
        "every session terminated, and read-only for 2 to 8 s",
        fail_over,
        runs=5,
    ),
    Fault(
        "17",
        "Out of connections",
        "every session terminated, and no new one for 2 to 5 s",
        run_out_of_connections,
        runs=5,
    ),
    Fault(
        "17",
        "Serialization failures",
        "a tenth of the writes fails with 40001",
        refuse("40001", 0.1, 5),
        runs=4,
        loads=(STEADY, FLOOD),
    ),
    Fault(
        "17",
        "Lock timeouts",
        "a tenth of the writes fails with 55P03",
        refuse("55P03", 0.1, 5),
        runs=2,
        loads=(STEADY, FLOOD),
    ),
    Fault("17", "Tables locked", "whole tables locked for up to 2 s each", hold_locks, runs=5),
    Fault("17", "Deadlocks", "rows taken in another order than the services take them", deadlock, runs=3),
    Fault(
        "18",
        "Disk of the database full",
        "every write fails with 53100, as PostgreSQL says it when its disk is full",
        refuse("53100", 1, 8),
        runs=3,
        loads=(STEADY, FLOOD),
    ),
    Fault("29", "Long report", "a snapshot held open for 8 to 12 s", read_for_long, runs=2),
)
