"""A partner is put in the register, gets its place at the broker, changes its password, and is looked after."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import AMQPError
from sqlalchemy.engine import make_url

from chassis.topology import users
from contracts.catalogue import SERVICES
from meldketen.services import connected_partners
from routing.adapters import register_file

MELDKETEN = Path(sys.executable).with_name("meldketen")
PASSWORD = "only-for-tests"
VHOST = "partner-commands"
ADD = (
    "partner", "add", "haagwoon", "--name", "Haagwoon", "--adapter", "corporation", "--part", "corporation",
    "--track", "care", "--field", "category", "--field", "address", "--purpose", "De huurder aanspreken",
    "--ground", "Convenant woonoverlast", "--has-stock", "--oin", "00000001003214345000",
)  # fmt: skip

Run = Callable[..., Awaitable["subprocess.CompletedProcess[str]"]]


@pytest.fixture
async def run(broker: Any, postgres_url: str, database: str, tmp_path: Path) -> AsyncIterator[Run]:
    """The command, told about a virtual host of its own and a register of the operator's."""
    kept = tmp_path / "secrets"
    kept.mkdir()
    passwords = {
        "database": dict.fromkeys(SERVICES, PASSWORD),
        "broker": dict.fromkeys(users(connected_partners()), PASSWORD),
        "signing_key": "a key for tests, longer than thirty-two characters",
    }
    (kept / "passwords.json").write_text(json.dumps(passwords))
    server = make_url(postgres_url)
    told = {
        "MELDKETEN_SECRETS": str(kept),
        "MELDKETEN_REGISTER_FILE": str(tmp_path / "register.toml"),
        "MELDKETEN_RABBITMQ": broker.node.amqp_url.rpartition("@")[2].partition("/")[0],
        "MELDKETEN_RABBITMQ_MANAGEMENT": broker.node.management_url,
        "MELDKETEN_RABBITMQ_ADMIN": broker.node.user,
        "MELDKETEN_RABBITMQ_ADMIN_PASSWORD": broker.node.password,
        "MELDKETEN_VHOST": VHOST,
        "MELDKETEN_POSTGRES": f"{server.host}:{server.port}",
        "MELDKETEN_DATABASE": database,
    }
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MELDKETEN_")}

    async def made(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        command = [str(MELDKETEN), *words]
        return await asyncio.to_thread(
            subprocess.run, command, env=plain | told | more, capture_output=True, text=True, check=False
        )

    yield made
    await broker.management.delete("vhosts", VHOST)
    await broker.management.delete("users", "partner-haagwoon")


async def take(message: AbstractIncomingMessage) -> None:
    await message.ack()


def address(broker: Any, secrets: Path) -> str:
    password = json.loads((secrets / "passwords.json").read_text())["broker"]["partner-haagwoon"]
    where = broker.node.amqp_url.rpartition("@")[2].partition("/")[0]
    return f"amqp://partner-haagwoon:{password}@{where}/{VHOST}"


async def test_a_partner_comes_changes_its_password_and_is_checked(
    run: Run, broker: Any, tmp_path: Path
) -> None:
    register = tmp_path / "register.toml"
    register.write_text("# Ons eigen register.\n" + register_file.shipped())
    first = await run(*ADD)
    assert first.returncode == 0, first.stderr
    assert register.read_text().startswith("# Ons eigen register.\n" + register_file.shipped().rstrip())
    assert register_file.read(register)["haagwoon"].has_stock
    file = tmp_path / "secrets/partner-haagwoon.password"
    assert (str(file) in first.stdout, file.stat().st_mode & 0o077) == (True, 0)
    assert file.read_text() not in first.stdout + first.stderr
    again = await run(*ADD)
    assert (again.returncode, "already" in again.stdout) == (0, True)

    connection = await aio_pika.connect(address(broker, tmp_path / "secrets"))
    async with connection:
        channel = await connection.channel()
        await (await channel.get_queue("partner.haagwoon", ensure=False)).consume(take)
        for _ in range(40):
            checked = await run("partner", "check", "haagwoon")
            if checked.returncode == 0:
                break
            await asyncio.sleep(1)  # the management API counts consumers every few seconds
        assert checked.stdout.endswith("All is well.\n"), checked.stdout + checked.stderr
        assert "Last answer: never" in checked.stdout

        before = address(broker, tmp_path / "secrets")
        rotated = await run("partner", "rotate", "haagwoon")
        assert rotated.returncode == 0, rotated.stderr
        assert file.read_text() not in rotated.stdout
        assert not connection.is_closed
    with pytest.raises((AMQPError, OSError)):
        await aio_pika.connect(before)
    await (await aio_pika.connect(address(broker, tmp_path / "secrets"))).close()
    await broker.management.delete("permissions", VHOST, "partner-haagwoon")
    checked = await run("partner", "check", "haagwoon")
    assert checked.returncode == 1
    assert "rights partner-haagwoon is missing" in checked.stdout


async def test_what_makes_no_sense_is_refused_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    words = ["no-such-language" if word == "corporation" else word for word in ADD]
    refused = await run(*words)
    assert (refused.returncode, "choose one of" in refused.stderr) == (1, True)
    assert not (tmp_path / "register.toml").exists()
    nowhere = await run(*ADD, MELDKETEN_REGISTER_FILE="")
    assert nowhere.returncode != 0
    assert "Traceback" not in nowhere.stderr
    (tmp_path / "register.toml").write_text(register_file.shipped())
    unknown = await run("partner", "check", "niemand")
    assert (unknown.returncode, "choose one of" in unknown.stderr) == (2, True)
