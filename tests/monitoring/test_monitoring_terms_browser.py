"""The screens of the terms in a browser: a version from paste to force, tried first, and running clocks put on it."""

import asyncio
import os
import socket
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from browsing import CHROMIUM, chromium
from playwright.async_api import Browser, Page, expect
from starlette.types import Message, Receive, Scope, Send
from term_versions import SLOWER

from chassis.clock import wall_clock
from chassis.principals import COOKIE, Signer
from chassis.testing import Bench
from look import assets
from look.pages import static_app
from meldketen.signin import PERSONAS

if TYPE_CHECKING:
    from .conftest import Chain

RULES = Path(__file__).parents[1] / "browser" / "htmlvalidate.json"
JUDGE = "async () => (await axe.run()).violations.map(fault => fault.id + ': ' + fault.nodes.map(node => node.html))"
WIDTHS = (1366, 390, 320)
PICTURES = os.environ.get("MELDKETEN_TEST_PICTURES")
PATH = "/toezicht/termijnen"

Visit = Callable[[str, str], Awaitable[Page]]


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
    """Sit down as one of the personas. Every page that was given must be valid HTML."""
    given: list[bytes] = []
    app = monitoring.service.app
    app.mount("/static", static_app())

    async def listened(scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()

        async def send_on(message: Message) -> None:
            body.extend(message.get("body", b""))
            await send(message)

        await app(scope, receive, send_on)
        if body.lower().startswith(b"<!doctype html>"):
            given.append(bytes(body))

    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(listened, lifespan="off", ws="none", log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    contexts = []

    async def sit_down(persona: str, path: str) -> Page:
        context = await browser.new_context(base_url=address, viewport={"width": 1366, "height": 900})
        contexts.append(context)
        who = PERSONAS[persona]
        signer = Signer(monitoring.service.settings.signing_key.get_secret_value())
        token = signer.issue(who.name, who.scopes, wall_clock(), timedelta(hours=1))
        await context.add_cookies([{"name": COOKIE, "value": token, "domain": "127.0.0.1", "path": "/"}])
        page = await context.new_page()
        await page.goto(path)
        return page

    yield sit_down
    for context in contexts:
        await context.close()
    server.should_exit = True
    await serving
    files = [tmp_path / f"{number}.html" for number, _ in enumerate(given)]
    for file, page in zip(files, given, strict=True):
        file.write_bytes(page)
    judge = await asyncio.create_subprocess_exec(
        assets.MODULES / ".bin" / "html-validate", "--config", RULES, "--formatter", "text", *files,
        stdout=PIPE, stderr=STDOUT,
    )  # fmt: skip
    assert (await judge.communicate())[0].decode() == ""


async def look(page: Page, name: str) -> None:
    """Accessible by axe, and never wider than the screen."""
    await page.evaluate((assets.MODULES / "axe-core" / "axe.min.js").read_text())
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await page.evaluate(JUDGE) == []
    await page.set_viewport_size({"width": 1366, "height": 900})


async def press(page: Page, button: str) -> None:
    async with page.expect_event("load"):
        await page.get_by_role("button", name=button).click()


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
