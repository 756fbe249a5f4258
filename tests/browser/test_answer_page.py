"""The answer page in a browser: complete without JavaScript, accessible in every state, and never too wide."""

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import uvicorn
from browsing import CHROMIUM
from judging import AXE, JUDGE, LISTEN, TAGS, WIDE, judge_html, press
from playwright.async_api import Browser, Page, Response, expect

from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted
from contracts.routing import AssignmentAccepted, AssignmentDeclined
from look import assets
from meldketen.front import OneOrigin, create_front
from meldketen.mailbox import Mailbox

EXAMPLE = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"
SHOTS = os.environ.get("MELDKETEN_SHOTS")
REGISTER = """
[partners.mediation]
name = "Buurtbemiddeling Voorbeeldwijk"
channel = "mail"
mail = "vragen@bemiddeling.example"
second_factor = true

[[partners.mediation.covenants]]
track = "care"
fields = ["category", "address", "story", "signals"]
purpose = "Beoordelen of bemiddeling kan"
ground = "Convenant woonoverlast"
"""
OTHERS = (
    "police", "ggz", "corporation", "enforcement", "neighbourhood-team", "health-service", "youth-protection",
    "fire-brigade", "environment", "animal-police", "safety", "desk",
)  # fmt: skip


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    mailbox = Mailbox()
    await mailbox.start("127.0.0.1", 0)
    yield mailbox
    await mailbox.stop()


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]], mailbox: Mailbox, tmp_path: Path) -> Bench:
    folder = tmp_path / "partners"
    folder.mkdir()
    (folder / "mediation.code").write_text("482913", encoding="utf-8")
    register = folder / "register.toml"
    named = "".join(f'[partners.{name}]\nname = "{name}"\n' for name in OTHERS)
    register.write_text(named + REGISTER, encoding="utf-8")
    return await on_bench(
        "routing", register_file=register, partner_secrets_dir=folder, smtp_port=mailbox.port
    )


@pytest.fixture
async def hub(routing: Bench) -> AsyncIterator[str]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    assets.main()
    assets.fetch()
    front = create_front(routing.service.settings, demo=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            OneOrigin(front, [routing.service]), lifespan="off", ws="none", log_level="warning"
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest.fixture
async def path(routing: Bench, mailbox: Mailbox) -> str:
    """Of the link in the mail."""
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    await routing.hears(report.model_copy(update={"category": "GEL-LEEF"}))
    await routing.turn("deliver")
    found = re.search(r"(/partner/[\w-]+)\s", mailbox.messages[-1].text)
    assert found
    return found[1]


async def walk(page: Page, path: str) -> AsyncIterator[str]:
    """Every state of the page, from the mail to the end."""
    page.set_default_timeout(10_000)
    await page.goto("/partner/bestaat-niet")
    yield "gone"
    await page.goto(path)
    yield "code"
    await page.get_by_label("Code").fill("000000")
    await press(page, "Bekijk de vraag")
    yield "code-wrong"
    await page.get_by_label("Code").fill("482913")
    await press(page, "Bekijk de vraag")
    yield "question"
    await press(page, "Verstuur antwoord")
    yield "question-wrong"
    await page.get_by_role("radio", name="Wij zijn klaar").press("Space")
    await expect(page.get_by_text("Wat is de uitkomst?")).to_be_visible()
    await expect(page.get_by_text("Waarom niet?")).to_be_hidden()
    yield "question-outcome"
    await press(page, "Verstuur antwoord")
    yield "question-outcome-wrong"
    await page.get_by_role("radio", name="Wij pakken dit op").press("Space")
    await press(page, "Verstuur antwoord")
    await expect(page.get_by_text("Genoteerd: u pakt dit op.")).to_be_visible()
    yield "taken-up"
    await page.get_by_role("radio", name="Wij kunnen dit niet doen").press("Space")
    await page.get_by_role("radio", name="Dit is niet aan ons").press("Space")
    yield "declining"
    await press(page, "Verstuur antwoord")
    await expect(page.get_by_role("heading", name="Uw antwoord is ontvangen")).to_be_visible()
    yield "thanks"


async def test_it_works_without_javascript_and_its_html_is_valid(
    browser: Browser, hub: str, routing: Bench, path: str, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    seen.mkdir()
    context = await browser.new_context(base_url=hub, java_script_enabled=False)
    page = await context.new_page()
    documents: list[Response] = []
    page.on("response", lambda r: documents.append(r) if r.request.resource_type == "document" else None)
    async for state in walk(page, path):
        (seen / f"{state}.html").write_text(await documents[-1].text(), encoding="utf-8")
    await context.close()
    said = [type(m) for m in await routing.said()]
    assert AssignmentAccepted in said
    assert AssignmentDeclined in said
    assert await judge_html(seen) == ""


@pytest.mark.parametrize("width", [1366, 390])
async def test_every_state_is_accessible_and_fits(browser: Browser, hub: str, path: str, width: int) -> None:
    context = await browser.new_context(base_url=hub, viewport={"width": width, "height": 900})
    await context.add_init_script(path=AXE)
    await context.add_init_script(LISTEN)
    page = await context.new_page()
    found: dict[str, object] = {}
    async for state in walk(page, path):
        faults = [await page.evaluate(JUDGE, TAGS), await page.evaluate("refused")]
        if any(faults):
            found[state] = faults
        if SHOTS:
            await page.screenshot(path=Path(SHOTS) / f"answer-{state}-{width}.png", full_page=True)
        for narrow in (320, width):
            await page.set_viewport_size({"width": narrow, "height": 900})
            if await page.evaluate(WIDE) > narrow:
                found[f"{state} at {narrow}"] = await page.evaluate(WIDE)
    await context.close()
    assert found == {}
