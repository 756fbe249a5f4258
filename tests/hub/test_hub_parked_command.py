"""An operator sees and deals with parked messages from the command line, over real HTTP."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select
from typer.testing import CliRunner, Result

from chassis import by_hand
from chassis.identity import new_id
from chassis.subscriptions import Subscriptions, on
from chassis.tables import deferred, interventions
from chassis.testing import Bench
from chassis.transaction import Transaction
from contracts.casework import CaseOpened
from meldketen import main, parked

WHY = ("--why", "the register knows the case again")


class Refused(Exception):
    """A refusal that trying again would not change."""


@dataclass
class Fault:
    mended: bool = False

    async def hear(self, _event: CaseOpened, _tx: Transaction) -> None:
        if not self.mended:
            raise Refused("there is no [bold]case\x1b[2J")


@dataclass
class Terminal:
    """Somebody who types commands about monitoring, of which some messages are parked."""

    bench: Bench
    fault: Fault
    url: str

    async def types(self, command: str, *words: str, answers: str = "") -> Result:
        line = ["parked", command, "monitoring", *words, "--url", self.url]
        return await asyncio.to_thread(lambda: CliRunner().invoke(main.command_line(), line, answers))

    async def parks(self, many: int = 1) -> list[int]:
        for _ in range(many):
            case = {
                "caseId": new_id(),
                "number": "1",
                "reportId": new_id(),
                "openedAt": "2026-11-22T10:00:00Z",
            }
            await self.bench.hears(CaseOpened.model_validate(case))
        return await self.numbers("parked")

    async def numbers(self, state: str) -> list[int]:
        async with self.bench.transaction() as tx:
            return [row.id for row in await by_hand.list_aside(tx, state, 0, 1000)]

    async def record(self) -> list[Any]:
        async with self.bench.transaction() as tx:
            return list((await tx.execute(select(interventions).order_by(interventions.c.id))).all())


@pytest.fixture
async def terminal(
    on_bench: Callable[..., Awaitable[Bench]],
    bearer: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Terminal]:
    plain = await on_bench("monitoring")
    fault = Fault()
    heard = Subscriptions(on(CaseOpened, fault.hear), refusals=(Refused,))
    header = bearer("parked:read", "parked:read-body", "parked:act", name="O. Operator")
    monkeypatch.setenv("MELDKETEN_TOKEN", header["Authorization"].removeprefix("Bearer "))
    async with served(plain.service.app) as url:
        yield Terminal(Bench(replace(plain.service, subscriptions=heard), plain.client), fault, url)


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, ws="none"))
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


async def test_what_is_parked_is_shown_in_tables(terminal: Terminal) -> None:
    [number] = await terminal.parks()
    async with terminal.bench.transaction() as tx:
        row = await by_hand.get(tx, number)
    listed = await terminal.types("list")
    assert listed.exit_code == 0
    for cell in (str(number), "cases.opened.v1", row.subject, row.fingerprint):
        assert cell in listed.stdout
    groups = await terminal.types("groups")
    assert row.fingerprint in groups.stdout
    assert (await terminal.types("list", "--subject", "another")).stdout.strip() == "Nothing is parked."


async def test_what_a_partner_wrote_does_nothing_to_the_screen(terminal: Terminal) -> None:
    """Neither rich's marks nor a terminal's."""
    await terminal.parks()
    listed = await terminal.types("list")
    assert "[bold]case" in listed.stdout
    assert "\x1b" not in listed.stdout


async def test_a_long_list_says_how_to_go_on(terminal: Terminal) -> None:
    first, second = await terminal.parks(2)
    page = await terminal.types("list", "--limit", "1")
    assert f"--after {first}" in page.stdout
    rest = await terminal.types("list", "--after", str(first))
    assert str(second) in rest.stdout
    assert "--after" not in rest.stdout


async def test_a_body_is_shown_as_it_came(terminal: Terminal) -> None:
    [number] = await terminal.parks()
    await terminal.bench.receives(b"\xff\xfe")
    shown = await terminal.types("show", str(number), *WHY)
    assert '"specversion":"1.0"' in shown.stdout
    raw = await terminal.types("show", str(number + 1), *WHY, "--body")
    assert raw.stdout_bytes == b"\xff\xfe"
    assert [row.why for row in await terminal.record()] == [WHY[1]] * 2


async def test_a_message_is_replayed_in_somebodys_name(terminal: Terminal) -> None:
    one, two = await terminal.parks(2)
    done = await terminal.types("replay", str(two), *WHY)
    assert (done.exit_code, done.stdout.strip()) == (0, "1 of 1 to be tried again.")
    assert await terminal.numbers("parked") == [one]
    [written] = await terminal.record()
    assert (written.action, written.who, written.why) == ("replay", "O. Operator", WHY[1])


async def test_a_dry_run_says_what_it_would_do_and_does_nothing(terminal: Terminal) -> None:
    one, two = sorted(await terminal.parks(2))
    for action in ("replay", "discard"):
        said = await terminal.types(action, str(one), str(two), *WHY, "--dry-run")
        assert said.exit_code == 0
        assert said.stdout.startswith(f"Would {action} 2 messages: ")
    assert await terminal.numbers("parked") == [one, two]
    assert await terminal.record() == []


async def test_a_long_replay_goes_in_batches_at_its_speed(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    monkeypatch.setattr(parked, "BATCH", 2)
    await terminal.parks(5)
    async with terminal.bench.transaction() as tx:
        [group] = await by_hand.list_groups(tx, 10)
    done = await terminal.types("replay", "--fingerprint", group.fingerprint, *WHY, "--per-second", "10")
    assert "5 of 5" in done.stdout
    assert "replay" in done.stderr
    assert [pause for pause in pauses if pause >= 0.2] == [0.2, 0.2]
    assert len(await terminal.numbers("retrying")) == 5


async def test_a_discard_asks_first(terminal: Terminal) -> None:
    [number] = await terminal.parks()
    refused = await terminal.types("discard", str(number), *WHY, answers="n\n")
    assert refused.exit_code == 1
    assert "Let go of 1 message for good?" in refused.stdout
    assert await terminal.numbers("parked") == [number]
    done = await terminal.types("discard", str(number), *WHY, "--yes")
    assert (done.exit_code, done.stdout.strip()) == (0, "1 of 1 let go.")
    assert await terminal.numbers("parked") == []


async def test_an_edited_message_is_tried_again(terminal: Terminal, tmp_path: Path) -> None:
    [number] = await terminal.parks()
    raw = await terminal.types("show", str(number), *WHY, "--body")
    event = json.loads(raw.stdout)
    event["data"]["number"] = "2"
    file = tmp_path / "message.json"
    file.write_text(json.dumps(event))
    done = await terminal.types("edit", str(number), str(file), *WHY)
    assert done.exit_code == 0
    async with terminal.bench.transaction() as tx:
        row = (await tx.execute(select(deferred))).one()
    assert (row.state, json.loads(row.body)["data"]["number"]) == ("retrying", "2")
    file.write_text("{")
    assert (await terminal.types("edit", str(number), str(file), *WHY)).exit_code == 2


@pytest.mark.parametrize(
    ("command", "words", "code"),
    [
        ("replay", ("7", *WHY), 1),
        ("replay", ("7",), 2),
        ("replay", WHY, 2),
        ("discard", WHY, 2),
        ("show", ("7", *WHY), 1),
        ("list", ("--state", "asleep"), 1),
    ],
)
async def test_an_exit_code_says_whether_it_was_done(
    terminal: Terminal, command: str, words: tuple[str, ...], code: int
) -> None:
    """1: it could not be done. 2: it was asked wrongly."""
    assert (await terminal.types(command, *words)).exit_code == code


def test_a_service_that_is_not_there_is_refused() -> None:
    assert CliRunner().invoke(main.command_line(), ["parked", "list", "rumours"]).exit_code == 2


@pytest.mark.parametrize(
    ("token", "answer", "sentence"),
    [
        ("", httpx2.Response(200), "MELDKETEN_TOKEN"),
        ("secret", httpx2.ConnectError("refused"), "does not answer: refused"),
        ("secret", httpx2.Response(502, text="<html>"), "Is this the hub?"),
        (
            "secret",
            httpx2.Response(
                400,
                json={
                    "title": "Not valid",
                    "detail": "See errors.",
                    "errors": [{"pointer": "/why", "detail": "short"}],
                },
                headers={"Content-Type": "application/problem+json"},
            ),
            "Not valid. See errors.\n  /why: short",
        ),
    ],
)
def test_trouble_ends_in_a_sentence_without_the_token(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    token: str,
    answer: httpx2.Response | Exception,
    sentence: str,
) -> None:
    def ask(method: str, url: str, **_more: Any) -> httpx2.Response:
        if isinstance(answer, Exception):
            raise answer
        answer.request = httpx2.Request(method, url)
        return answer

    monkeypatch.setattr(httpx2, "request", ask)
    monkeypatch.setenv("MELDKETEN_TOKEN", token)
    monkeypatch.setattr(sys, "argv", ["meldketen", "parked", "groups", "routing"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    told = capsys.readouterr()
    assert ended.value.code == 1
    assert sentence in told.err
    assert "secret" not in told.err + told.out
