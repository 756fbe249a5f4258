"""What a browser thinks of every component: accessible, within the content policy, never wider than the screen."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from look import assets

PATHS = [
    "/melden",
    "/melden/fout",
    "/volgen",
    "/storing",
    "/zaken",
    "/telefoon",
    "/toezicht",
    "/inloggen",
    "/werkplek/storing",
]

AXE = assets.MODULES / "axe-core" / "axe.min.js"
LISTEN = "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective + ' ' + e.sourceFile))"
JUDGE = """async tags => (await axe.run({ runOnly: tags })).violations.map(
    fault => fault.id + ': ' + fault.nodes.map(node => node.html).join(' | '))"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OUTSIDE = """() => [...document.querySelectorAll('.msw-card :not(thead, thead *)')].filter(element => {
    const card = element.closest('.msw-card').getBoundingClientRect(), own = element.getBoundingClientRect();
    return own.width > 1 && (own.right > card.right + 1 || own.left < card.left - 1);
}).map(element => element.outerHTML.slice(0, 80))"""


@pytest.fixture
async def page(chromium: Browser, gallery: str) -> AsyncIterator[Page]:
    context = await chromium.new_context(base_url=gallery)
    await context.add_init_script(path=AXE)
    await context.add_init_script(LISTEN)
    yield await context.new_page()
    await context.close()


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_is_accessible_at_desk_and_in_hand(page: Page, path: str) -> None:
    for width in (1366, 390):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.goto(path, wait_until="networkidle")
        assert await page.evaluate("refused") == []
        assert await page.evaluate(JUDGE, TAGS) == []


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_never_scrolls_sideways(page: Page, path: str) -> None:
    await page.goto(path, wait_until="networkidle")
    for width in (320, 390, 1366):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await page.evaluate(OUTSIDE) == []


async def test_the_error_summary_takes_focus_and_leads_to_the_field(page: Page) -> None:
    await page.goto("/melden/fout")
    assert await page.evaluate("document.activeElement.className") == "msw-errors"
    await page.get_by_role("link", name="Kies van welke overlast").click()
    assert await page.evaluate("document.activeElement.id") == "kind"


async def test_htmx_works_within_the_content_policy(page: Page) -> None:
    await page.goto("/melden")
    await page.get_by_text("Buurt: Demobuurt-Noord").wait_for()
    assert await page.evaluate("refused") == []


async def test_the_whole_box_of_a_choice_answers_a_click(page: Page) -> None:
    await page.goto("/melden")
    box = page.locator(".msw-choice").first
    await box.click(position={"x": 300, "y": 40})
    assert await box.locator("input").is_checked()
