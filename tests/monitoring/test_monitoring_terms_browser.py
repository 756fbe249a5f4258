"""The screens of the terms in a browser: a version from paste to force, tried first, and running clocks put on it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import CHROMIUM, chromium
from judging import press
from playwright.async_api import Browser, expect
from term_versions import SLOWER
from visiting import Visit, look, visits

from chassis.testing import Bench
from look import assets

if TYPE_CHECKING:
    from .conftest import Chain

PATH = "/toezicht/termijnen"


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    assets.main()
    assets.fetch()
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def visit(browser: Browser, monitoring: Bench, tmp_path: Path) -> AsyncIterator[Visit]:
    async with visits(browser, monitoring, tmp_path) as visit:
        yield visit


async def test_terms_are_proposed_tried_put_in_force_and_given_to_what_runs(
    visit: Visit, monitoring: Bench, chain: "Chain"
) -> None:
    await monitoring.turn("follow_terms")
    await monitoring.hears(chain.registered(), chain.offered(hours=24 * 30))
    one = await visit("beleid", PATH)
    await expect(one.get_by_text("Versie 2026-12.1 geldt")).to_be_visible()
    await expect(one.get_by_role("link", name="Termijnen", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    await look(one, "termijnen")
    await one.get_by_role("link", name="Nieuwe versie voorstellen").click()
    text = one.get_by_label("Of de tekst van de termijnen")
    await text.fill(SLOWER.replace("within = 8\n", "within = 0\n", 1))
    await press(one, "Nakijken en voorstellen")
    await expect(one.get_by_role("alert")).to_contain_text("eerste-antwoord.within: moet meer zijn dan 0")
    await look(one, "termijnen-nieuw")
    await text.fill(SLOWER)
    await one.get_by_label("Wat verandert er").fill("Partners krijgen acht werkdagen.")
    await press(one, "Nakijken en voorstellen")
    await expect(one.get_by_text("U hebt deze versie zelf voorgesteld")).to_be_visible()
    await look(one, "termijnen-versie")
    await press(one, "Reken na")
    row = one.get_by_role("row").filter(has_text="Politie")
    await expect(row).to_contain_text("Eerste antwoord")
    await look(one, "termijnen-proef")

    two = await visit("beleid-tweede", f"{PATH}/vergelijken?van=2026-12.1&naar=2027-01.1")
    await expect(two.get_by_role("row").filter(has_text="Termijn")).to_contain_text("8 werkdagen")
    await look(two, "termijnen-vergelijken")
    await two.goto(f"{PATH}/versies/2027-01.1")
    await press(two, "Laat deze versie gelden")
    await expect(two.get_by_role("alert")).to_contain_text("Schrijf op waarom")
    await two.get_by_label("Waarom?").fill("Besproken in het overleg.")
    await two.get_by_label("Ja, deze termijnen gaan gelden").press("Space")
    await press(two, "Laat deze versie gelden")
    await monitoring.turn("follow_terms")

    await two.get_by_role("link", name="Lopende termijnen omzetten").click()
    await press(two, "Zet om")
    await expect(two.get_by_role("alert")).to_contain_text("Schrijf op waarom")
    await look(two, "termijnen-lopend")
    await two.get_by_label("Waarom?").fill("Afgesproken met de partners.")
    await two.get_by_label("Ja, zet de lopende termijnen om").press("Space")
    await press(two, "Zet om")
    while await monitoring.turn("transfer_clocks"):
        pass
    await two.reload()
    await expect(two.get_by_text("1 kregen een later einde, 0 een eerder.")).to_be_visible()
    await look(two, "termijnen-na")

    watching = await visit("toezicht", f"{PATH}/versies/2026-12.1")
    await expect(watching.get_by_text("Uw werk vraagt dit niet.")).to_be_visible()
    answer = await watching.goto(f"{PATH}/nieuw")
    assert answer is not None
    assert answer.status == 403
