"""Somebody at a partner without a system gets mail with a link, and answers on a page. The link opens one question, for a while."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from chassis.pseudonyms import Pseudonyms
from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentNoted,
    AssignmentOffered,
    AssignmentProgressed,
    AssignmentQueried,
    AssignmentUndeliverable,
)
from meldketen.mailbox import Mailbox
from routing.adapters import policy_file, register_file
from routing.adapters.envelope import Envelope
from routing.adapters.in_force import InForce
from routing.handlers.asking import Desk
from routing.handlers.taking_back import take_back
from routing.store import assignments
from routing.store import links as store
from routing.tables import deliveries, link_tokens, links

OnBench = Callable[..., Awaitable[Bench]]
EXAMPLE = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"
SHIPPED = Path(register_file.__file__).parents[1] / "register.toml"
MEDIATION = """
[partners.mediation]
name = "Buurtbemiddeling"
told_as = "mediation"
channel = "mail"
mail = "{mail}"
{more}

[[partners.mediation.covenants]]
track = "care"
fields = ["category", "address"]
purpose = "Beoordelen of bemiddeling kan"
ground = "Convenant woonoverlast"

"""
STORY = "Een verhaal om te herkennen."
GONE = "Deze link werkt niet (meer)"


def register(more: str = "", mail: str = "vragen@bemiddeling.example") -> str:
    """The register that comes with the hub, with mediation reached by mail, and nobody else."""
    tables = re.split(r"\n(?=\[)", SHIPPED.read_text("utf-8"))
    others = [table for table in tables if not table.lstrip("[").startswith("partners.mediation")]
    kept = re.sub(r"^(channel|mail) = .*\n", "", "\n".join(others), flags=re.MULTILINE)
    return kept + MEDIATION.format(more=more, mail=mail)


def a_report() -> ReportSubmitted:
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    return report.model_copy(update={"category": "GEL-LEEF", "story": STORY})


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    mailbox = Mailbox()
    await mailbox.start("127.0.0.1", 0)
    yield mailbox
    await mailbox.stop()


@pytest.fixture
async def put(on_bench: OnBench, mailbox: Mailbox, tmp_path: Path) -> Callable[..., Awaitable[Bench]]:
    async def make(*register_with: str) -> Bench:
        file = tmp_path / "register.toml"
        file.write_text(register(*register_with), encoding="utf-8")
        return await on_bench(
            "routing", register_file=file, partner_secrets_dir=tmp_path, smtp_port=mailbox.port,
            public_url="http://hub.test",
        )  # fmt: skip

    return make


@pytest.fixture
async def routing(put: Callable[..., Awaitable[Bench]]) -> Bench:
    return await put()


async def ask(routing: Bench, mailbox: Mailbox) -> str:
    """Ask mediation something; the path of the link that it gets."""
    await routing.hears(a_report())
    await routing.turn("deliver")
    return link_in(mailbox)


def link_in(mailbox: Mailbox) -> str:
    found = re.search(r"http://hub\.test(/partner/[\w-]{43})\s", mailbox.messages[-1].text)
    assert found
    return found[1]


async def asked(routing: Bench) -> Any:
    said = await routing.said()
    return next(
        m.assignment_id for m in said if isinstance(m, AssignmentOffered) and m.partner == "mediation"
    )


async def answer(routing: Bench, path: str, **filled: str) -> httpx2.Response:
    return await routing.client.post(path, data=filled)


async def refused(routing: Bench) -> list[str]:
    async with routing.transaction() as tx:
        return [reason for _, _, _, reason in await store.list_refused(tx)]


async def test_the_mail_tells_nothing_but_that_there_is_a_question(routing: Bench, mailbox: Mailbox) -> None:
    path = await ask(routing, mailbox)
    [mail] = mailbox.messages
    raw = mail.subject + mail.text
    assert path in raw
    for personal in (STORY, "Voorbeeldkade", "2599", "GEL-LEEF", a_report().reporter.name or "?"):
        assert personal not in raw
    assert re.fullmatch(r"Vraag [0-9A-F]{4}-[0-9A-F]{4} van het Meldpunt Woonoverlast", mail.subject)


async def test_the_page_shows_the_covenants_fields_and_no_other(routing: Bench, mailbox: Mailbox) -> None:
    page = await routing.client.get(await ask(routing, mailbox))
    assert page.status_code == 200
    assert "Kunt u bemiddelen?" in page.text
    assert "Zorg: wij zoeken hulp" in page.text
    assert "Voorbeeldkade" in page.text
    who = a_report().reporter
    for kept_back in (STORY, who.name, who.email, who.phone):
        assert str(kept_back) not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"


async def test_opening_the_link_changes_nothing(routing: Bench, mailbox: Mailbox) -> None:
    path = await ask(routing, mailbox)
    before = await routing.said()
    for _ in range(3):
        assert (await routing.client.get(path)).status_code == 200
        assert (await routing.client.head(path)).status_code in {200, 405}
    assert await routing.said() == before


async def test_only_a_hash_of_the_token_is_kept(routing: Bench, mailbox: Mailbox) -> None:
    token = (await ask(routing, mailbox)).rpartition("/")[2]
    async with routing.transaction() as tx:
        rows = [*await tx.execute(select(link_tokens)), *await tx.execute(select(links))]
        rows += await tx.execute(select(deliveries))
    assert token not in str(rows)
    assert token not in str(await routing.said())


async def test_from_taken_up_to_an_outcome(routing: Bench, mailbox: Mailbox) -> None:
    path = await ask(routing, mailbox)
    before = len(await routing.said())
    taken_up = await answer(routing, path, antwoord="accepted")
    assert (taken_up.status_code, taken_up.headers["location"]) == (303, f"{path}?gedaan=accepted")
    page = await routing.client.get(taken_up.headers["location"])
    assert "Genoteerd: u pakt dit op." in page.text
    assert 'value="accepted"' not in page.text  # it cannot follow itself
    await answer(
        routing, path, **{"antwoord": "in-progress", "toelichting-in-progress": "Morgen een gesprek."}
    )
    await answer(
        routing,
        path,
        **{"antwoord": "information-needed", "toelichting-information-needed": "Welke verdieping?"},
    )
    done = await answer(
        routing, path, antwoord="answered", uitkomst="not-solved", bevinding="violation-found"
    )
    assert done.headers["location"] == "/partner/bedankt"
    assert "Uw antwoord is ontvangen" in (await routing.client.get("/partner/bedankt")).text
    said = (await routing.said())[before:]
    kinds = [
        type(m)
        for m in said
        if type(m).__name__.startswith("Assignment") and getattr(m, "partner", None) == "mediation"
    ]
    assert kinds[:6] == [
        AssignmentAccepted, AssignmentProgressed, AssignmentNoted, AssignmentQueried, AssignmentNoted, AssignmentAnswered,
    ]  # fmt: skip
    last = next(m for m in said if isinstance(m, AssignmentAnswered))
    assert (last.outcome, last.finding) == ("not-solved", "violation-found")


async def test_declined_with_a_reason(routing: Bench, mailbox: Mailbox) -> None:
    path = await ask(routing, mailbox)
    await answer(
        routing,
        path,
        **{"antwoord": "declined", "reden": "no-capacity", "toelichting-declined": "Tot januari vol."},
    )
    declined = next(m for m in await routing.said() if isinstance(m, AssignmentDeclined))
    assert declined.reason == "no-capacity"
    assert GONE in (await routing.client.get(path)).text


@pytest.mark.parametrize(
    ("filled", "sentence"),
    [
        ({}, "Kies wat u wilt antwoorden."),
        ({"antwoord": "misschien"}, "Kies wat u wilt antwoorden."),
        ({"antwoord": "declined"}, "Kies waarom u dit niet kunt doen."),
        ({"antwoord": "declined", "reden": "zomaar"}, "Kies waarom u dit niet kunt doen."),
        ({"antwoord": "information-needed"}, "Schrijf op wat u wilt weten."),
        ({"antwoord": "answered"}, "Kies wat de uitkomst is."),
        ({"antwoord": "answered", "uitkomst": "solved", "bevinding": "goud"}, "uit de lijst"),
        ({"antwoord": "in-progress", "toelichting-in-progress": "a" * 4001}, "Nu zijn het er 4001."),
        ({"antwoord": "in-progress", "toelichting-in-progress": "a\x00"}, "een teken"),
    ],
)
async def test_what_is_missing_is_said_above_the_page_and_loses_nothing(
    routing: Bench, mailbox: Mailbox, filled: dict[str, str], sentence: str
) -> None:
    path = await ask(routing, mailbox)
    before = await routing.said()
    page = await answer(routing, path, **filled)
    assert page.status_code == 422
    assert sentence in page.text
    assert "msw-errors" in page.text
    if filled.get("antwoord") in {"declined", "answered"}:
        assert re.search(rf'value="{filled["antwoord"]}" checked', page.text)
    assert await routing.said() == before


async def test_the_same_answer_twice_has_one_effect(routing: Bench, mailbox: Mailbox) -> None:
    path = await ask(routing, mailbox)
    await answer(routing, path, antwoord="accepted")
    before = await routing.said()
    again = await answer(routing, path, antwoord="accepted")
    assert again.status_code == 409
    assert "past niet meer bij hoe het nu staat. Er is niets veranderd." in again.text
    assert await routing.said() == before
    assert await refused(routing) == ["CannotFollow"]


async def test_after_the_last_answer_the_link_is_dead_and_its_content_gone(
    routing: Bench, mailbox: Mailbox
) -> None:
    path = await ask(routing, mailbox)
    await answer(routing, path, antwoord="answered", uitkomst="solved")
    late = await answer(routing, path, antwoord="accepted")
    never = await routing.client.get("/partner/" + "x" * 43)
    assert [late.status_code, never.status_code] == [404, 404]
    assert late.text == never.text == (await routing.client.get(path)).text
    assert GONE in late.text
    async with routing.transaction() as tx:
        assert [(row.view, row.closed_at is None) for row in await tx.execute(select(links))] == [
            (None, False)
        ]
    assert await refused(routing) == ["LinkClosed"]


async def test_a_link_expires_thirty_days_after_the_term(routing: Bench, mailbox: Mailbox) -> None:
    path = await ask(routing, mailbox)
    due = next(m.due_at for m in await routing.said() if isinstance(m, AssignmentOffered))
    routing.at(due + timedelta(days=29))
    assert (await routing.client.get(path)).status_code == 200
    routing.at(due + timedelta(days=30, seconds=1))
    assert GONE in (await routing.client.get(path)).text
    assert GONE in (await answer(routing, path, antwoord="accepted")).text
    await routing.turn("forget")
    async with routing.transaction() as tx:
        assert [row.view for row in await tx.execute(select(links))] == [None]


async def withdraw(routing: Bench) -> None:
    settings = routing.service.settings
    desk = Desk(
        InForce(policy_file.load()), register_file.load(register()), settings.calendar(), Pseudonyms("k" * 32),
        Envelope("urn:nld:oin:1:systeem:hub", "https://schemas.example", "https://hub.example"),
    )  # fmt: skip
    async with routing.transaction() as tx:
        take_back(await assignments.get(tx, await asked(routing)), "not-needed", tx, desk)


async def test_a_question_that_is_taken_back_is_told_and_the_link_is_dead(
    routing: Bench, mailbox: Mailbox
) -> None:
    path = await ask(routing, mailbox)
    await withdraw(routing)
    await routing.turn("deliver")
    assert [mail.subject.endswith("is ingetrokken") for mail in mailbox.messages] == [False, True]
    assert GONE in (await routing.client.get(path)).text


async def test_what_was_taken_back_before_it_went_out_is_not_sent(routing: Bench, mailbox: Mailbox) -> None:
    await routing.hears(a_report())
    await withdraw(routing)
    await routing.turn("deliver")
    await routing.turn("deliver")
    assert mailbox.messages == []


async def test_mail_that_is_refused_makes_the_question_a_persons(
    put: Callable[..., Awaitable[Bench]],
) -> None:
    routing = await put("", "wie@refused.example")
    await routing.hears(a_report())
    await routing.turn("deliver")
    [told] = [m for m in await routing.said() if isinstance(m, AssignmentUndeliverable)]
    assert told.why == "Buurtbemiddeling neemt deze vraag niet aan: vraag het zelf."
    async with routing.transaction() as tx:
        assert [row.view for row in await tx.execute(select(links))] == [None]


async def test_mail_that_is_not_taken_now_goes_later(
    put: Callable[..., Awaitable[Bench]], mailbox: Mailbox
) -> None:
    routing = await put("", "wie@later.example")
    await routing.hears(a_report())
    await routing.turn("deliver")
    assert mailbox.messages == []
    async with routing.transaction() as tx:
        await tx.execute(deliveries.update().values(next_at=tx.now))
    await routing.turn("deliver")
    assert len(mailbox.messages) == 1


async def test_who_gets_the_mail_twice_has_two_links_that_work(routing: Bench, mailbox: Mailbox) -> None:
    first = await ask(routing, mailbox)
    async with routing.transaction() as tx:  # as if we died before it was written down
        await tx.execute(deliveries.update().values(stage="waiting", next_at=tx.now, done_at=None))
    await routing.turn("deliver")
    second = link_in(mailbox)
    assert first != second
    assert [(await routing.client.get(path)).status_code for path in (first, second)] == [200, 200]


async def test_with_a_second_factor_the_code_comes_first(
    put: Callable[..., Awaitable[Bench]], mailbox: Mailbox, tmp_path: Path
) -> None:
    (tmp_path / "mediation.code").write_text("482913\n", encoding="utf-8")
    routing = await put("second_factor = true")
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
    put: Callable[..., Awaitable[Bench]], mailbox: Mailbox, tmp_path: Path
) -> None:
    (tmp_path / "mediation.code").write_text("482913\n", encoding="utf-8")
    routing = await put("second_factor = true")
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
