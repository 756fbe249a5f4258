"""The journey in a browser: accessible, sound HTML, never too wide, and whole without JavaScript."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import uvicorn
from browsing import CHROMIUM, chromium
from judging import AXE, JUDGE, LISTEN, TAGS, WIDE, judge_html
from playwright.async_api import Browser, Page, expect

from chassis.clock import wall_clock
from chassis.principals import COOKIE, Signer
from chassis.testing import Bench
from contracts.intake import FeedbackGiven
from contracts.routing import AssignmentProgressed, ReportAssessed, Track
from look import assets
from look.pages import static_app

if TYPE_CHECKING:
    from .conftest import Chain

Story = Callable[[Bench, Any], Awaitable[None]]
SHOTS = os.environ.get("MELDKETEN_SHOTS")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}")


@pytest.fixture
async def address(monitoring: Bench) -> AsyncIterator[str]:
    """Of the service, to be reached by a browser."""
    assets.main()
    assets.fetch()  # axe and html-validate come with the packages, not with what is built of them
    monitoring.service.app.mount("/static", static_app())
    listener = socket.create_server(("127.0.0.1", 0))
    app = monitoring.service.app
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def page(browser: Browser, address: str, monitoring: Bench) -> AsyncIterator[Page]:
    """Of somebody in operations, without JavaScript of ours: there is none on this page."""
    signer = Signer(monitoring.service.settings.signing_key.get_secret_value())
    scopes = ["deadlines:read", "deadlines:act", "journey:read", "journey:read-technical", "assignments:read"]
    token = signer.issue("T. Jansen", scopes, wall_clock(), timedelta(hours=1))
    context = await browser.new_context(base_url=address, viewport={"width": 1366, "height": 900})
    await context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    await context.add_init_script(LISTEN)
    yield await context.new_page()
    await context.close()


def assessed(chain: "Chain") -> ReportAssessed:
    return ReportAssessed(
        report_id=chain.report_id,
        category="GEL-ERNST",
        tracks=(Track.CARE, Track.ENFORCEMENT),
        partners=("police", "ggz"),
        policy_version="2026-1",
        rules=(),
        assessed_at=chain.after(0.001),
    )


async def travel(monitoring: Bench, chain: "Chain") -> None:
    """Police answers in time, mental-health care too late, the corporation not at all, another is not reachable."""
    ggz = replace(chain, assignment_id=uuid4(), partner="ggz", partner_name="GGZ")
    corporation = replace(
        chain, assignment_id=uuid4(), partner="corporation", partner_name="Woningcorporatie"
    )
    shelter = replace(chain, assignment_id=uuid4(), partner="shelter", partner_name="Opvang")
    await monitoring.hears(chain.registered(), assessed(chain), chain.opened())
    await monitoring.hears(chain.offered(hours=24), ggz.offered(hours=4), corporation.offered(hours=20))
    await monitoring.hears(shelter.undeliverable())
    monitoring.at(chain.after(0.1))
    await monitoring.hears(chain.confirmed(0.1))
    for hours, said in ((2, chain.accepted(2)), (9, ggz.accepted(9)), (15, chain.queried(15))):
        monitoring.at(chain.after(hours))
        await monitoring.turn("fire_due")
        await monitoring.hears(said)
    monitoring.at(chain.after(26))
    await monitoring.turn("fire_due")
    await monitoring.hears(chain.answered(26))


async def begin(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.registered())
    monitoring.at(chain.after(0.02))


async def go_on_and_on(monitoring: Bench, chain: "Chain") -> None:
    await travel(monitoring, chain)
    for number in range(110):
        at = chain.after(26 + number)
        monitoring.at(at)
        await monitoring.hears(
            AssignmentProgressed(
                assignment_id=chain.assignment_id,
                report_id=chain.report_id,
                partner=chain.partner,
                partner_name=chain.partner_name,
                track=Track.ENFORCEMENT,
                progressed_at=at,
            )
        )
    await monitoring.hears(FeedbackGiven(report_id=chain.report_id, solved=True, given_at=chain.after(136)))


async def come_to_an_outcome(monitoring: Bench, chain: "Chain") -> None:
    """The after-care is asked for, by who may record it."""
    await monitoring.hears(chain.registered(), chain.opened(), chain.offered(hours=24))
    monitoring.at(chain.after(3))
    await monitoring.hears(chain.answered(3))


async def nothing(_monitoring: Bench, _chain: "Chain") -> None:
    """Nothing was heard of it."""


@pytest.mark.parametrize(
    "story", [travel, begin, go_on_and_on, come_to_an_outcome, nothing], ids=lambda story: story.__name__
)
async def test_every_journey_is_accessible_sound_and_never_too_wide(
    page: Page, monitoring: Bench, chain: "Chain", tmp_path: Path, story: Story
) -> None:
    await story(monitoring, chain)
    await page.add_init_script(path=AXE)
    answer = await page.goto(f"/toezicht/melding/{chain.report_id}")
    assert answer
    (tmp_path / "page.html").write_text(await answer.text(), "utf-8")
    assert await judge_html(tmp_path) == ""
    if await (first := page.locator("summary").first).is_visible():
        await first.click()
    for width in (1366, 390, 320):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate(WIDE) <= width
        assert await page.evaluate(JUDGE, TAGS) == []
        if SHOTS:
            await page.screenshot(path=f"{SHOTS}/{story.__name__}-{width}.png", full_page=True)
    assert await page.evaluate("refused") == []


async def test_the_after_care_is_recorded_where_the_journey_is(
    page: Page, monitoring: Bench, chain: "Chain"
) -> None:
    await come_to_an_outcome(monitoring, chain)
    await page.goto(f"/toezicht/melding/{chain.report_id}")
    await page.get_by_label("Wat zag of hoorde u?").fill("Gebeld: het is rustig gebleven.")
    await page.get_by_role("button", name="Nazorg is gedaan").click()
    await expect(page.get_by_role("status").filter(has_text="De nazorg is vastgelegd.")).to_be_visible()
    await expect(page.get_by_text("door T. Jansen.")).to_be_visible()
    await expect(page.get_by_text("Gebeld: het is rustig gebleven.")).to_be_visible()


async def test_a_hop_shows_its_message_when_asked(page: Page, monitoring: Bench, chain: "Chain") -> None:
    await travel(monitoring, chain)
    await page.goto(f"/toezicht/melding/{chain.report_id}")
    row = page.get_by_role("row", name="Politie pakt het op")
    await expect(row.get_by_text("assignments.accepted.v1")).to_be_hidden()
    await row.get_by_text("Toon").click()
    await expect(row.get_by_text("assignments.accepted.v1")).to_be_visible()
    await expect(page.get_by_role("row", name="GGZ").filter(has_text="kwam 5 uur te laat")).to_be_visible()
    await expect(page.get_by_text("Wacht op GGZ, 22 uur te laat")).to_be_visible()


async def test_the_journey_needs_no_javascript(
    browser: Browser, page: Page, address: str, monitoring: Bench, chain: "Chain"
) -> None:
    await travel(monitoring, chain)
    plain = await browser.new_context(
        base_url=address, java_script_enabled=False, storage_state=await page.context.storage_state()
    )
    still = await plain.new_page()
    await still.goto("/toezicht")
    await still.get_by_role("link", name="Reis van deze melding").first.click()
    await expect(still.get_by_role("heading", name="Reis van een melding")).to_be_visible()
    await expect(still.get_by_role("row", name="Vraag uitgezet bij GGZ")).to_be_visible()
    await plain.close()
