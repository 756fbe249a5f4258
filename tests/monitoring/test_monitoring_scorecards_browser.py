"""The scorecards in a browser: reached from the board, accessible, sound HTML, never too wide, without JavaScript of ours."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import uvicorn
from browsing import CHROMIUM, chromium
from judging import AXE, JUDGE, LISTEN, TAGS, WIDE, judge_html
from playwright.async_api import Page, expect

from chassis.clock import wall_clock
from chassis.principals import COOKIE, Signer
from chassis.testing import Bench
from contracts.envelope import Message
from look import assets
from look.pages import static_app

if TYPE_CHECKING:
    from .conftest import Chain

SHOTS = os.environ.get("MELDKETEN_SHOTS")
PAGES = {
    "all": "/toezicht/partners",
    "wrong": "/toezicht/partners?van=2026-03-01&tot=2026-02-01",
    "nothing": "/toezicht/partners?van=2026-01-01&tot=2026-01-02",
    "police": "/toezicht/partners/police",
    "year": "/toezicht/partners/police?periode=jaar",
    "ggz": "/toezicht/partners/ggz?periode=maand",
    "unknown": "/toezicht/partners/nobody",
}
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}")


@pytest.fixture
async def page(monitoring: Bench) -> AsyncIterator[Page]:
    """Of somebody in operations."""
    assets.main()
    assets.fetch()  # axe and html-validate come with the packages, not with what is built of them
    monitoring.service.app.mount("/static", static_app())
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(monitoring.service.app, lifespan="off", ws="none", log_level="warning")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    signer = Signer(monitoring.service.settings.signing_key.get_secret_value())
    scopes = ["deadlines:read", "assignments:read"]
    token = signer.issue("T. Jansen", scopes, wall_clock(), timedelta(hours=1))
    async with chromium() as browser:
        context = await browser.new_context(base_url=address, accept_downloads=True)
        await context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        await context.add_init_script(LISTEN)
        await context.add_init_script(path=AXE)
        yield await context.new_page()
    server.should_exit = True
    await serving


def quarter(chain: "Chain") -> list[Message]:
    """Thirteen weeks of questions: most of them answered in time, some late, some not taken up, a few not at all."""
    said: list[Message] = []
    for number in range(39):
        asked = replace(
            chain,
            report_id=uuid4(),
            assignment_id=uuid4(),
            began=chain.began - timedelta(days=7 * (number % 13)),
            partner="police" if number % 3 else "corporation",
            partner_name="Politie" if number % 3 else "Woningcorporatie Voorbeeldstad",
        )
        said.append(asked.offered(hours=80))
        if number % 5 == 4:
            said.append(asked.declined(5))
        elif number % 7 != 6:
            said.append(asked.accepted(20 + 30 * (number % 4)))
    ggz = replace(chain, assignment_id=uuid4(), partner="ggz", partner_name="GGZ")
    return [*said, ggz.offered(hours=40), ggz.queried(0)]


async def test_every_scorecard_is_accessible_sound_and_never_too_wide(
    page: Page, monitoring: Bench, chain: "Chain", tmp_path: Path
) -> None:
    monitoring.at(chain.began - timedelta(days=85))
    await monitoring.hears(*quarter(chain))
    monitoring.at(chain.after(1))
    while await monitoring.turn("fire_due"):
        pass
    html = tmp_path / "html"
    html.mkdir()
    for name, address in PAGES.items():
        answer = await page.goto(address)
        assert answer
        assert answer.status == {"wrong": 400, "unknown": 404}.get(name, 200)
        (html / f"{name}.html").write_text(await answer.text(), "utf-8")
        await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        for width in (1366, 390, 320):
            await page.set_viewport_size({"width": width, "height": 900})
            assert await page.evaluate(WIDE) <= width, name
            assert await page.evaluate(JUDGE, TAGS) == [], name
            if SHOTS:
                await page.screenshot(path=f"{SHOTS}/scorecards-{name}-{width}.png", full_page=True)
        assert await page.evaluate("refused") == [], name
    assert await judge_html(html) == ""

    await page.goto("/toezicht")
    await page.get_by_role("link", name="Partners").click()
    await page.get_by_role("link", name="Dit jaar").click()
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Download als spreadsheet").click()
    assert (await downloading.value).suggested_filename == "partners-2026-01-01-2026-11-23.csv"
    await page.get_by_role("link", name="Politie").click()
    await expect(page.get_by_role("heading", name="Politie", exact=True)).to_be_visible()
    await expect(page.get_by_role("row", name="nov 2026")).to_be_visible()
