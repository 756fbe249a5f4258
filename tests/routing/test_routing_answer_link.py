"""The link to the answer page comes by mail, opens one question for a while, and is dead after the last answer."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from answering_by_link import GONE, a_report, answer, ask, link_in, refused, register
from sqlalchemy import select

from chassis.pseudonyms import Pseudonyms
from chassis.testing import Bench
from chassis.version_handlers import InForce
from contracts.routing import AssignmentOffered, AssignmentUndeliverable
from meldketen.mailbox import Mailbox
from routing.adapters import policy_file, register_file
from routing.adapters.envelope import Envelope
from routing.handlers.asking import Desk
from routing.handlers.taking_back import take_back
from routing.store import assignments
from routing.tables import deliveries, links

OnBench = Callable[..., Awaitable[Bench]]


@pytest.fixture
async def routing(by_mail: Callable[..., Awaitable[Bench]]) -> Bench:
    return await by_mail()


async def asked(routing: Bench) -> Any:
    said = await routing.said()
    return next(
        m.assignment_id for m in said if isinstance(m, AssignmentOffered) and m.partner == "mediation"
    )


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
        InForce(policy_file.load(), policy_file.shipped()), register_file.load(register()), settings.calendar(), Pseudonyms("k" * 32),
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
    by_mail: Callable[..., Awaitable[Bench]],
) -> None:
    routing = await by_mail("", "wie@refused.example")
    await routing.hears(a_report())
    await routing.turn("deliver")
    [told] = [m for m in await routing.said() if isinstance(m, AssignmentUndeliverable)]
    assert told.why == "Buurtbemiddeling neemt deze vraag niet aan: vraag het zelf."
    async with routing.transaction() as tx:
        assert [row.view for row in await tx.execute(select(links))] == [None]


async def test_mail_that_is_not_taken_now_goes_later(
    by_mail: Callable[..., Awaitable[Bench]], mailbox: Mailbox
) -> None:
    routing = await by_mail("", "wie@later.example")
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
