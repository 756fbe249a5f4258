"""The board in a browser: it changes without reload, can be held still, and says when it is cut off."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import uvicorn
from browsing import CHROMIUM, chromium
from judging import AXE, JUDGE, LISTEN, TAGS, WIDE, judge_html
from playwright.async_api import Browser, BrowserContext, Page, expect

from chassis import jobs
from chassis.clock import wall_clock
from chassis.principals import COOKIE, Signer
from chassis.testing import Bench
from look import assets
from look.pages import static_app

if TYPE_CHECKING:
    from .conftest import Chain

COUNT_CHIMES = """window.chimes = 0;
const create = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { window.chimes += 1; return create.call(this); }"""
FILLED = {"gezien": "1", "tot": "2026-11-24T09:00", "waarom": "", "tekst": "Belt morgen."}

Bearer = Callable[..., dict[str, str]]
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
    token = signer.issue(
        "S. Voorbeeld", ["deadlines:read", "deadlines:act"], wall_clock(), timedelta(hours=1)
    )
    context = await browser.new_context(base_url=running.address, viewport={"width": 1366, "height": 900})
    await context.add_cookies([{"name": COOKIE, "value": token, "url": running.address}])
    await context.add_init_script(LISTEN)
    yield context
    await context.close()


@pytest.fixture
def headers(bearer: Bearer) -> dict[str, str]:
    return bearer("deadlines:read", "deadlines:act", name="S. Voorbeeld") | {"Accept": "text/html"}


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
        await expect(page.locator("#nieuws")).to_have_text(
            "Te laat: Eerste antwoord, Politie, zaak 2026-000451."
        )
        await expect(page.get_by_text("Live, bijgewerkt om 18.00")).to_be_visible()
        assert await page.evaluate("window.same")
        assert await page.evaluate("refused") == []


async def test_every_page_is_accessible_and_never_too_wide(
    page: Page, monitoring: Bench, chain: "Chain", headers: dict[str, str], tmp_path: Path
) -> None:
    assets.fetch()  # axe comes with the packages, not with what is built of them
    await page.add_init_script(path=AXE)
    await miss(monitoring, chain)
    await monitoring.hears(chain.registered(), chain.undeliverable())
    await monitoring.turn("fire_due")
    stranded = f"/toezicht/termijn/{chain.assignment_id}"
    addresses = [
        "/toezicht",
        "/toezicht?ernst=te-laat&bij=police",
        "/toezicht?pakt=mij&ernst=bijna",
        "/toezicht/wand",
        stranded,
    ]
    await monitoring.client.post(f"{stranded}/take", headers=headers, data={})
    refused = await monitoring.client.post(f"{stranded}/snooze", headers=headers, data=FILLED)
    second = await monitoring.client.post(
        f"{stranded}/let-go?bij=desk", headers=headers, data={"gezien": "0", "terug": "bord"}
    )
    assert (refused.status_code, second.status_code) == (400, 409)
    pages = [(await monitoring.client.get(address, headers=headers)).text for address in addresses]
    for number, text in enumerate([*pages, refused.text, second.text]):
        (tmp_path / f"{number}.html").write_text(text)
    assert await judge_html(tmp_path) == ""
    async with at_work(monitoring):
        for address in addresses:
            await page.goto(address)
            if address != stranded:
                await expect(page.get_by_text("Live,")).to_be_visible()
            for more in await page.locator("main details").all():
                await more.locator("summary").click()
            for width in (1366, 390, 320):
                await page.set_viewport_size({"width": width, "height": 900})
                assert await page.evaluate(WIDE) <= width, address
                assert await page.evaluate(JUDGE, TAGS) == [], address
            assert await page.evaluate("refused") == []


async def test_a_row_is_taken_up_and_let_go_by_keyboard_alone(
    page: Page, monitoring: Bench, chain: "Chain"
) -> None:
    await miss(monitoring, chain)
    await monitoring.turn("fire_due")
    async with at_work(monitoring):
        await page.goto("/toezicht?bij=police")
        await expect(page.get_by_text("Live,")).to_be_visible()
        await page.evaluate("window.same = true")
        row = page.get_by_role("row", name="Te laat")
        await row.get_by_role("button", name="Oppakken").focus()
        await page.keyboard.press("Enter")
        await expect(row.get_by_role("button", name="Loslaten")).to_be_focused()
        await expect(row).to_contain_text("S. Voorbeeld")
        await expect(page.locator("#uitslag")).to_have_text("Eerste antwoord, Politie. U pakt dit op.")
        await page.wait_for_timeout(1500)  # the board has fetched itself again
        await expect(page.locator("#uitslag")).to_have_text("Eerste antwoord, Politie. U pakt dit op.")
        await expect(row.get_by_role("button", name="Loslaten")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(row.get_by_role("button", name="Oppakken")).to_be_focused()
        assert await page.evaluate("window.same")


async def test_of_two_people_the_second_sees_who_was_first(
    page: Page, monitoring: Bench, chain: "Chain", bearer: Bearer
) -> None:
    await miss(monitoring, chain)
    await monitoring.turn("fire_due")
    async with at_work(monitoring):
        await page.goto("/toezicht")
        await expect(page.get_by_text("Live,")).to_be_visible()
        await page.get_by_role("button", name="Pauzeer").click()
        row = page.get_by_role("row", name="Te laat")
        action = await row.locator("form").get_attribute("action")
        other = bearer("deadlines:act", name="T. Jansen")
        await monitoring.client.post(str(action), headers=other, data={"gezien": "0"})
        await row.get_by_role("button", name="Oppakken").click()
        await expect(page.locator("#uitslag")).to_contain_text("T. Jansen pakt dit intussen op.")
        await expect(row).to_contain_text("T. Jansen")
        await expect(row.get_by_role("button")).to_have_count(0)
        await expect(page.get_by_text("Gepauzeerd")).to_be_visible()


async def test_a_filter_is_kept_while_the_board_changes(
    page: Page, monitoring: Bench, chain: "Chain"
) -> None:
    ggz = replace(chain, assignment_id=uuid4(), partner="ggz", partner_name="GGZ")
    await monitoring.hears(chain.offered(hours=200))
    police = replace(chain, assignment_id=uuid4())
    async with at_work(monitoring):
        await page.goto("/toezicht?bij=police")
        await expect(page.get_by_text("Live, bijgewerkt om 13.00")).to_be_visible()
        await miss(monitoring, ggz)
        await expect(page.get_by_text("Live, bijgewerkt om 18.00")).to_be_visible()
        await expect(page.get_by_text("Niets past bij deze filters")).to_be_visible()
        await expect(page.locator("#nieuws")).to_be_empty()
        await monitoring.hears(police.offered(hours=4))
        await expect(page.get_by_role("row", name="Te laat")).to_contain_text("Politie")
        await expect(page.locator("#nieuws")).to_contain_text("Te laat: Eerste antwoord, Politie")
        await page.get_by_role("link", name="Haal filter weg: Bij Politie").click()
        await expect(page.get_by_role("row", name="Te laat")).to_have_count(2)


async def test_the_wall_changes_by_itself_and_sounds_only_when_asked(
    page: Page, monitoring: Bench, chain: "Chain"
) -> None:
    await page.add_init_script(COUNT_CHIMES)
    ggz = replace(chain, assignment_id=uuid4(), partner="ggz", partner_name="GGZ")
    async with at_work(monitoring):
        await page.set_viewport_size({"width": 1920, "height": 1080})
        await page.goto("/toezicht/wand")
        await expect(page.get_by_text("Live, bijgewerkt om 13.00")).to_be_visible()
        await expect(page.get_by_text("Geen termijnen die aandacht vragen")).to_be_visible()
        await miss(monitoring, chain)
        row = page.get_by_role("row", name="Te laat")
        await expect(row).to_contain_text("Politie")
        assert (
            await row.locator("td").nth(1).evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
            >= 36
        )
        assert await page.evaluate("chimes") == 0
        await page.get_by_role("button", name="Zet geluid aan").click()
        proof = await page.evaluate("chimes")
        assert proof > 0
        await monitoring.hears(ggz.offered(hours=4))
        await expect(page.get_by_role("row", name="GGZ")).to_be_visible()
        await page.wait_for_function(f"chimes > {proof}")
        await expect(page.get_by_role("button")).to_have_text(["Zet geluid uit"])


async def test_the_wall_is_full_without_scrolling(page: Page, monitoring: Bench, chain: "Chain") -> None:
    many = [replace(chain, assignment_id=uuid4(), partner_name="Woningstichting Demo") for _ in range(9)]
    await monitoring.hears(chain.opened(), *(one.offered(hours=4.999) for one in many))
    monitoring.at(chain.after(5))
    await monitoring.turn("fire_due")
    for width, height in ((1920, 1080), (1366, 768)):
        await page.set_viewport_size({"width": width, "height": height})
        await page.goto("/toezicht/wand")
        await expect(page.get_by_text("en nog 3")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollHeight") <= height


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


async def test_a_row_is_put_off_and_brought_back_without_javascript(
    browser: Browser, context: BrowserContext, running: Running, monitoring: Bench, chain: "Chain"
) -> None:
    plain = await browser.new_context(
        base_url=running.address, java_script_enabled=False, storage_state=await context.storage_state()
    )
    page = await plain.new_page()
    await miss(monitoring, chain)
    await monitoring.turn("fire_due")
    await page.goto("/toezicht?ernst=te-laat")
    await page.get_by_role("button", name="Oppakken").click()
    await expect(page.get_by_text("U pakt dit op.")).to_be_visible()
    await expect(page.get_by_role("link", name="Haal filter weg: Te laat")).to_be_visible()
    await page.get_by_role("link", name="Eerste antwoord").click()
    await page.get_by_text("Uitstellen", exact=True).click()
    await page.get_by_label("Waarom kan het wachten?").select_option("Gebeld, antwoord volgt")
    await page.get_by_role("button", name="Stel uit").click()
    await expect(page.get_by_text("U stelde dit uit.")).to_be_visible()
    await page.goto("/toezicht")
    await page.get_by_role("link", name="Uitgesteld (1)").click()
    await expect(page.get_by_role("row", name="Te laat")).to_contain_text("komt terug di 24 nov 09.00")
    monitoring.at(datetime(2026, 11, 24, 8, tzinfo=UTC))
    await monitoring.turn("return_snoozed")
    await page.goto("/toezicht")
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
