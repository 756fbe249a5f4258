"""The citizen's form is kept page by page, loses nothing, and is sent once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from chassis.testing import Bench
from contracts.intake import Channel, ReportSubmitted, Tenure
from intake.handlers import pins
from intake.tables import drafts, reports

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WHAT = {"soort": "geluid", "verhaal": "Elke nacht muziek.\nTot vier uur."}
QUESTIONS = {
    "vraag-noise-source": "music",
    "vraag-times": ["night", "evening"],
    "vraag-noise-installation": "x",
}
WHERE = {"postcode": "2599zx", "huisnummer": "13", "toevoeging": "", "woonvorm": "corporation-tenant"}
WHO = {"naam": "A. Voorbeeld", "email": "a@example.nl", "telefoon": ""}
PAGES: dict[str, dict[str, Any]] = {
    "/melden": WHAT,
    "/melden/vragen": QUESTIONS,
    "/melden/waar": WHERE,
    "/melden/gegevens": WHO,
}


class Page(HTMLParser):
    """The ids, links and fields of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.ticked: set[tuple[str, str]] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids.add(found.get("id", ""))
        if tag == "a":
            self.links.append(found.get("href", ""))
        if "checked" in found:
            self.ticked.add((found["name"], found["value"]))


@pytest.fixture
async def intake(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    bench = await on_bench("intake")
    bench.at(NOW)
    return bench


async def fill_in(client: httpx2.AsyncClient, root: str = "", **changes: dict[str, object]) -> None:
    """All pages, one after the other, as a browser does."""
    for path, fields in PAGES.items():
        name = path.rpartition("/")[2]
        answer = await client.post(root + path, data=fields | changes.get(name, {}))
        assert answer.status_code == 303, answer.text


async def send(client: httpx2.AsyncClient, root: str = "") -> httpx2.Response:
    answer = await client.post(f"{root}/melden/controle")
    assert answer.headers["location"] == f"{root}/melden/ontvangen"
    return await client.get(answer.headers["location"])


async def submitted(intake: Bench) -> ReportSubmitted:
    [report] = [message for message in await intake.said() if isinstance(message, ReportSubmitted)]
    return report


async def pin_of(page: httpx2.Response) -> str:
    [pin] = [
        part.partition("<")[0].replace(" ", "")
        for part in page.text.split('<p class="msw-number">')
        if part[:3].isdigit()
    ]
    return pin


async def test_the_form_gives_the_report_that_the_api_gives(intake: Bench) -> None:
    await fill_in(intake.client)
    page = await send(intake.client)
    report = await submitted(intake)
    assert (report.category, report.channel, report.language) == ("GEL-ERNST", Channel.WEB, "nl")
    assert (report.address.key, report.reporter.tenure) == ("2599zx-13", Tenure.CORPORATION_TENANT)
    assert [(answer.question, answer.value) for answer in report.answers] == [
        ("noise-source", "music"),
        ("times", "night"),
        ("times", "evening"),
    ]
    assert report.reference in page.text
    assert f"/volgen/{report.reference}" in Page(page.text).links


async def test_each_page_leads_to_the_next(intake: Bench) -> None:
    places = []
    for path, fields in PAGES.items():
        places.append((await intake.client.post(path, data=fields)).headers["location"])
    assert places == ["/melden/vragen", "/melden/waar", "/melden/gegevens", "/melden/controle"]


async def test_going_back_shows_what_was_filled_in(intake: Bench) -> None:
    await fill_in(intake.client)
    assert "Elke nacht muziek." in (await intake.client.get("/melden")).text
    ticked = Page((await intake.client.get("/melden/vragen")).text).ticked
    assert ticked == {("vraag-noise-source", "music"), ("vraag-times", "night"), ("vraag-times", "evening")}
    assert 'value="2599zx"' in (await intake.client.get("/melden/waar")).text


async def test_a_box_that_is_no_longer_ticked_is_forgotten(intake: Bench) -> None:
    await fill_in(intake.client, gegevens={"anoniem": "ja"})
    await intake.client.post("/melden/gegevens", data=WHO)
    assert ("anoniem", "ja") not in Page((await intake.client.get("/melden/gegevens")).text).ticked


@pytest.mark.parametrize(
    ("path", "wrong", "linked"),
    [
        ("/melden", {"verhaal": " "}, {"soort", "verhaal"}),
        ("/melden", {"soort": "geluid", "verhaal": "a" * 10_001}, {"verhaal"}),
        ("/melden/waar", {"postcode": "0123"}, {"postcode", "huisnummer", "woonvorm"}),
        ("/melden/waar", WHERE | {"toevoeging": "a" * 11}, {"toevoeging"}),
        ("/melden/gegevens", {"email": "geen", "telefoon": "abc"}, {"email", "telefoon"}),
    ],
)
async def test_every_fault_of_the_page_is_in_the_summary_with_a_link_to_its_field(
    intake: Bench, path: str, wrong: dict[str, str], linked: set[str]
) -> None:
    answer = await intake.client.post(path, data=wrong)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert {link[1:] for link in page.links if link.startswith("#") and link != "#inhoud"} == linked
    assert linked <= page.ids
    assert "<title>Fout:" in answer.text


async def test_an_answer_that_is_too_long_is_named(intake: Bench) -> None:
    await intake.client.post("/melden", data=WHAT)
    long = {"vraag-noise-source": "installation", "vraag-noise-installation": "a" * 501}
    answer = await intake.client.post("/melden/vragen", data=long)
    assert answer.status_code == 422
    assert "#vraag-noise-installation" in Page(answer.text).links


async def test_what_was_wrong_is_kept_too(intake: Bench) -> None:
    await intake.client.post("/melden", data=WHAT)
    answer = await intake.client.post("/melden/waar", data=WHERE | {"postcode": "0123"})
    assert 'value="0123"' in answer.text
    assert 'value="0123"' in (await intake.client.get("/melden/waar")).text


async def test_a_story_with_markup_or_strange_signs_is_shown_as_text(intake: Bench) -> None:
    answer = await intake.client.post("/melden", data={"verhaal": "<script>x</script>\0"})
    assert answer.status_code == 422
    assert "<script>x" not in answer.text


async def test_nobody_checks_a_report_that_is_not_finished(intake: Bench) -> None:
    await intake.client.post("/melden", data=WHAT)
    for path in ("/melden/gegevens", "/melden/controle"):
        assert (await intake.client.get(path)).headers["location"] == "/melden/waar"
    assert (await intake.client.post("/melden/controle")).headers["location"] == "/melden/waar"
    assert await intake.said() == []


async def test_what_is_to_be_changed_is_one_click_away_and_back(intake: Bench) -> None:
    await fill_in(intake.client)
    page = Page((await intake.client.get("/melden/controle")).text)
    assert {link for link in page.links if "wijzig" in link} == {
        "/melden?wijzig#soort",
        "/melden?wijzig#verhaal",
        "/melden/vragen?wijzig#vraag-noise-source",
        "/melden/vragen?wijzig#vraag-times",
        "/melden/waar?wijzig#postcode",
        "/melden/waar?wijzig#woonvorm",
        "/melden/gegevens?wijzig#naam",
        "/melden/gegevens?wijzig#email",
        "/melden/gegevens?wijzig#telefoon",
    }
    answer = await intake.client.post("/melden?wijzig", data=WHAT | {"verhaal": "Nu ook overdag."})
    assert answer.headers["location"] == "/melden/controle"
    answer = await intake.client.post("/melden?wijzig", data=WHAT | {"soort": "ruzie"})
    assert answer.headers["location"] == "/melden/vragen?wijzig"


async def test_another_kind_makes_the_answers_about_the_first_not_count(intake: Bench) -> None:
    await fill_in(intake.client)
    await intake.client.post("/melden?wijzig", data=WHAT | {"soort": "ruzie"})
    await intake.client.post(
        "/melden/vragen", data={"vraag-quarrel-nature": "threat", "vraag-violence": "yes"}
    )
    await send(intake.client)
    report = await submitted(intake)
    assert (report.category, report.signals.danger) == ("INTIM", True)
    assert [answer.question for answer in report.answers] == ["quarrel-nature", "violence"]


async def test_an_address_that_is_known_is_shown_and_one_that_is_not_stops_nobody(intake: Bench) -> None:
    await intake.client.post("/melden", data=WHAT)
    looked_up = await intake.client.post("/melden/waar", data=WHERE | {"woonvorm": "", "zoek": "ja"})
    assert looked_up.headers["location"] == "/melden/waar"
    assert "Demobuurt-Noord" in (await intake.client.get("/melden/waar")).text
    unknown = WHERE | {"postcode": "2599 AA"}
    fragment = await intake.client.post("/melden/adres", data=unknown)
    assert "Wij kennen dit adres niet. U kunt gewoon verder." in fragment.text
    assert "<html" not in fragment.text
    assert (await intake.client.post("/melden/waar", data=unknown)).status_code == 303
    half = (await intake.client.post("/melden/adres", data={"postcode": "25"})).text
    assert "Hier ziet u straks welke straat erbij hoort." in half
    assert "kennen" not in half


@pytest.mark.parametrize(
    ("what", "questions", "said", "not_said"),
    [
        ({}, {}, "Een rustig gesprek helpt vaak", "Ga er niet zelf op af"),
        ({"soort": "ruzie"}, {"vraag-quarrel-nature": "threat"}, "Ga er niet zelf op af", "rustig gesprek"),
        ({"soort": "ruzie"}, {"vraag-quarrel-nature": "quarrel"}, "Buurtbemiddeling is gratis", "zelf op af"),
        ({"soort": "zorgen"}, {"vraag-danger": "yes"}, "Ga er niet zelf op af", "dagboek"),
    ],
)
async def test_advice_fits_the_kind(
    intake: Bench, what: dict[str, object], questions: dict[str, object], said: str, not_said: str
) -> None:
    await intake.client.post("/melden", data=WHAT | what)
    await intake.client.post("/melden/vragen", data=questions)
    await intake.client.post("/melden/waar", data=WHERE)
    await intake.client.post("/melden/gegevens", data=WHO)
    page = await intake.client.get("/melden/controle")
    assert said in page.text
    assert not_said not in page.text


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


async def test_the_english_form_is_the_same_form(intake: Bench) -> None:
    await fill_in(intake.client, root="/en")
    check = await intake.client.get("/en/melden/controle")
    assert '<html lang="en">' in check.text
    for words in ("Check your report", "Noise", "Music or parties", "At night, In the evening", "Change"):
        assert words in check.text
    assert "Controleer uw melding" in (await intake.client.get("/melden/controle")).text
    page = await send(intake.client, root="/en")
    report = await submitted(intake)
    assert (report.language, report.answers[0].words) == ("en", "Muziek of feest")
    assert f"/en/volgen/{report.reference}" in Page(page.text).links


async def test_faults_are_told_in_english_too(intake: Bench) -> None:
    answer = await intake.client.post("/en/melden", data={})
    assert "<title>Error: What is going on?" in answer.text
    assert "Choose what bothers you." in answer.text


async def test_every_page_links_to_itself_in_the_other_language(intake: Bench) -> None:
    assert "/en/melden" in Page((await intake.client.get("/melden")).text).links
    page = await intake.client.get("/en/melden")
    assert 'href="/melden" lang="nl" hreflang="nl">Nederlands</a>' in page.text


async def test_a_page_that_is_not_there_is_told_in_the_language_of_its_path(intake: Bench) -> None:
    for path, words in (
        ("/en/nowhere", "This page is not there"),
        ("/melden/nergens", "Deze pagina is er niet"),
    ):
        page = await intake.client.get(path, headers={"Accept": "text/html"})
        assert (page.status_code, words in page.text) == (404, True)
