"""How a draft ends: sent once, forgotten after a day, and opened by nobody else."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx2
import pytest
from citizen_form import NOW, WHAT, WHERE, fill_in, send, submitted
from sqlalchemy import select

from chassis.testing import Bench
from contracts.intake import ReportSubmitted
from intake.handlers import pins
from intake.tables import drafts, reports


@pytest.fixture
async def intake(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    bench = await on_bench("intake")
    bench.at(NOW)
    return bench


async def pin_of(page: httpx2.Response) -> str:
    [pin] = [
        part.partition("<")[0].replace(" ", "")
        for part in page.text.split('<p class="msw-number">')
        if part[:3].isdigit()
    ]
    return pin


async def test_two_clicks_at_once_are_one_report(intake: Bench) -> None:
    await fill_in(intake.client, gegevens={"email": ""})
    clicks = await asyncio.gather(*(intake.client.post("/melden/controle") for _ in range(4)))
    assert {click.headers["location"] for click in clicks} == {"/melden/ontvangen"}
    page = await intake.client.get("/melden/ontvangen")
    report = await submitted(intake)
    async with intake.transaction() as tx:
        assert await pins.find_report(tx, report.reference, await pin_of(page)) == report.report_id


async def test_what_was_sent_is_no_longer_in_the_draft(intake: Bench) -> None:
    await fill_in(intake.client)
    await send(intake.client)
    async with intake.transaction() as tx:
        [draft] = (await tx.execute(select(drafts))).all()
    assert (draft.fields, draft.pin) == ({}, None)
    for path in ("/melden/waar", "/melden/controle"):
        assert (await intake.client.get(path)).headers["location"] == "/melden/ontvangen"
    assert "Elke nacht" not in (await intake.client.get("/melden")).text
    await fill_in(intake.client)
    await send(intake.client)
    assert len([said for said in await intake.said() if isinstance(said, ReportSubmitted)]) == 2


async def test_who_gives_no_email_sees_a_pin_once_and_it_is_stored_as_a_slow_hash(intake: Bench) -> None:
    await fill_in(intake.client, gegevens={"email": "", "anoniem": "ja"})
    pin = await pin_of(await send(intake.client))
    assert len(pin) == 6
    assert pin.isdigit()
    again = await intake.client.get("/melden/ontvangen")
    report = await submitted(intake)
    assert report.reference in again.text
    assert "pincode" not in again.text
    async with intake.transaction() as tx:
        kept = (await tx.execute(select(reports.c.pin_hash))).scalar_one()
    assert kept.startswith("scrypt$16384$8$5$")
    assert pin not in kept


async def test_who_gives_an_email_gets_no_pin(intake: Bench) -> None:
    await fill_in(intake.client)
    page = await send(intake.client)
    assert "pincode" not in page.text
    async with intake.transaction() as tx:
        assert await pins.find_report(tx, (await submitted(intake)).reference, "000000") is None


async def test_after_ten_wrong_pins_the_right_one_opens_nothing(intake: Bench) -> None:
    await fill_in(intake.client, gegevens={"email": ""})
    pin = await pin_of(await send(intake.client))
    report = await submitted(intake)
    wrong = f"{(int(pin) + 1) % 1_000_000:06d}"

    async def tries(guess: str) -> bool:
        async with intake.transaction() as tx:
            return await pins.find_report(tx, report.reference, guess) == report.report_id

    assert [await tries(guess) for guess in (wrong, pin)] == [False, True]
    assert [await tries(wrong) for _ in range(10)] == [False] * 10
    assert not await tries(pin)


async def test_a_draft_is_forgotten_after_a_day(intake: Bench) -> None:
    await fill_in(intake.client)
    intake.at(NOW + timedelta(hours=23, minutes=59))
    await intake.turn("forget_drafts")
    assert (await intake.client.get("/melden/controle")).status_code == 200
    intake.at(NOW + timedelta(hours=24))
    assert (await intake.client.get("/melden/controle")).headers["location"] == "/melden?kwijt"
    assert "Wij hebben uw antwoorden niet meer" in (await intake.client.get("/melden?kwijt")).text
    assert (await intake.client.post("/melden/controle")).headers["location"] == "/melden?kwijt"
    intake.at(NOW + timedelta(hours=24, seconds=1))
    await intake.turn("forget_drafts")
    async with intake.transaction() as tx:
        assert (await tx.execute(select(drafts))).all() == []


async def test_what_was_typed_on_a_later_page_is_kept_when_the_draft_is_gone(intake: Bench) -> None:
    answer = await intake.client.post("/melden/waar", data=WHERE)
    assert answer.headers["location"] == "/melden/gegevens"
    assert (await intake.client.get("/melden/gegevens")).headers["location"] == "/melden"
    assert 'value="2599zx"' not in (await intake.client.get("/melden")).text
    await intake.client.post("/melden", data=WHAT)
    assert 'value="2599zx"' in (await intake.client.get("/melden/waar")).text


async def test_the_drafts_id_is_in_a_cookie_that_scripts_and_other_sites_do_not_get(
    on_bench: Callable[..., Awaitable[Bench]],
) -> None:
    intake = await on_bench("intake", public_url="https://woonoverlast.example")
    answer = await intake.client.post("/melden", data=WHAT)
    cookie = answer.headers["set-cookie"]
    for attribute in ("HttpOnly", "SameSite=lax", "Secure", "Max-Age=86400", "Path=/"):
        assert attribute in cookie
    draft_id = cookie.partition("=")[2].partition(";")[0]
    assert len(draft_id) >= 43
    assert draft_id not in answer.headers["location"]


async def test_a_form_from_another_site_is_refused(intake: Bench) -> None:
    answer = await intake.client.post("/melden", data=WHAT, headers={"Origin": "https://elders.example"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_who_fills_in_what_people_do_not_see_is_asked_once_more(intake: Bench) -> None:
    answer = await intake.client.post("/melden", data=WHAT | {"website": "https://spam.example"})
    assert answer.status_code == 422
    assert "Verstuur het nog een keer" in answer.text
    assert "spam.example" not in answer.text
    assert "Elke nacht muziek." in answer.text
