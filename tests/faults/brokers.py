"""RabbitMQ's own troubles: restarts, alarms, what an operator deletes, credentials that change."""

import asyncio
import json
import os
import random
import subprocess

from aio_pika.exceptions import AMQPError

from faults.city import City
from faults.fault import Fault, Inject, some_time
from faults.ledger import STEADY, until
from meldketen.local import rabbitmq
from meldketen.local.rabbitmq import VHOST

CASEWORK = "svc.casework"
MONITORING = "svc.monitoring"


async def restart_broker(city: City, dice: random.Random) -> None:
    await some_time(dice)
    await city.ground.stop_broker()
    await city.ground.start_broker()


async def control(city: City, *command: str) -> None:
    """An operator's command to the node."""
    folder = city.ground.broker.folder
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "ERL_EPMD_PORT": json.loads((folder / "ports.json").read_text())["epmd"],
        "RABBITMQ_NODENAME": json.loads((folder / "secrets.json").read_text())["node"],
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
    }
    script = rabbitmq._server().with_name("rabbitmqctl")

    def run() -> None:
        subprocess.run([script, *command], env=environment, check=True, capture_output=True, timeout=60)

    await asyncio.to_thread(run)


def alarm(raise_: tuple[str, str], clear: tuple[str, str]) -> Inject:
    """Publishers are blocked for longer than a publish is waited for."""

    async def inject(city: City, dice: random.Random) -> None:
        await control(city, *raise_)
        try:
            async with city.ledger.load(city.intake, STEADY):
                await city.sees("intake", r'meldketen_outbox_messages\{service="intake"\} [1-9]')
                await asyncio.sleep(dice.uniform(8, 16))
        finally:
            await control(city, *clear)

    return inject


async def delete_queue(city: City, dice: random.Random) -> None:
    """An operator deletes a queue with whatever is on it, makes it again a while later, and has it filled again."""
    await some_time(dice)
    await city.ground.management.delete("queues", VHOST, CASEWORK)
    await asyncio.sleep(dice.uniform(0, 3))
    assert f"queue {CASEWORK} is missing" in await city.ground.audit()
    told = await city.ground.provision()
    assert "What casework was told while it lacked this: meldketen resend casework" in told
    await city.resend("casework")


async def is_empty(city: City, queue: str) -> bool:
    found = await city.ground.management.get("queues", VHOST, queue)
    return bool(found) and found.get("messages") == 0 and not await city.ledger.still_open()


async def delete_exchange(city: City, dice: random.Random) -> None:
    """Publishing to it closes the channel, in the middle of a window."""
    await some_time(dice, 0.3)
    await city.ground.management.delete("exchanges", VHOST, "partner.out")
    await city.sees("routing", r'meldketen_unpublished_total\{service="routing",why="unknown"\} [1-9]')
    assert "exchange partner.out is missing" in await city.ground.audit()
    await city.ground.provision()


async def remove_one_of_two(city: City, dice: random.Random) -> None:
    """One of two readers hears a message no more: for the broker it was delivered."""
    await some_time(dice, 0.3)
    path = ("bindings", VHOST, "e", "hub.confidential", "q", CASEWORK, "reports.submitted.v1")
    await city.ground.management.delete(*path)
    await asyncio.sleep(dice.uniform(1, 3))
    assert (
        f"binding hub.confidential -> {CASEWORK} (reports.submitted.v1) is missing"
        in await city.ground.audit()
    )
    await city.ground.provision()
    await city.resend("casework")


async def remove_bindings(city: City, dice: random.Random) -> None:
    """Nobody is left to hear a message: it stays in the outbox."""
    await some_time(dice, 0.3)
    for queue in (CASEWORK, MONITORING):
        path = ("bindings", VHOST, "e", "hub.events", "q", queue, "reports.assessed.v1")
        await city.ground.management.delete(*path)
    await city.sees("routing", r'meldketen_unpublished_total\{service="routing",why="unroutable"\} [1-9]')
    await city.ground.provision()


async def change_password(city: City, dice: random.Random) -> None:
    """The broker lets a service in no more, and later it does."""
    user, is_out = "svc-routing", r'meldketen_broker_up\{connection="routing-consumer"\} 0'
    await some_time(dice)
    await city.ground.management.put("users", user, body={"password": "another", "tags": ""})

    async def shut_out() -> bool:
        """Or it is out already: what connected anew in this moment was refused."""
        return await close_listed(city, user) > 0 or await city.shows("routing", is_out)

    try:
        await until(shut_out)
        await city.sees("routing", is_out)
    finally:
        await city.ground.provision()


async def close_connections(city: City, user: str) -> None:
    await until(lambda: close_listed(city, user))  # the list of connections lags some seconds


async def close_listed(city: City, user: str) -> int:
    """How many were closed."""
    rows = await city.ground.management.get("connections") or []
    mine = [row["name"] for row in rows if row.get("user") == user]
    for name in mine:
        await city.ground.management.delete("connections", name)
    return len(mine)


async def end_connections(city: City, dice: random.Random) -> None:
    """An operator closes a service's connections, consumers and all."""
    await some_time(dice)
    await close_connections(city, f"svc-{dice.choice(('intake', 'routing', 'casework', 'monitoring'))}")


async def declare_and_kill(city: City, dice: random.Random) -> None:
    """A queue that was made a moment before the broker is killed may come back broken: it is made again."""
    name = "partner.ggz"
    await until(lambda: is_empty(city, name), 90)
    await city.people.shut("ggz")
    await city.ground.management.delete("queues", VHOST, name)
    await city.ground.provision()
    await asyncio.sleep(dice.uniform(0, 0.5))
    await city.ground.kill_broker()
    await city.ground.start_broker()
    async with city.ledger.load(city.intake, STEADY):
        await asyncio.sleep(3)
        try:
            async with asyncio.timeout(10), city.broker() as channel:
                await (await channel.get_queue(name, ensure=False)).get(fail=False)
        except (AMQPError, TimeoutError, RuntimeError):
            await city.ground.management.delete("queues", VHOST, name)
            await city.ground.provision()
    city.people.open("ggz")


FAULTS = (
    Fault("2", "Broker restarted", "RabbitMQ stopped and started, five times", restart_broker, runs=5),
    Fault(
        "19",
        "Disk alarm",
        "RabbitMQ's disk alarm for 8 to 16 s: publishers are blocked",
        alarm(("set_disk_free_limit", "9000GB"), ("set_disk_free_limit", "50MB")),
        runs=3,
        loads=(None,),
    ),
    Fault(
        "19",
        "Memory alarm",
        "RabbitMQ's memory alarm for 8 to 16 s: publishers are blocked",
        alarm(("set_vm_memory_high_watermark", "0.00001"), ("set_vm_memory_high_watermark", "0.4")),
        runs=3,
        loads=(None,),
    ),
    Fault(
        "20",
        "Queue deleted",
        "an operator deletes a service's queue with what is on it; provisioned again within 3 s, and sent again",
        delete_queue,
        runs=10,
    ),
    Fault(
        "20",
        "All bindings removed",
        "an operator removes every binding of a message; provisioned again",
        remove_bindings,
        runs=3,
        loads=(STEADY,),
    ),
    Fault(
        "20",
        "Binding of one reader removed",
        "an operator removes one of two bindings of a message; provisioned again, and sent again",
        remove_one_of_two,
        runs=3,
        loads=(STEADY,),
    ),
    Fault(
        "21",
        "Young queue lost",
        "broker killed within half a second of making a queue; the queue is made again where it is broken",
        declare_and_kill,
        runs=3,
        loads=(None,),
    ),
    Fault(
        "22",
        "Exchange deleted",
        "an operator deletes an exchange: publishing to it closes the channel; provisioned again",
        delete_exchange,
        runs=3,
        loads=(STEADY,),
    ),
    Fault(
        "23",
        "Connections closed",
        "an operator closes all connections of a service, with their consumers",
        end_connections,
        runs=10,
    ),
    Fault(
        "36",
        "Password changed",
        "RabbitMQ lets a service in no more until its password is put back",
        change_password,
        runs=3,
        loads=(STEADY,),
    ),
)
