"""The pages of the policy in a browser: a new version from paste to force, with four eyes, tried first, and taken back."""

import asyncio
import os
import socket
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import uvicorn
from browsing import CHROMIUM, chromium
from playwright.async_api import Browser, Page, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.clock import wall_clock
from chassis.principals import COOKIE, Signer
from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted
from look import assets
from look.pages import static_app
from meldketen.signin import PERSONAS
from routing.adapters import policy_file

EXAMPLE = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"
RULES = Path(__file__).parents[1] / "browser" / "htmlvalidate.json"
JUDGE = "async () => (await axe.run()).violations.map(fault => fault.id + ': ' + fault.nodes.map(node => node.html))"
WIDTHS = (1366, 390, 320)
PICTURES = os.environ.get("MELDKETEN_TEST_PICTURES")
SHIPPED = policy_file.shipped()
STRICTER = SHIPPED.replace("2026-12.1", "2027-01.1").replace(
    'care = ["mediation", "corporation"]', 'care = ["mediation", "corporation", "desk"]'
)

Visit = Callable[..., Awaitable[Page]]


class Served:
    """The service where a browser reaches it, and every whole page that it gave."""

    def __init__(self, app: ASGIApp, address: str) -> None:
        self._app = app
        self.address = address
        self.pages: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()

        async def send_on(message: Message) -> None:
            body.extend(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, send_on)
        if body.lower().startswith(b"<!doctype html>"):
            self.pages.append(bytes(body))


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    assets.main()
    assets.fetch()
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    bench = await on_bench("routing")
    await bench.turn("follow_policy")
    return bench


@pytest.fixture
async def served(routing: Bench) -> AsyncIterator[Served]:
    routing.service.app.mount("/static", static_app())
    listener = socket.create_server(("127.0.0.1", 0))
    served = Served(routing.service.app, f"http://127.0.0.1:{listener.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(served, lifespan="off", ws="none", log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield served
    server.should_exit = True
    await serving


@pytest.fixture
async def visit(browser: Browser, served: Served, routing: Bench, tmp_path: Path) -> AsyncIterator[Visit]:
    """Sit down as one of the personas: `await visit("beleid", scripts=False)`. Every page must be valid HTML."""
    contexts = []

    async def sit_down(persona: str, path: str = "/beleid", *, scripts: bool = True) -> Page:
        context = await browser.new_context(
            base_url=served.address, java_script_enabled=scripts, viewport={"width": 1366, "height": 900}
        )
        contexts.append(context)
        who = PERSONAS[persona]
        signer = Signer(routing.service.settings.signing_key.get_secret_value())
        token = signer.issue(who.name, who.scopes, wall_clock(), timedelta(hours=1))
        await context.add_cookies([{"name": COOKIE, "value": token, "domain": "127.0.0.1", "path": "/"}])
        page = await context.new_page()
        await page.goto(path)
        return page

    yield sit_down
    assert served.pages
    assert await judge_html(served.pages, tmp_path) == ""
    for context in contexts:
        await context.close()


async def judge_html(pages: Sequence[bytes], folder: Path) -> str:
    files = [folder / f"{number}.html" for number, _ in enumerate(pages)]
    for file, page in zip(files, pages, strict=True):
        file.write_bytes(page)
    judge = await asyncio.create_subprocess_exec(
        assets.MODULES / ".bin" / "html-validate", "--config", RULES, "--formatter", "text", *files,
        stdout=PIPE, stderr=STDOUT,
    )  # fmt: skip
    return (await judge.communicate())[0].decode()


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


def a_report(category: str) -> ReportSubmitted:
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    return report.model_copy(update={"report_id": uuid4(), "category": category})


async def press(page: Page, button: str) -> None:
    async with page.expect_event("load"):
        await page.get_by_role("button", name=button).click()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_version_is_proposed_tried_put_in_force_and_taken_back(  # noqa: C901, PLR0915  one journey
    visit: Visit,
    routing: Bench,
    scripts: bool,  # noqa: FBT001
) -> None:
    await routing.hears(*(a_report(kind) for kind in ("BUREN", "BUREN", "VERWARD", "WAPEN")))
    see = scripts  # what is seen is judged once, with scripts: axe is one
    one = await visit("beleid", scripts=scripts)
    await expect(one.get_by_text("Versie 2026-12.1 geldt")).to_be_visible()
    await expect(one.get_by_role("link", name="Beleid", exact=True)).to_have_attribute("aria-current", "page")
    if see:
        await look(one, "beleid")
    await one.get_by_role("link", name="Nieuwe versie voorstellen").click()
    if see:
        await look(one, "beleid-nieuw")
    await one.get_by_label("Of de tekst van het beleid").fill(STRICTER.replace("term = 1\n", "term = 0\n", 1))
    await press(one, "Nakijken en voorstellen")
    await expect(one.get_by_role("alert")).to_contain_text("gevaar.term: moet meer zijn dan 0")
    await expect(one.get_by_role("alert")).to_contain_text("regel ")
    if see:
        await look(one, "beleid-fout")
    await one.get_by_label("Of de tekst van het beleid").fill(STRICTER)
    await one.get_by_label("Wat verandert er").fill("Het meldpunt kijkt mee bij burenruzies.")
    await press(one, "Nakijken en voorstellen")
    await expect(one.get_by_text("U hebt deze versie zelf voorgesteld")).to_be_visible()
    if see:
        await look(one, "beleid-eigen")

    await one.get_by_role("combobox", name="Welke meldingen?").select_option("")
    await press(one, "Begin")
    await expect(one.get_by_role("progressbar")).to_be_visible()
    if see:
        await look(one, "beleid-proef-bezig")
    while await routing.turn("replay_reports"):
        pass
    if not scripts:
        await one.get_by_role("link", name="Vernieuwen").click()
    await expect(one.get_by_role("status")).to_contain_text(
        "Aan de meldingen is niets veranderd", timeout=15_000
    )
    await expect(one.get_by_text("Meldpunt 0 → 2")).to_be_visible()
    if see:
        await look(one, "beleid-proef")

    two = await visit("beleid-tweede", "/beleid/versies/2027-01.1", scripts=scripts)
    await press(two, "Laat deze versie gelden")
    await expect(two.get_by_role("alert")).to_contain_text("Schrijf op waarom")
    if see:
        await look(two, "beleid-versie-fout")
    await two.get_by_label("Waarom?").fill("Besproken in het overleg.")
    await two.get_by_label("Ja, dit beleid gaat gelden").press("Space")
    await press(two, "Laat deze versie gelden")
    await routing.turn("follow_policy")
    await two.reload()
    await expect(two.get_by_text("Versie 2027-01.1 geldt")).to_be_visible()
    await two.goto("/beleid/vergelijken?van=2026-12.1&naar=2027-01.1")
    await expect(two.get_by_role("heading", name="BUREN")).to_be_visible()
    await expect(two.get_by_text("Anders", exact=True)).to_be_visible()
    if see:
        await look(two, "beleid-vergelijken")

    await one.goto("/beleid/versies/2026-12.1")
    if see:
        await look(one, "beleid-terug")
    await one.get_by_label("Waarom?").fill("Het liep mis.")
    await one.get_by_label("Ja, dit beleid gaat weer gelden").press("Space")
    await press(one, "Zet deze versie terug")
    await expect(one.get_by_text("Versie 2026-12.1 geldt")).to_be_visible()


async def test_a_file_is_taken_too(visit: Visit) -> None:
    page = await visit("beleid", "/beleid/nieuw", scripts=False)
    await page.get_by_label("Bestand").set_input_files(
        {"name": "beleid.toml", "mimeType": "application/toml", "buffer": STRICTER.encode()}
    )
    await press(page, "Nakijken en voorstellen")
    await expect(page.get_by_role("heading", name="Versie 2027-01.1")).to_be_visible()


async def test_who_may_only_read_sees_no_way_to_change(visit: Visit) -> None:
    page = await visit("regie", "/beleid/versies/2026-12.1")
    await expect(page.get_by_role("heading", name="Versie 2026-12.1")).to_be_visible()
    assert await page.get_by_role("button", name="Begin").count() == 0
    await page.goto("/beleid/vergelijken")
    await expect(page.get_by_role("heading", name="Geen verschil")).to_be_visible()
    await look(page, "beleid-gelijk")
    answer = await page.goto("/beleid/nieuw")
    assert answer is not None
    assert answer.status == 403


async def test_a_dry_run_without_reports_says_so(visit: Visit, routing: Bench) -> None:
    page = await visit("beleid", "/beleid/versies/2026-12.1", scripts=True)
    await press(page, "Begin")
    while await routing.turn("replay_reports"):
        pass
    await page.reload()
    await expect(page.get_by_role("status")).to_contain_text("geen meldingen in deze tijd")
    await look(page, "beleid-proef-leeg")
