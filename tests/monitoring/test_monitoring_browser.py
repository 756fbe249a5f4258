"""The board in a browser: it changes without reload, can be held still, and says when it is cut off."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import uvicorn
from browsing import CHROMIUM, chromium
from playwright.async_api import Browser, BrowserContext, Page, expect

from chassis import jobs
from chassis.clock import wall_clock
from chassis.principals import COOKIE, Signer
from chassis.testing import Bench
from look import assets
from look.pages import static_app

if TYPE_CHECKING:
    from .conftest import Chain

LISTEN = (
    "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective))"
)
JUDGE = "async () => (await axe.run()).violations.map(fault => fault.id + ': ' + fault.nodes.map(node => node.html))"

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}")


@asynccontextmanager
async def at_work(bench: Bench) -> AsyncIterator[None]:
    """The service's jobs run, as in the hub."""
    running = [asyncio.create_task(jobs.run(job, bench.service.database)) for job in bench.service.jobs]
    try:
        yield
    finally:
        for job in running:
            job.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@dataclass(frozen=True)
class Running:
    address: str
    server: uvicorn.Server
    serving: asyncio.Task[None]

    async def stop(self) -> None:
        self.server.should_exit = True
        await self.serving


@pytest.fixture
async def running(monitoring: Bench) -> AsyncIterator[Running]:
    """The service, to be reached by a browser."""
    assets.main()
    monitoring.service.app.mount("/static", static_app())
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(monitoring.service.app, lifespan="off", ws="none", log_level="warning")
    server = uvicorn.Server(config)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    running = Running(address, server, asyncio.create_task(server.serve(sockets=[listener])))
    yield running
    await running.stop()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def context(browser: Browser, running: Running, monitoring: Bench) -> AsyncIterator[BrowserContext]:
    """A browser in which somebody who may watch is signed in."""
    signer = Signer(monitoring.service.settings.signing_key.get_secret_value())
    token = signer.issue("S. Voorbeeld", ["deadlines:read"], wall_clock(), timedelta(hours=1))
    context = await browser.new_context(base_url=running.address, viewport={"width": 1366, "height": 900})
    await context.add_cookies([{"name": COOKIE, "value": token, "url": running.address}])
    await context.add_init_script(LISTEN)
    yield context
    await context.close()


@pytest.fixture
async def page(context: BrowserContext) -> Page:
    return await context.new_page()


async def miss(monitoring: Bench, chain: "Chain") -> None:
    """A question to a partner goes unanswered until after its term."""
    await monitoring.hears(chain.opened(), chain.offered(hours=4))
    monitoring.at(chain.after(5))


async def test_a_missed_term_appears_without_reload(page: Page, monitoring: Bench, chain: "Chain") -> None:
    async with at_work(monitoring):
        await page.goto("/toezicht")
        await expect(page.get_by_text("Live, bijgewerkt om 13.00")).to_be_visible()
        await expect(page.get_by_text("Geen termijnen die aandacht vragen")).to_be_visible()
        await page.evaluate("window.same = true")
        await miss(monitoring, chain)
        row = page.get_by_role("row", name="Te laat")
        await expect(row).to_contain_text("Politie")
        await expect(row).to_contain_text("1 uur te laat")
        await expect(row.get_by_role("link", name="2026-000451")).to_have_attribute(
            "href", f"/zaken/{chain.report_id}"
        )
        await expect(page.get_by_role("status")).to_have_text(
            "Te laat: Eerste antwoord, Politie, zaak 2026-000451."
        )
        await expect(page.get_by_text("Live, bijgewerkt om 18.00")).to_be_visible()
        assert await page.evaluate("window.same")
        assert await page.evaluate("refused") == []


async def test_the_board_is_accessible_and_never_too_wide(
    page: Page, monitoring: Bench, chain: "Chain"
) -> None:
    assets.fetch()  # axe comes with the packages, not with what is built of them
    await page.add_init_script(path=assets.MODULES / "axe-core" / "axe.min.js")
    await miss(monitoring, chain)
    await monitoring.hears(chain.registered(), chain.undeliverable())
    await monitoring.turn("fire_due")
    async with at_work(monitoring):
        await page.goto("/toezicht")
        await expect(page.get_by_text("Live,")).to_be_visible()
        for width in (1366, 390, 320):
            await page.set_viewport_size({"width": width, "height": 900})
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            assert await page.evaluate(JUDGE) == []


async def test_a_board_that_is_paused_stands_still_until_it_goes_on(
    page: Page, monitoring: Bench, chain: "Chain"
) -> None:
    async with at_work(monitoring):
        await page.goto("/toezicht")
        await expect(page.get_by_text("Live,")).to_be_visible()
        await page.get_by_role("button", name="Pauzeer").click()
        await expect(page.get_by_text("Gepauzeerd, bijgewerkt om 13.00")).to_be_visible()
        await miss(monitoring, chain)
        await page.wait_for_timeout(2000)
        await expect(page.get_by_text("Geen termijnen die aandacht vragen")).to_be_visible()
        await page.get_by_role("button", name="Ga verder").click()
        await expect(page.get_by_role("row", name="Te laat")).to_be_visible()


async def test_a_board_that_is_cut_off_says_so_and_comes_back(page: Page, monitoring: Bench) -> None:
    async with at_work(monitoring):
        await page.goto("/toezicht")
        await expect(page.get_by_text("Live,")).to_be_visible()
    lost = page.locator("#verbinding").get_by_text("Verbinding weg, gegevens kunnen oud zijn")
    await expect(lost).to_be_visible(timeout=20_000)
    async with at_work(monitoring):
        await expect(page.get_by_text("Live,")).to_be_visible(timeout=20_000)


async def test_an_open_board_does_not_keep_the_server_from_stopping(
    page: Page, running: Running, monitoring: Bench
) -> None:
    async with at_work(monitoring):
        await page.goto("/toezicht")
        await expect(page.get_by_text("Live,")).to_be_visible()
    async with asyncio.timeout(5):
        await running.stop()


async def test_the_board_works_without_javascript(
    browser: Browser, context: BrowserContext, running: Running, monitoring: Bench, chain: "Chain"
) -> None:
    plain = await browser.new_context(
        base_url=running.address, java_script_enabled=False, storage_state=await context.storage_state()
    )
    page = await plain.new_page()
    await page.goto("/toezicht")
    await expect(page.get_by_text("Bijgewerkt om 13.00")).to_be_visible()
    await expect(page.get_by_role("button", name="Pauzeer")).to_be_hidden()
    await miss(monitoring, chain)
    await monitoring.turn("fire_due")
    await page.get_by_role("link", name="Ververs").click()
    await expect(page.get_by_role("row", name="Te laat")).to_be_visible()
    await plain.close()


async def test_a_board_opened_while_nobody_watches_becomes_live_later(page: Page, monitoring: Bench) -> None:
    await page.goto("/toezicht")
    await expect(page.locator("#verbinding")).to_have_text("Verbinding weg, gegevens kunnen oud zijn")
    async with at_work(monitoring):
        await expect(page.get_by_text("Live,")).to_be_visible(timeout=20_000)


async def test_who_is_signed_out_is_taken_to_the_sign_in(
    page: Page, context: BrowserContext, monitoring: Bench, chain: "Chain"
) -> None:
    async with at_work(monitoring):
        await page.goto("/toezicht")
        await expect(page.get_by_text("Live,")).to_be_visible()
        await context.clear_cookies()
        await miss(monitoring, chain)
        await page.wait_for_url("**/inloggen?naar=/toezicht")
