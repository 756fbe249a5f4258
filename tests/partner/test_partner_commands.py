"""A partner is put in the register, gets its place at the broker, changes its password, and is looked after."""

import asyncio
from pathlib import Path

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import AMQPError
from operating import Operating

from routing.adapters import register_file

pytestmark = pytest.mark.timeout(300)

ADD = (
    "partner", "add", "haagwoon", "--name", "Haagwoon", "--adapter", "corporation", "--part", "corporation",
    "--track", "care", "--field", "category", "--field", "address", "--purpose", "De huurder aanspreken",
    "--ground", "Convenant woonoverlast", "--has-stock", "--oin", "00000001003214345000",
)  # fmt: skip


async def take(message: AbstractIncomingMessage) -> None:
    await message.ack()


async def test_a_partner_comes_changes_its_password_and_is_checked(
    operator: Operating, tmp_path: Path
) -> None:
    register = operator.register
    register.write_text("# Ons eigen register.\n" + register_file.shipped())
    first = await operator.types(*ADD)
    assert first.returncode == 0, first.stderr
    assert register.read_text().startswith("# Ons eigen register.\n" + register_file.shipped().rstrip())
    assert register_file.read(register)["haagwoon"].has_stock
    file = tmp_path / "secrets/partner-haagwoon.password"
    assert (str(file) in first.stdout, file.stat().st_mode & 0o077) == (True, 0)
    assert file.read_text() not in first.stdout + first.stderr
    again = await operator.types(*ADD)
    assert (again.returncode, "already" in again.stdout) == (0, True)

    connection = await aio_pika.connect(operator.address("haagwoon"))
    async with connection:
        channel = await connection.channel()
        await (await channel.get_queue("partner.haagwoon", ensure=False)).consume(take)
        for _ in range(40):
            checked = await operator.types("partner", "check", "haagwoon")
            if checked.returncode == 0:
                break
            await asyncio.sleep(1)  # the management API counts consumers every few seconds
        assert checked.stdout.endswith("All is well.\n"), checked.stdout + checked.stderr
        assert "Last answer: never" in checked.stdout

        before = operator.address("haagwoon")
        rotated = await operator.types("partner", "rotate", "haagwoon")
        assert rotated.returncode == 0, rotated.stderr
        assert file.read_text() not in rotated.stdout
        assert not connection.is_closed
    with pytest.raises((AMQPError, OSError)):
        await aio_pika.connect(before)
    await (await aio_pika.connect(operator.address("haagwoon"))).close()
    await operator.broker.management.delete("permissions", operator.vhost, "partner-haagwoon")
    checked = await operator.types("partner", "check", "haagwoon")
    assert checked.returncode == 1
    assert "rights partner-haagwoon is missing" in checked.stdout


async def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    operator: Operating, tmp_path: Path
) -> None:
    words = ["no-such-language" if word == "corporation" else word for word in ADD]
    refused = await operator.types(*words)
    assert (refused.returncode, "choose one of" in refused.stderr) == (1, True)
    assert not (tmp_path / "register.toml").exists()
    nowhere = await operator.types(*ADD, MELDKETEN_REGISTER_FILE="")
    assert nowhere.returncode != 0
    assert "Traceback" not in nowhere.stderr
    (tmp_path / "register.toml").write_text(register_file.shipped())
    unknown = await operator.types("partner", "check", "niemand")
    assert (unknown.returncode, "choose one of" in unknown.stderr) == (2, True)
