"""The answer page is guarded: a code where one was agreed, no guessing, no other site, nothing in the log."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from answering_by_link import answer, ask
from structlog.testing import capture_logs

from chassis.testing import Bench
from contracts.routing import AssignmentAccepted
from meldketen.mailbox import Mailbox

OnBench = Callable[..., Awaitable[Bench]]


@pytest.fixture
async def routing(by_mail: Callable[..., Awaitable[Bench]]) -> Bench:
    return await by_mail()


async def test_with_a_second_factor_the_code_comes_first(
    by_mail: Callable[..., Awaitable[Bench]], mailbox: Mailbox, tmp_path: Path
) -> None:
    (tmp_path / "mediation.code").write_text("482913\n", encoding="utf-8")
    routing = await by_mail("second_factor = true")
    path = await ask(routing, mailbox)
    shut = await routing.client.get(path)
    assert "Vul uw code in" in shut.text
    assert "Voorbeeldkade" not in shut.text
    before = await routing.said()
    assert "Vul uw code in" in (await answer(routing, path, antwoord="accepted")).text
    assert await routing.said() == before
    wrong = await routing.client.post(f"{path}/code", data={"code": "000000"})
    assert (wrong.status_code, "Deze code klopt niet" in wrong.text) == (422, True)
    right = await routing.client.post(f"{path}/code", data={"code": " 482913 "})
    assert right.headers["location"] == path
    assert "Voorbeeldkade" in (await routing.client.get(path)).text
    await answer(routing, path, antwoord="accepted")
    assert any(isinstance(m, AssignmentAccepted) for m in await routing.said())


async def test_codes_and_tokens_cannot_be_guessed_for_long(
    by_mail: Callable[..., Awaitable[Bench]], mailbox: Mailbox, tmp_path: Path
) -> None:
    (tmp_path / "mediation.code").write_text("482913\n", encoding="utf-8")
    routing = await by_mail("second_factor = true")
    path = await ask(routing, mailbox)
    tries = [
        (await routing.client.post(f"{path}/code", data={"code": f"{n:06}"})).status_code for n in range(12)
    ]
    assert tries == [422] * 10 + [429] * 2
    guesses = [(await routing.client.get(f"/partner/{n:043}")).status_code for n in range(32)]
    assert guesses[-1] == 429


async def test_a_post_from_another_site_is_refused(routing: Bench, mailbox: Mailbox) -> None:
    path = await ask(routing, mailbox)
    foreign = await routing.client.post(
        path, data={"antwoord": "accepted"}, headers={"Origin": "https://kwaad.example"}
    )
    assert foreign.status_code == 403


async def test_a_token_is_never_logged(
    routing: Bench, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await ask(routing, mailbox)
    monkeypatch.setattr("routing.pages.answers.mark", lambda _: 1 / 0)
    with capture_logs() as logs:
        broken = await routing.client.get(path)
    assert broken.status_code == 500
    assert logs[0]["route"] == "/partner/{token}"
    assert path.rpartition("/")[2] not in str([{**log, "exc_info": None} for log in logs])
