"""The pages of the policy in a browser: a new version from paste to force, with four eyes, tried first, and taken back."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from browsing import CHROMIUM, chromium
from judging import press
from playwright.async_api import Browser, expect
from policy_versions import STRICTER, a_report, finish
from visiting import Visit, look, visits

from chassis.testing import Bench
from look import assets


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    assets.main()
    assets.fetch()
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    bench = await on_bench("routing")
    await bench.turn("follow_policy")
    return bench


@pytest.fixture
async def visit(browser: Browser, routing: Bench, tmp_path: Path) -> AsyncIterator[Visit]:
    async with visits(browser, routing, tmp_path) as visit:
        yield visit


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_version_is_proposed_tried_put_in_force_and_taken_back(  # noqa: C901, PLR0915  one journey
    visit: Visit,
    routing: Bench,
    scripts: bool,  # noqa: FBT001
) -> None:
    await routing.hears(*(a_report(kind) for kind in ("BUREN", "BUREN", "VERWARD", "WAPEN")))
    see = scripts  # what is seen is judged once, with scripts: axe is one
    one = await visit("beleid", "/beleid", scripts=scripts)
    await expect(one.get_by_text("Versie 2026-12.1 geldt")).to_be_visible()
    await expect(one.get_by_role("link", name="Beleid", exact=True)).to_have_attribute("aria-current", "page")
    if see:
        await look(one, "beleid")
    await one.get_by_role("link", name="Nieuwe versie voorstellen").click()
    if see:
        await look(one, "beleid-nieuw")
    await one.get_by_label("Of de tekst van het beleid").fill(STRICTER.replace("term = 1\n", "term = 0\n", 1))
    await press(one, "Nakijken en voorstellen")
    await expect(one.get_by_role("alert")).to_contain_text("gevaar.term: moet meer zijn dan 0")
    await expect(one.get_by_role("alert")).to_contain_text("regel ")
    if see:
        await look(one, "beleid-fout")
    await one.get_by_label("Of de tekst van het beleid").fill(STRICTER)
    await one.get_by_label("Wat verandert er").fill("Het meldpunt kijkt mee bij burenruzies.")
    await press(one, "Nakijken en voorstellen")
    await expect(one.get_by_text("U hebt deze versie zelf voorgesteld")).to_be_visible()
    if see:
        await look(one, "beleid-eigen")

    await one.get_by_role("combobox", name="Welke meldingen?").select_option("")
    await press(one, "Begin")
    await expect(one.get_by_role("progressbar")).to_be_visible()
    if see:
        await look(one, "beleid-proef-bezig")
    await finish(routing)
    if not scripts:
        await one.get_by_role("link", name="Vernieuwen").click()
    await expect(one.get_by_role("status")).to_contain_text(
        "Aan de meldingen is niets veranderd", timeout=15_000
    )
    await expect(one.get_by_text("Meldpunt 0 → 2")).to_be_visible()
    if see:
        await look(one, "beleid-proef")

    two = await visit("beleid-tweede", "/beleid/versies/2027-01.1", scripts=scripts)
    await press(two, "Laat deze versie gelden")
    await expect(two.get_by_role("alert")).to_contain_text("Schrijf op waarom")
    if see:
        await look(two, "beleid-versie-fout")
    await two.get_by_label("Waarom?").fill("Besproken in het overleg.")
    await two.get_by_label("Ja, dit beleid gaat gelden").press("Space")
    await press(two, "Laat deze versie gelden")
    await routing.turn("follow_policy")
    await two.reload()
    await expect(two.get_by_text("Versie 2027-01.1 geldt")).to_be_visible()
    await two.goto("/beleid/vergelijken?van=2026-12.1&naar=2027-01.1")
    await expect(two.get_by_role("heading", name="BUREN")).to_be_visible()
    await expect(two.get_by_text("Anders", exact=True)).to_be_visible()
    if see:
        await look(two, "beleid-vergelijken")

    await one.goto("/beleid/versies/2026-12.1")
    if see:
        await look(one, "beleid-terug")
    await one.get_by_label("Waarom?").fill("Het liep mis.")
    await one.get_by_label("Ja, dit beleid gaat weer gelden").press("Space")
    await press(one, "Zet deze versie terug")
    await expect(one.get_by_text("Versie 2026-12.1 geldt")).to_be_visible()


async def test_a_file_is_taken_too(visit: Visit) -> None:
    page = await visit("beleid", "/beleid/nieuw", scripts=False)
    await page.get_by_label("Bestand").set_input_files(
        {"name": "beleid.toml", "mimeType": "application/toml", "buffer": STRICTER.encode()}
    )
    await press(page, "Nakijken en voorstellen")
    await expect(page.get_by_role("heading", name="Versie 2027-01.1")).to_be_visible()


async def test_who_may_only_read_sees_no_way_to_change(visit: Visit) -> None:
    page = await visit("regie", "/beleid/versies/2026-12.1")
    await expect(page.get_by_role("heading", name="Versie 2026-12.1")).to_be_visible()
    assert await page.get_by_role("button", name="Begin").count() == 0
    await page.goto("/beleid/vergelijken")
    await expect(page.get_by_role("heading", name="Geen verschil")).to_be_visible()
    await look(page, "beleid-gelijk")
    answer = await page.goto("/beleid/nieuw")
    assert answer is not None
    assert answer.status == 403


async def test_a_dry_run_without_reports_says_so(visit: Visit, routing: Bench) -> None:
    page = await visit("beleid", "/beleid/versies/2026-12.1", scripts=True)
    await press(page, "Begin")
    await finish(routing)
    await page.reload()
    await expect(page.get_by_role("status")).to_contain_text("geen meldingen in deze tijd")
    await look(page, "beleid-proef-leeg")
