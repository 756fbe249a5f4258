"""Who has other partners than the register that comes with the hub can run and play them all the same."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from operating import Operating, operating

from chassis.clock import wall_clock
from contracts.envelope import CloudEvent
from contracts.partners import TenancyCaseUpdate
from meldketen.local import kept
from meldketen.partner import questions
from meldketen.simulation.partners import not_played, spoken
from routing.adapters import register_file

VHOST = "own-partners"
PATIENCE_SECONDS = 90


def own_register() -> str:
    """Haagwoon plays the part of the corporation, which has left."""
    shipped = register_file.shipped()
    begin, end = shipped.index("[partners.corporation]"), shipped.index("[partners.mediation]")
    corporation = shipped[begin:end].replace("partners.corporation", "partners.haagwoon")
    corporation = corporation.replace('name = "Woningcorporatie"', 'name = "Haagwoon"\npart = "corporation"')
    return shipped[:begin] + corporation + shipped[end:]


@pytest.fixture
async def operator(broker: Any, postgres_url: str, database: str, tmp_path: Path) -> AsyncIterator[Operating]:
    made = operating(broker, postgres_url, database, tmp_path, VHOST)
    made.register.write_text(own_register())
    yield made
    await broker.management.delete("vhosts", VHOST)
    await broker.management.delete("users", "partner-haagwoon")


@asynccontextmanager
async def running(operator: Operating, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await operator.starts(*words)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()


async def said_until(process: asyncio.subprocess.Process, words: str) -> str:
    """What it said up to these words; all of it where they never came."""
    assert process.stdout
    said = ""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while words not in said and (line := await process.stdout.readline()):
            said += line.decode()
    return said


def test_those_with_a_queue_are_played_and_of_the_others_it_is_said() -> None:
    register = register_file.load(own_register())
    assert "corporation" not in spoken(register)
    assert spoken(register)["haagwoon"] == "corporation"
    [sentence] = not_played(register)
    assert sentence.startswith("animal-police is reached by mail")


async def test_simulate_plays_the_partners_of_the_operators_register(operator: Operating) -> None:
    made = await operator.types("secrets")
    assert made.returncode == 0, made.stderr
    made = await operator.types("provision")
    assert made.returncode == 0, made.stderr
    question = questions.ask(register_file.read(operator.register)["haagwoon"], "Wat doet u?", wall_clock())
    words = ("simulate", "--reports-per-minute", "0", "--day-seconds", "0.1")
    async with running(operator, *words) as process:
        said = await said_until(process, "animal-police is reached by mail")
        assert "is not played" in said
        answer = await ask(operator, question.event)
    assert answer.name == "tenancy-cases.updated.v1"
    assert TenancyCaseUpdate.model_validate(answer.data).id_extern == question.assignment.assignment_id


async def ask(operator: Operating, question: CloudEvent) -> CloudEvent:
    """Put a question on a partner's queue; the first that comes to routing after it."""
    url = operator.broker.node.amqp_url.rpartition("/")[0] + f"/{VHOST}"
    management = operator.broker.management
    rights = {"configure": ".*", "write": ".*", "read": ".*"}
    await management.put("permissions", VHOST, operator.broker.node.user, body=rights)
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.get_exchange("partner.out", ensure=False)
        body = question.model_dump_json(exclude_none=True).encode()
        await exchange.publish(aio_pika.Message(body), f"haagwoon.{question.name}", mandatory=True)
        queue = await channel.get_queue("svc.routing", ensure=False)
        async with asyncio.timeout(PATIENCE_SECONDS), queue.iterator() as messages:
            async for message in messages:
                return CloudEvent.model_validate_json(message.body)
    raise AssertionError("nothing came")


@pytest.mark.timeout(300)
async def test_up_runs_with_the_partners_of_the_operators_register(operator: Operating) -> None:
    folder = operator.folder / "city"
    port, smtp_port = kept.keep_ports(operator.folder, "web", "smtp").values()
    words = ("--port", str(port), "--smtp-port", str(smtp_port), "--reports-per-minute", "0")
    async with running(operator, "up", "--folder", str(folder), *words) as process:
        said = await said_until(process, "Ctrl-C stops it")
        assert "Ctrl-C stops it" in said, said
        assert "animal-police is reached by mail and is not played" in said
        await asyncio.sleep(2)  # those who play begin after the greeting
        assert process.returncode is None
    assert process.returncode == 0


async def test_a_register_in_which_nobody_plays_a_part_ends_in_a_sentence(operator: Operating) -> None:
    operator.register.write_text(own_register().replace('part = "corporation"\n', ""))
    plain = {"DATABASE_URL": "postgresql+asyncpg://x/y", "AMQP_URL": "amqp://x", "SIGNING_KEY": "k" * 32}
    more = {f"MELDKETEN_{name}": value for name, value in plain.items()}
    ended = await operator.types("serve", "routing", **more)
    assert ended.returncode == 1
    assert "niemand in het register heeft de rol corporation" in ended.stderr
    assert "Traceback" not in ended.stderr
