"""The citizen's form, page by page: what is filled in is kept, and what is wrong is said."""

from collections.abc import Awaitable, Callable

import pytest
from citizen_form import NOW, PAGES, WHAT, WHERE, WHO, Page, fill_in, send, submitted

from chassis.testing import Bench
from contracts.intake import Channel, Tenure


@pytest.fixture
async def intake(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    bench = await on_bench("intake")
    bench.at(NOW)
    return bench


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
