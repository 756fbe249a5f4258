"""Somebody at a partner without a system answers on a page, and loses nothing that was filled in."""

import re
from collections.abc import Awaitable, Callable

import pytest
from answering_by_link import GONE, STORY, a_report, answer, ask, refused
from sqlalchemy import select

from chassis.testing import Bench
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentNoted,
    AssignmentProgressed,
    AssignmentQueried,
)
from meldketen.mailbox import Mailbox
from routing.tables import deliveries, link_tokens, links

OnBench = Callable[..., Awaitable[Bench]]


@pytest.fixture
async def routing(by_mail: Callable[..., Awaitable[Bench]]) -> Bench:
    return await by_mail()


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
