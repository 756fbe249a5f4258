"""The example clients pass the conformance check on a real broker; a client that does one thing wrong is told which."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from itertools import starmap
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.exceptions import AMQPError
from rehearsing_partners import Asking, Client, Hall, answering, running

from chassis import rehearsal
from meldketen.partner.conformance import Verdict
from meldketen.partner.rehearsing import rehearse
from routing.adapters import register_file

POLICE = register_file.load()["police"]
TYPE = "nl.woonoverlast."


@pytest.fixture(scope="module")
async def hall(broker: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hall]:
    made = Hall(broker, tmp_path_factory.mktemp("hall"))
    yield made
    await made.clear()


SPEAKERS = {one.adapter: one for one in register_file.load().values() if one.adapter}


EXAMPLES = {f"{language}-aio-pika": (one, "client_aio_pika.py") for language, one in SPEAKERS.items()} | {
    "police-faststream": (POLICE, "client_faststream.py")
}


@pytest.fixture(scope="module")
async def examples(hall: Hall) -> dict[str, list[Verdict]]:
    """What is said of each example client; they play side by side, for most of it is waiting."""

    async def play(name: str) -> list[Verdict]:
        like, client = EXAMPLES[name]
        partner, folder = await hall.enters(like, name)
        async with running(folder / client, hall.url(f"partner-{partner.id}")):
            return await hall.verdicts(partner)

    return dict(zip(EXAMPLES, await asyncio.gather(*map(play, EXAMPLES)), strict=True))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_clients_conform_in_every_language(name: str, examples: dict[str, list[Verdict]]) -> None:
    cases = ["answer", "decline", "repeat", "withdraw"]
    asks = EXAMPLES[name][0].adapter in {"enforcement", "cloudevents"}
    found = examples[name]
    assert [(one.case, one.findings) for one in found] == [
        (case, ()) for case in [*cases, *["clarify"] * asks]
    ]
    if name.startswith("police"):
        assert found[0].states == ("accepted", "in-progress", "answered")
    if asks:
        assert found[-1].states == ("information-needed", "in-progress", "answered")


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
    "other key": ({"key": "nieuws"}, "routing key", ".nieuws"),
    "answered anew": ({"fresh_ids": True}, "repeat", "cannot follow"),
    "goes on when withdrawn": ({"stops": False}, "withdrawn", "answered cannot follow withdrawn"),
    "half an answer": ({"states": ("accepted",)}, "silence", "in-progress, answered"),
    "nothing at all": ({"states": ()}, "silence", "accepted"),
}


@pytest.fixture(scope="module")
async def wrong_clients(hall: Hall) -> dict[str, list[Verdict]]:
    """What is said of each client that does one thing wrong, playing side by side."""

    async def play(number: int, wrong: str) -> list[Verdict]:
        partner, folder = await hall.enters(POLICE, f"police-{number}")
        async with answering(
            Client(folder, hall.url(f"partner-{partner.id}"), partner.id, **WRONG[wrong][0])
        ):
            return await hall.verdicts(partner, within=timedelta(seconds=3))

    return dict(zip(WRONG, await asyncio.gather(*starmap(play, enumerate(WRONG))), strict=True))


@pytest.mark.parametrize("wrong", WRONG)
def test_a_client_that_does_one_thing_wrong_is_told_which(
    wrong: str, wrong_clients: dict[str, list[Verdict]]
) -> None:
    _, about, what = WRONG[wrong]
    findings = [finding for one in wrong_clients[wrong] for finding in one.findings]
    assert any(one.about == about and what in one.what for one in findings), findings
    assert all(one.hint for one in findings)


FIRE_BRIGADE = register_file.load()["fire-brigade"]
UNWILLING: dict[str, tuple[dict[str, tuple[str, ...]], str, str]] = {
    "does not ask": ({"more": ("accepted", "in-progress", "answered")}, "answer", "first there was to come"),
    "does not wait": ({"more": ("information-needed", "answered")}, "clarified", "went on without: answered"),
    "does not listen": ({"clarified": ()}, "silence", "answered: not said"),
    "declines when told": ({"clarified": ("declined",)}, "answer", "declined, and first there was to come"),
}


@pytest.fixture(scope="module")
async def unwilling_clients(hall: Hall) -> dict[str, list[Verdict]]:
    async def play(number: int, wrong: str) -> list[Verdict]:
        partner, folder = await hall.enters(FIRE_BRIGADE, f"fire-brigade-{number}")
        client = Asking(folder, hall.url(f"partner-{partner.id}"), partner.id, reply="requests.answered.v1")
        client.says = {"more": ("information-needed",), "clarified": ("in-progress", "answered")}
        client.says |= UNWILLING[wrong][0]
        async with answering(client):
            return await hall.verdicts(partner, within=timedelta(seconds=5))

    return dict(zip(UNWILLING, await asyncio.gather(*starmap(play, enumerate(UNWILLING))), strict=True))


@pytest.mark.parametrize("wrong", UNWILLING)
def test_a_client_that_cannot_ask_for_more_is_told_why(
    wrong: str, unwilling_clients: dict[str, list[Verdict]]
) -> None:
    _, about, what = UNWILLING[wrong]
    found = unwilling_clients[wrong]
    assert [one.case for one in found if one.findings] == ["clarify"]
    findings = found[-1].findings
    assert any(one.about == about and what in one.what for one in findings), findings
    assert all(one.hint for one in findings)
    if wrong in {"does not wait", "does not listen"}:
        assert "requests.clarified.v1" in findings[0].hint


async def test_a_rehearsal_asks_and_says_what_is_well(hall: Hall) -> None:
    partner, folder = await hall.enters(POLICE, "police-rehearses")
    said: list[str] = []
    async with (
        answering(Client(folder, hall.url(f"partner-{partner.id}"), partner.id)),
        rehearsal.stage(hall.url(hall.broker.node.user), partner.id) as stage,
    ):
        await rehearse(partner, stage, timedelta(seconds=1), 2, said.append)
    assert sum("Asked police-questions.asked.v1" in one for one in said) == 2
    assert sum("well" in one for one in said) == 6


async def test_on_the_stage_a_partner_has_its_own_queue_and_key_alone(hall: Hall) -> None:
    for name in ("police", "ggz"):
        await hall.enters(register_file.load()[name], name)
    connection = await aio_pika.connect(hall.url("partner-police"))
    async with connection:
        channel = await connection.channel(publisher_confirms=True)
        for queue in ("partner.ggz", "answers.police"):
            with pytest.raises(AMQPError):
                await (await channel.get_queue(queue, ensure=False)).get(fail=False)
            channel = await connection.channel(publisher_confirms=True)
    rows = await hall.broker.management.get("queues", rehearsal.VHOST)
    assert {row["name"].partition(".")[0] for row in rows} == {"partner", "answers"}
