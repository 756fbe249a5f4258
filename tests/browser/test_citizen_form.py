"""The citizen's form in a browser: complete without JavaScript, accessible in every state, light and never too wide."""

import gzip
import os
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from judging import AXE, JUDGE, LISTEN, TAGS, WIDE, judge_html, press
from playwright.async_api import Browser, Page, Response, expect

from chassis.testing import Bench
from contracts.intake import ReportSubmitted

WHERE = "button => Math.round(button.getBoundingClientRect().top + scrollY)"
LIGHT = 60 * 1024
SHOTS = os.environ.get("MELDKETEN_SHOTS")

WORDS = {
    "": {
        "next": "Volgende stap",
        "noise": "Geluid",
        "story": "Wat gebeurt er?",
        "installation": "Een installatie of een bedrijf",
        "which": "Welke installatie of welk bedrijf?",
        "night": "'s Nachts",
        "postcode": "Postcode",
        "number": "Huisnummer",
        "unknown": "Wij kennen dit adres niet. U kunt gewoon verder.",
        "tenant": "Ik huur van een woningcorporatie",
        "email": "E-mailadres",
        "anonymous": "Ik wil anoniem blijven",
        "means": "Wat betekent anoniem melden?",
        "send": "Melding versturen",
        "received": "Uw melding is ontvangen",
    },
    "/en": {
        "next": "Next step",
        "noise": "Noise",
        "story": "What happens?",
        "installation": "An installation or a business",
        "which": "Which installation or business?",
        "night": "At night",
        "postcode": "Postcode",
        "number": "House number",
        "unknown": "We do not know this address. You can simply continue.",
        "tenant": "I rent from a housing association",
        "email": "E-mail address",
        "anonymous": "I want to stay anonymous",
        "means": "What does reporting anonymously mean?",
        "send": "Send report",
        "received": "We have received your report",
    },
}


async def walk(page: Page, root: str) -> AsyncIterator[str]:
    """Every state of the form, from the first page to the number."""
    page.set_default_timeout(10_000)
    for part in (tell_what, tell_where, tell_who_and_send):
        async for state in part(page, root, WORDS[root]):
            yield state


async def tell_what(page: Page, root: str, words: dict[str, str]) -> AsyncIterator[str]:
    go_on = partial(press, page, words["next"])
    await page.goto(f"{root}/melden?kwijt")
    yield "lost"
    await page.goto(f"{root}/melden")
    yield "what"
    await go_on()
    await expect(page.locator(".msw-errors")).to_be_visible()
    yield "what-wrong"
    await page.get_by_role("radio", name=words["noise"], exact=True).press("Space")
    await page.get_by_label(words["story"]).fill("Een pomp bromt.\nElke nacht.")
    await go_on()
    await expect(page.get_by_label(words["which"])).to_be_hidden()
    yield "questions"
    await page.get_by_role("radio", name=words["installation"]).press("Space")
    await page.get_by_label(words["which"]).fill("a" * 501)
    await page.get_by_role("checkbox", name=words["night"]).press("Space")
    await go_on()
    await expect(page.get_by_label(words["which"])).to_be_visible()
    yield "questions-wrong"
    await page.get_by_label(words["which"]).fill("Een warmtepomp")
    await go_on()


async def tell_where(page: Page, root: str, words: dict[str, str]) -> AsyncIterator[str]:
    go_on = partial(press, page, words["next"])
    yield "where"
    await page.get_by_label(words["postcode"]).fill("2599")
    await go_on()
    yield "where-wrong"
    await page.get_by_label(words["postcode"]).fill("2599 AA")
    await page.get_by_label(words["number"]).fill("13")
    await page.get_by_role("radio", name=words["tenant"]).press("Space")
    await go_on()
    yield "who"
    await page.goto(f"{root}/melden/waar")
    await expect(page.get_by_text(words["unknown"])).to_be_visible()
    yield "where-unknown"
    await page.get_by_label(words["postcode"]).fill("2599zx")
    await go_on()
    await page.goto(f"{root}/melden/waar")
    await expect(page.get_by_text("Voorbeeldkade 13")).to_be_visible()
    yield "where-known"
    await go_on()


async def tell_who_and_send(page: Page, _root: str, words: dict[str, str]) -> AsyncIterator[str]:
    go_on = partial(press, page, words["next"])
    await page.get_by_label(words["email"]).fill("geen adres")
    await go_on()
    yield "who-wrong"
    await page.get_by_label(words["email"]).fill("")
    await page.get_by_label(words["anonymous"]).press("Space")
    await page.get_by_text(words["means"]).click()
    yield "who-anonymous"
    await go_on()
    yield "check"
    await press(page, words["send"])
    await expect(page.get_by_role("heading", name=words["received"])).to_be_visible()
    await expect(page.locator(".msw-number")).to_have_count(2)
    yield "receipt"
    await page.reload()
    await expect(page.locator(".msw-number")).to_have_count(1)
    yield "receipt-again"


@pytest.mark.parametrize("root", ["", "/en"], ids=["nl", "en"])
async def test_the_form_completes_without_javascript_and_its_html_is_valid(
    browser: Browser, hub: str, intake: Bench, root: str, tmp_path: Path
) -> None:
    context = await browser.new_context(base_url=hub, java_script_enabled=False)
    page = await context.new_page()
    documents: list[Response] = []
    page.on("response", lambda r: documents.append(r) if r.request.resource_type == "document" else None)
    async for state in walk(page, root):
        (tmp_path / f"{state}.html").write_text(await documents[-1].text(), encoding="utf-8")
    await context.close()
    said = [message for message in await intake.said() if isinstance(message, ReportSubmitted)]
    assert [(report.category, report.language) for report in said] == [("GEL-INST", root[1:] or "nl")]
    assert await judge_html(tmp_path) == ""


@pytest.mark.parametrize(("root", "width"), [("", 1366), ("", 390), ("/en", 1366), ("/en", 390)])
async def test_every_state_is_accessible_and_fits(browser: Browser, hub: str, root: str, width: int) -> None:
    context = await browser.new_context(base_url=hub, viewport={"width": width, "height": 900})
    await context.add_init_script(path=AXE)
    await context.add_init_script(LISTEN)
    page = await context.new_page()
    found: dict[str, object] = {}
    async for state in walk(page, root):
        faults = [await page.evaluate(JUDGE, TAGS), await page.evaluate("refused")]
        if any(faults):
            found[state] = faults
        if SHOTS:
            await page.screenshot(
                path=Path(SHOTS) / f"{state}{root.replace('/', '-')}-{width}.png", full_page=True
            )
        for narrow in (320, width):
            await page.set_viewport_size({"width": narrow, "height": 900})
            if await page.evaluate(WIDE) > narrow:
                found[f"{state} at {narrow}"] = await page.evaluate(WIDE)
    await context.close()
    assert found == {}


async def test_a_page_weighs_less_than_sixty_kilobytes_without_its_fonts(browser: Browser, hub: str) -> None:
    context = await browser.new_context(base_url=hub)
    page = await context.new_page()
    weights: dict[str, int] = {}

    async def weigh(response: Response) -> None:
        if response.request.resource_type != "font" and response.ok:
            weights[response.url] = len(gzip.compress(await response.body(), 6))

    page.on("response", weigh)
    await page.goto("/melden", wait_until="networkidle")
    await context.close()
    assert len(weights) >= 4  # the page, two style sheets, the script
    assert sum(weights.values()) < LIGHT, weights


async def test_the_address_is_looked_up_while_it_is_typed(browser: Browser, hub: str) -> None:
    context = await browser.new_context(base_url=hub)
    page = await context.new_page()
    await page.goto("/melden")
    await page.get_by_role("radio", name="Geluid", exact=True).press("Space")
    await page.get_by_label("Wat gebeurt er?").fill("Elke nacht muziek.")
    await press(page, "Volgende stap")
    await press(page, "Volgende stap")
    await page.get_by_label("Postcode").fill("2599zx")
    await page.get_by_label("Huisnummer").press_sequentially("101")
    await expect(page.get_by_text("Buurt: Demobuurt-Noord")).to_be_visible()
    assert "2599" not in page.url
    await context.close()


@pytest.mark.parametrize("width", [1366, 390, 320])
async def test_what_is_found_at_an_address_moves_nothing(browser: Browser, hub: str, width: int) -> None:
    context = await browser.new_context(base_url=hub, viewport={"width": width, "height": 900})
    page = await context.new_page()
    await page.goto("/melden")
    await page.get_by_role("radio", name="Geluid", exact=True).press("Space")
    await page.get_by_label("Wat gebeurt er?").fill("Elke nacht muziek.")
    await press(page, "Volgende stap")
    await press(page, "Volgende stap")
    button = page.get_by_role("button", name="Volgende stap")
    before = await button.evaluate(WHERE)
    await page.get_by_label("Postcode").fill("2599zx")
    await page.get_by_label("Huisnummer").press_sequentially("101")
    await expect(page.get_by_text("Buurt: Demobuurt-Noord")).to_be_visible()
    known = await button.evaluate(WHERE)
    await page.get_by_label("Postcode").fill("2599aa")
    await page.get_by_label("Huisnummer").press("Tab")
    await expect(page.get_by_text("Wij kennen dit adres niet.")).to_be_visible()
    assert [known, await button.evaluate(WHERE)] == [before, before]
    await context.close()


async def test_going_back_in_the_browser_loses_nothing(browser: Browser, hub: str) -> None:
    context = await browser.new_context(base_url=hub, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/melden")
    await page.get_by_role("radio", name="Geluid", exact=True).press("Space")
    await page.get_by_label("Wat gebeurt er?").fill("Elke nacht muziek.")
    await press(page, "Volgende stap")
    await press(page, "Volgende stap")
    await page.go_back()
    await page.go_back()
    await expect(page.get_by_label("Wat gebeurt er?")).to_have_value("Elke nacht muziek.")
    await press(page, "Volgende stap")
    await press(page, "Volgende stap")
    await page.get_by_label("Postcode").fill("2599zx")
    await page.get_by_label("Huisnummer").fill("13")
    await page.get_by_role("radio", name="Ik ben eigenaar").press("Space")
    await press(page, "Volgende stap")
    await page.go_back()
    await expect(page.get_by_label("Postcode")).to_have_value("2599zx")
    await press(page, "Volgende stap")
    await press(page, "Volgende stap")
    await press(page, "Melding versturen")
    await page.go_back()
    await expect(page.get_by_role("heading", name="Uw melding is ontvangen")).to_be_visible()
    await context.close()


async def test_the_error_summary_takes_focus_and_leads_to_the_field(browser: Browser, hub: str) -> None:
    context = await browser.new_context(base_url=hub)
    page = await context.new_page()
    await page.goto("/melden")
    await press(page, "Volgende stap")
    assert await page.evaluate("document.activeElement.className") == "msw-errors"
    await page.get_by_role("link", name="Kies van welke overlast").click()
    assert await page.evaluate("document.activeElement.id") == "soort"
    await context.close()
