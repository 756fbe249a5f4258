"""The citizen's form in English is the same form."""

from collections.abc import Awaitable, Callable

import pytest
from citizen_form import NOW, Page, fill_in, send, submitted

from chassis.testing import Bench


@pytest.fixture
async def intake(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    bench = await on_bench("intake")
    bench.at(NOW)
    return bench


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
