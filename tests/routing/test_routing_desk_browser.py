"""The desk's pages in a browser: a decision without JavaScript, accessible, valid HTML and never too wide."""

import asyncio
import os
import socket
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from browsing import CHROMIUM, chromium
from playwright.async_api import Browser, Page, Response, expect

from chassis.clock import wall_clock
from chassis.principals import COOKIE, Signer
from look import assets
from look.pages import static_app
from routing.domain.assignments import State

if TYPE_CHECKING:
    from .conftest import Directed

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}")

RULES = Path(__file__).parents[1] / "browser" / "htmlvalidate.json"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
JUDGE = """async tags => (await axe.run({ runOnly: tags })).violations.map(
    fault => fault.id + ': ' + fault.nodes.map(node => node.html).join(' | '))"""
WIDE = "document.documentElement.scrollWidth"
SHOTS = os.environ.get("MELDKETEN_SHOTS")


@pytest.fixture
async def served(city: "Directed") -> AsyncIterator[str]:
    """The city's routing, to be reached by a browser."""
    assets.main()
    assets.fetch()
    app = city.app
    app.mount("/static", static_app())
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def signed_in(browser: Browser, served: str, city: "Directed", **how: object) -> Page:
    key = city.bench.service.settings.signing_key.get_secret_value()
    scopes = ["assignments:read", "assignments:direct"]
    token = Signer(key).issue("M. de Vries", scopes, wall_clock(), timedelta(hours=1))
    context = await browser.new_context(base_url=served, **how)  # type: ignore[arg-type]
    await context.add_cookies([{"name": COOKIE, "value": token, "url": served}])
    return await context.new_page()


async def press(page: Page, button: str) -> None:
    async with page.expect_event("load"):
        await page.get_by_role("button", name=button).click()


async def walk(page: Page, city: "Directed") -> AsyncIterator[str]:
    """From an empty list to a decision, by a form that was filled in wrong first."""
    await page.goto("/uitzettingen")
    yield "leeg"
    await city.misses("police")
    await city.answers("ggz", State.DECLINED, reason="no-capacity")
    await city.answers("neighbourhood-team", State.INFORMATION_NEEDED)
    await page.reload()
    yield "lijst"
    await page.goto("/uitzettingen?wacht=desk")
    yield "gezeefd"
    await page.goto(f"/uitzettingen/{(await city.of('ggz')).assignment_id}")
    yield "vraag"
    await page.get_by_text("Een andere partner vragen").click()
    await press(page, "Vraag deze partner")
    await expect(page.locator(".msw-errors")).to_be_visible()
    yield "fout"
    await page.get_by_label("Wie vraagt u?").select_option("health-service")
    await page.locator("#reassign-waarom").select_option("declined")
    await press(page, "Vraag deze partner")
    await expect(page.get_by_text("Gedaan: u vroeg GGD in plaats hiervan.")).to_be_visible()
    yield "gedaan"


async def test_a_decision_is_taken_without_javascript_on_pages_of_valid_html(
    browser: Browser, served: str, worry: "Directed", tmp_path: Path
) -> None:
    page = await signed_in(browser, served, worry, java_script_enabled=False)
    documents: list[Response] = []
    page.on("response", lambda r: documents.append(r) if r.request.resource_type == "document" else None)
    async for state in walk(page, worry):
        (tmp_path / f"{state}.html").write_text(await documents[-1].text(), encoding="utf-8")
    await page.context.close()
    options: list[str | Path] = ["--config", RULES, "--formatter", "text", "--max-warnings", "0"]
    judge = await asyncio.create_subprocess_exec(
        assets.MODULES / ".bin" / "html-validate",
        *options,
        *sorted(tmp_path.iterdir()),
        stdout=PIPE,
        stderr=STDOUT,
    )
    said, _ = await judge.communicate()
    assert said.decode() == ""
    assert (await worry.of("health-service")).state is State.PREPARED


@pytest.mark.parametrize("width", [1366, 390])
async def test_every_state_is_accessible_and_fits(
    browser: Browser, served: str, worry: "Directed", width: int
) -> None:
    page = await signed_in(browser, served, worry, viewport={"width": width, "height": 900})
    await page.context.add_init_script(path=assets.MODULES / "axe-core" / "axe.min.js")
    found: dict[str, object] = {}
    async for state in walk(page, worry):
        if faults := await page.evaluate(JUDGE, TAGS):
            found[state] = faults
        if SHOTS:
            await page.screenshot(path=Path(SHOTS) / f"{state}-{width}.png", full_page=True)
        for narrow in (320, width):
            await page.set_viewport_size({"width": narrow, "height": 900})
            if await page.evaluate(WIDE) > narrow:
                found[f"{state} at {narrow}"] = await page.evaluate(WIDE)
    await page.context.close()
    assert found == {}
