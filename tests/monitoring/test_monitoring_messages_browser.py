"""The page of the messages in a browser: from what asks for attention to what was done, with and without JavaScript."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import uvicorn
from browsing import CHROMIUM, chromium
from judging import AXE, JUDGE, LISTEN, TAGS, WIDE, judge_html, press
from playwright.async_api import Browser, Page, expect
from visiting import Kept

from chassis.clock import wall_clock
from chassis.identity import new_id
from chassis.principals import COOKIE, Signer
from chassis.testing import Bench
from contracts.intake import Area, Channel, ReportRegistered
from contracts.partners import PoliceReply, PoliceStatus
from look import assets
from meldketen.front import OneOrigin, create_front
from meldketen.signin import PERSONAS

WIDTHS = (1366, 390, 320)
SHOTS = os.environ.get("MELDKETEN_SHOTS")
WHY = "De politie stuurt deze opnieuw."

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}")

SitDown = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    assets.main()
    assets.fetch()
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    """Routing put aside: what the police wrote wrongly, and what nobody can read."""
    bench = await on_bench("routing")
    replies = [
        PoliceReply(kenmerk=new_id(), status=PoliceStatus.RECEIVED, toelichting="Gezien.") for _ in range(3)
    ]
    wrong = [
        bench.event(reply, "police").model_copy(update={"data": {"kenmerk": "dossier"}}) for reply in replies
    ]
    bodies = [event.model_dump_json(exclude_none=True).encode() for event in wrong]
    await bench.receives(*bodies, partner="police")
    await bench.receives(b"\xff\xfe is no text", partner="ggz")
    return bench


@pytest.fixture
async def casework(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("casework")


@pytest.fixture
async def sit_down(
    browser: Browser,
    on_bench: Callable[..., Awaitable[Bench]],
    routing: Bench,
    casework: Bench,
    broker: Any,
    tmp_path: Path,
) -> AsyncIterator[SitDown]:
    """Sit down as a persona: `await sit_down(scripts=False)`. Notifications is not there. Every page is valid HTML."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    intake, monitoring = (
        await on_bench("intake"),
        await on_bench("monitoring", service_url=url, watch_url=broker.watch_url),
    )
    await wait_behind(monitoring)
    services = [bench.service for bench in (intake, routing, casework, monitoring)]
    front = create_front(monitoring.service.settings, demo=True)
    kept = Kept(OneOrigin(front, services))
    server = uvicorn.Server(uvicorn.Config(kept, lifespan="off", ws="none", log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    contexts = []

    async def sit(persona: str = "toezicht", *, scripts: bool = True) -> Page:
        context = await browser.new_context(
            base_url=url, java_script_enabled=scripts, viewport={"width": 1366, "height": 900}
        )
        contexts.append(context)
        who = PERSONAS[persona]
        signer = Signer(monitoring.service.settings.signing_key.get_secret_value())
        token = signer.issue(who.name, who.scopes, wall_clock(), timedelta(hours=1))
        await context.add_cookies([{"name": COOKIE, "value": token, "url": url}])
        await context.add_init_script(LISTEN)
        page = await context.new_page()
        page.set_default_timeout(15_000)
        await page.goto("/berichten")
        return page

    yield sit
    for context in contexts:
        await context.close()
    server.should_exit = True
    await serving
    listener.close()
    for number, one in enumerate(kept.pages):
        (tmp_path / f"{number}.html").write_bytes(one)
    assert kept.pages
    assert await judge_html(tmp_path) == ""


async def wait_behind(monitoring: Bench) -> None:
    """Monitoring hears the second of a line before the first."""
    report = ReportRegistered(
        report_id=uuid4(),
        category="BUREN",
        category_name="Burenruzie",
        channel=Channel.WEB,
        received_at=wall_clock(),
        area=Area(code="BU05180001", name="Demobuurt-Noord", year=2026),
        reachable=False,
    )
    monitoring.event(report)
    await monitoring.hears(report)


async def look(page: Page, name: str) -> None:
    """Accessible by axe, never wider than the screen, and nothing that the content policy refused."""
    await page.evaluate(AXE.read_text())
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        if SHOTS:
            await page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
        assert await page.evaluate(WIDE) <= width
        assert await page.evaluate(JUDGE, TAGS) == []
    await page.set_viewport_size({"width": 1366, "height": 900})
    assert await page.evaluate("refused") == []


def looks(*, scripts: bool) -> Callable[[Page, str], Awaitable[None]]:
    """What is seen is judged once, with scripts: axe is one."""

    async def not_again(_page: Page, _name: str) -> None:
        pass

    return look if scripts else not_again


async def refresh_until(page: Page, words: str) -> None:
    """As a person would: on a busy machine a service may be too slow for the first look."""
    async with asyncio.timeout(60):
        while not await page.get_by_text(words).count():
            await page.get_by_role("link", name="Ververs").click()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_group_is_tried_again_and_one_message_is_read_and_let_go(
    sit_down: SitDown,
    scripts: bool,  # noqa: FBT001
) -> None:
    see = looks(scripts=scripts)
    page = await sit_down(scripts=scripts)
    await expect(page.get_by_role("link", name="Berichten", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    await refresh_until(page, "routing kan 4 berichten niet verwerken.")
    await see(page, "1-overzicht")
    await page.get_by_role("link", name="Bekijk: routing kan 4 berichten").click()
    await see(page, "2-dienst")
    await page.get_by_role("link", name="3 keer").click()
    await see(page, "3-groep")
    await press(page, "Verder")
    await expect(page.get_by_role("alert")).to_contain_text("Kies wat u wilt doen.")
    await expect(page.get_by_role("alert")).to_contain_text("in minstens 5 tekens")
    await see(page, "4-groep-fout")
    await page.get_by_role("radio", name="Opnieuw laten proberen").press("Space")
    await page.get_by_label("Waarom?").fill(WHY)
    await press(page, "Verder")
    await expect(page.get_by_role("heading", name="3 berichten opnieuw laten proberen?")).to_be_visible()
    await see(page, "5-opnieuw-zeker")
    await press(page, "Laat opnieuw proberen")
    await expect(page.get_by_role("status")).to_contain_text("3 berichten worden opnieuw geprobeerd")
    await see(page, "6-gedaan")

    await page.get_by_role("link", name="1 keer").click()
    await page.get_by_role("rowheader").get_by_role("link").click()
    await see(page, "7-bericht")
    await press(page, "Lees de inhoud")
    await expect(page.get_by_role("alert")).to_contain_text("in minstens 5 tekens")
    await page.get_by_label("Waarom moet u de inhoud lezen?").fill("Wat stuurde de GGZ?")
    await press(page, "Lees de inhoud")
    await expect(page.get_by_text("Het is geen tekst; dit is het in base64.")).to_be_visible()
    await see(page, "8-inhoud")
    await page.get_by_role("radio", name="Voorgoed wegleggen").press("Space")
    await page.get_by_label("Waarom?").fill("Dit was een proef van de GGZ.")
    await press(page, "Verder")
    await expect(page.get_by_role("heading", name="1 bericht voorgoed wegleggen?")).to_be_visible()
    await press(page, "Leg voorgoed weg")
    await expect(page.get_by_role("alert")).to_contain_text("Vink aan dat u weet dat dit voorgoed is.")
    await see(page, "9-weg-zeker")
    await page.get_by_label("Ja, ik weet dat dit voorgoed is").press("Space")
    await press(page, "Leg voorgoed weg")
    await expect(page.get_by_role("status")).to_contain_text("1 bericht is voorgoed weggelegd.")
    await expect(page.get_by_role("heading", name="Niets geparkeerd")).to_be_visible()
    await expect(page.get_by_role("cell", name="Dit was een proef van de GGZ.")).to_be_visible()
    await see(page, "10-niets")


async def test_the_overview_refreshes_by_itself(sit_down: SitDown, casework: Bench) -> None:
    page = await sit_down()
    await expect(page.get_by_text("casework kan")).to_be_hidden()
    await page.evaluate("window.same = true")
    await page.get_by_text("Wat betekenen deze woorden?").click()
    await casework.receives(b"no JSON")
    await expect(page.get_by_text("casework kan 1 bericht niet verwerken.")).to_be_visible(timeout=20_000)
    assert await page.evaluate("window.same")
    assert await page.evaluate("refused") == []


async def test_what_went_wrong_is_said_on_a_page_of_its_own(sit_down: SitDown) -> None:
    page = await sit_down()
    await page.goto("/berichten/notifications")
    await expect(
        page.get_by_role("heading", name="notifications antwoordt met een fout (404)")
    ).to_be_visible()
    await look(page, "11-stil")
    await page.goto("/berichten/casework/12")
    await expect(page.get_by_role("heading", name="Bericht 12 staat niet meer opzij")).to_be_visible()
    await look(page, "12-weg")
    await page.goto("/berichten/monitoring/lijst?staat=wacht")
    await expect(page.get_by_text("Een eerder bericht is nog niet verwerkt")).to_be_visible()
    await page.get_by_role("rowheader").get_by_role("link").click()
    await expect(page.get_by_text("aan de beurt is nummer 1")).to_be_visible()
    await look(page, "13-wacht")


async def test_others_do_not_see_it_in_the_menu(sit_down: SitDown) -> None:
    page = await sit_down("regie")
    await expect(page.get_by_role("heading", name="Dit mag u niet zien")).to_be_visible()
    await expect(page.get_by_role("link", name="Berichten")).to_have_count(0)
