"""The example clients pass the conformance check on a real broker; a client that does one thing wrong is told which."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import AMQPError

from chassis import rehearsal
from meldketen.partner import kit
from meldketen.partner.conformance import Verdict, conform
from meldketen.partner.rehearsing import rehearse
from routing.adapters import register_file

PASSWORD = "only-for-tests"
POLICE = register_file.load()["police"]
WITHIN, QUIET = timedelta(seconds=15), timedelta(seconds=0.7)
TYPE = "nl.woonoverlast."


@pytest.fixture(scope="session")
async def hall(broker: Any) -> Callable[[str], str]:
    """The URL on the virtual host of the rehearsal of a user; everybody connected has a stage there."""
    for partner in register_file.connected(register_file.load()):
        await rehearsal.provision(broker.management, partner, PASSWORD, broker.node.user)
    where = broker.node.amqp_url.rpartition("@")[2].partition("/")[0]

    def url(user: str) -> str:
        if user == broker.node.user:
            return str(broker.node.amqp_url.rpartition("/")[0] + f"/{rehearsal.VHOST}")
        return f"amqp://{user}:{PASSWORD}@{where}/{rehearsal.VHOST}"

    return url


@asynccontextmanager
async def running(program: Path, url: str) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        env={"AMQP_URL": url, "PATH": "/usr/bin"},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
        assert process.returncode is None, "the client ended"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def verdicts(
    hall: Callable[[str], str], admin: str, partner: Any = POLICE, within: timedelta = WITHIN
) -> list[Verdict]:
    found: list[Verdict] = []
    async with rehearsal.stage(hall(admin), partner.id) as stage:
        well = await conform(partner, stage, within, QUIET, found.append)
    assert well is not any(one.findings for one in found)
    return found


@pytest.mark.parametrize("client", ["client_aio_pika.py", "client_faststream.py"])
async def test_the_example_clients_conform(
    client: str, hall: Callable[[str], str], broker: Any, tmp_path: Path
) -> None:
    kit.write(POLICE, tmp_path)
    async with running(tmp_path / client, hall("partner-police")):
        found = await verdicts(hall, broker.node.user)
    assert [(one.case, one.findings) for one in found] == [
        (case, ()) for case in ("answer", "decline", "repeat", "withdraw")
    ]
    assert found[0].states == ("accepted", "in-progress", "answered")


@pytest.mark.parametrize(
    "adapter", sorted({one.adapter for one in register_file.load().values() if one.adapter})
)
async def test_the_example_client_conforms_in_every_language(
    adapter: str, hall: Callable[[str], str], broker: Any, tmp_path: Path
) -> None:
    partner = next(one for one in register_file.load().values() if one.adapter == adapter)
    kit.write(partner, tmp_path)
    async with running(tmp_path / "client_aio_pika.py", hall(f"partner-{partner.id}")):
        found = await verdicts(hall, broker.node.user, partner)
    asks = partner.adapter in {"enforcement", "cloudevents"}
    assert [one.findings for one in found] == [()] * (5 if asks else 4)
    assert [one.case for one in found].count("clarify") == asks
    if asks:
        assert found[-1].states == ("information-needed", "in-progress", "answered")


@dataclass(slots=True)
class Client:
    """A partner's system for tests: as the example does, but for what `spoil` does to each answer."""

    folder: Path
    url: str
    spoil: Callable[[dict[str, Any]], Any] = lambda event: event
    more: dict[str, Any] = field(default_factory=dict)
    states: tuple[str, ...] = ("accepted", "in-progress", "answered")
    fresh_ids: bool = False
    key: str | None = None
    stops: bool = True
    partner: str = "police"

    def answers(self, question: dict[str, Any]) -> list[Any]:
        if ".asked." not in question["type"]:
            return [] if self.stops else [self.answer(question, "answered")]
        text = json.dumps(question["data"])
        states = self.states
        if "wijs dit af" in text:
            states = ("declined",)
        elif "en wacht" in text:
            states = ("accepted",)
        return [self.answer(question, state) for state in states]

    def answer(self, question: dict[str, Any], state: str) -> Any:
        example = json.loads((self.folder / "question.json").read_text())["subject"]
        text = (self.folder / f"answers/{state}.json").read_text().replace(example, question["subject"])
        event_id = str(uuid4()) if self.fresh_ids else f"{question['id']}.{state}"
        return self.spoil(json.loads(text) | {"id": event_id})

    async def run(self) -> None:
        connection = await aio_pika.connect(self.url)
        async with connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            exchange = await channel.get_exchange("partner.in", ensure=False)

            async def take(message: AbstractIncomingMessage) -> None:
                for said in self.answers(json.loads(message.body)):
                    name = "police-replies.given.v1" if self.partner == "police" else "requests.answered.v1"
                    body = said if isinstance(said, bytes) else json.dumps(said).encode()
                    properties: dict[str, Any] = {
                        "content_type": "application/cloudevents+json",
                        "delivery_mode": aio_pika.DeliveryMode.PERSISTENT,
                        "user_id": f"partner-{self.partner}",
                    } | self.more
                    key = self.key or f"{self.partner}.{name}"
                    await exchange.publish(aio_pika.Message(body, **properties), key)
                await message.ack()

            await (await channel.get_queue(f"partner.{self.partner}", ensure=False)).consume(take)
            await asyncio.Event().wait()


def data(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda event: event | {"data": {**event["data"], **changes}}


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no JSON": ({"spoil": lambda _: b"{"}, "envelope", "Not JSON"),
    "no envelope": ({"spoil": lambda event: event["data"]}, "envelope", "specversion"),
    "too large": ({"spoil": lambda event: event | {"x": "a" * 70_000}}, "envelope", "Over"),
    "wrong type": (
        {"spoil": lambda event: event | {"type": f"{TYPE}care-tasks.updated.v1"}},
        "type",
        "no answer",
    ),
    "missing field": ({"spoil": lambda event: event | {"data": {"status": "ontvangen"}}}, "data", "kenmerk"),
    "unknown field": ({"spoil": data(opmerking="x")}, "unknown field", "opmerking"),
    "unknown word": ({"spoil": data(status="misschien")}, "data", "status"),
    "wrong subject": ({"spoil": lambda event: event | {"subject": "iets"}}, "subject", "iets"),
    "one id for all": ({"spoil": lambda event: event | {"id": "altijd"}}, "id", "used before"),
    "wrong order": ({"states": ("answered", "accepted", "in-progress")}, "order", "cannot follow answered"),
    "another's assignment": (
        {"spoil": data(kenmerk=str(uuid4()))},
        "assignment",
        "not an assignment of yours",
    ),
    "no user_id": ({"more": {"user_id": None}}, "user_id", "not given"),
    "content type": ({"more": {"content_type": "text/plain"}}, "content type", "text/plain"),
    "passing message": (
        {"more": {"delivery_mode": aio_pika.DeliveryMode.NOT_PERSISTENT}},
        "delivery mode",
        "lost",
    ),
    "other key": ({"key": "police.nieuws"}, "routing key", "police.nieuws"),
    "answered anew": ({"fresh_ids": True}, "repeat", "cannot follow"),
    "goes on when withdrawn": ({"stops": False}, "withdrawn", "answered cannot follow withdrawn"),
    "half an answer": ({"states": ("accepted",)}, "silence", "in-progress, answered"),
    "nothing at all": ({"states": ()}, "silence", "accepted"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_client_that_does_one_thing_wrong_is_told_which(
    wrong: str, hall: Callable[[str], str], broker: Any, tmp_path: Path
) -> None:
    changes, about, what = WRONG[wrong]
    kit.write(POLICE, tmp_path)
    client = replace(Client(tmp_path, hall("partner-police")), **changes)
    playing = asyncio.ensure_future(client.run())
    try:
        found = await verdicts(hall, broker.node.user, within=timedelta(seconds=1.5))
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
    findings = [finding for one in found for finding in one.findings]
    assert any(one.about == about and what in one.what for one in findings), findings
    assert all(one.hint for one in findings)


FIRE_BRIGADE = register_file.load()["fire-brigade"]
UNWILLING: dict[str, tuple[dict[str, tuple[str, ...]], str, str]] = {
    "does not ask": ({"more": ("accepted", "in-progress", "answered")}, "answer", "first there was to come"),
    "does not wait": ({"more": ("information-needed", "answered")}, "clarified", "went on without: answered"),
    "does not listen": ({"clarified": ()}, "silence", "answered: not said"),
    "declines when told": ({"clarified": ("declined",)}, "answer", "declined, and first there was to come"),
}


@pytest.mark.parametrize("wrong", UNWILLING)
async def test_a_client_that_cannot_ask_for_more_is_told_why(
    wrong: str, hall: Callable[[str], str], broker: Any, tmp_path: Path
) -> None:
    changes, about, what = UNWILLING[wrong]
    says = {"more": ("information-needed",), "clarified": ("in-progress", "answered")} | changes
    kit.write(FIRE_BRIGADE, tmp_path)

    class Asking(Client):
        def answers(self, question: dict[str, Any]) -> list[Any]:
            if ".clarified." in question["type"]:
                return [self.answer(question, state) for state in says["clarified"]]
            if "vraag eerst om meer" in json.dumps(question["data"]):
                return [self.answer(question, state) for state in says["more"]]
            return super().answers(question)

    client = Asking(tmp_path, hall("partner-fire-brigade"), partner="fire-brigade")
    playing = asyncio.ensure_future(client.run())
    try:
        found = await verdicts(hall, broker.node.user, FIRE_BRIGADE, within=timedelta(seconds=5))
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
    assert [one.case for one in found if one.findings] == ["clarify"]
    findings = found[-1].findings
    assert any(one.about == about and what in one.what for one in findings), findings
    assert all(one.hint for one in findings)
    if wrong in {"does not wait", "does not listen"}:
        assert "requests.clarified.v1" in findings[0].hint


async def test_a_rehearsal_asks_and_says_what_is_well(
    hall: Callable[[str], str], broker: Any, tmp_path: Path
) -> None:
    kit.write(POLICE, tmp_path)
    said: list[str] = []
    playing = asyncio.ensure_future(Client(tmp_path, hall("partner-police")).run())
    try:
        async with rehearsal.stage(hall(broker.node.user), "police") as stage:
            await rehearse(POLICE, stage, timedelta(seconds=1), 2, said.append)
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
    assert sum("Asked police-questions.asked.v1" in one for one in said) == 2
    assert sum("well" in one for one in said) == 6


async def test_on_the_stage_a_partner_has_its_own_queue_and_key_alone(
    hall: Callable[[str], str], broker: Any
) -> None:
    connection = await aio_pika.connect(hall("partner-police"))
    async with connection:
        channel = await connection.channel(publisher_confirms=True)
        for queue in ("partner.ggz", "answers.police"):
            with pytest.raises(AMQPError):
                await (await channel.get_queue(queue, ensure=False)).get(fail=False)
            channel = await connection.channel(publisher_confirms=True)
    rows = await broker.management.get("queues", rehearsal.VHOST)
    assert {row["name"].partition(".")[0] for row in rows} == {"partner", "answers"}
