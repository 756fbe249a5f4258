"""Intake's pages in a real browser."""

import asyncio
import socket
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest
import uvicorn
from browsing import CHROMIUM, chromium
from playwright.async_api import Browser, Page
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.testing import Bench
from look import assets
from look.pages import static_app

JUDGE = "async () => (await axe.run()).violations.map(fault => fault.id + ': ' + fault.nodes.map(node => node.html))"
WIDTHS = (1366, 390, 320)
RULES = Path(__file__).parents[1] / "browser" / "htmlvalidate.json"

Visit = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    assets.main()
    assets.fetch()  # axe comes with the packages, not with what is built of them
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def intake(on_bench: Callable[..., Awaitable[Bench]], tmp_path: Path) -> Bench:
    return await on_bench("intake", evidence_folder=tmp_path / "evidence")


class Served:
    """A service where a browser reaches it, and every whole page that it gave."""

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
        if body.startswith(b"<!doctype html>"):
            self.pages.append(bytes(body))


@pytest.fixture
async def served(intake: Bench) -> AsyncIterator[Served]:
    intake.service.app.mount("/static", static_app())
    listener = socket.create_server(("127.0.0.1", 0))
    served = Served(intake.service.app, f"http://127.0.0.1:{listener.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(served, lifespan="off", ws="none", log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield served
    server.should_exit = True
    await serving


@pytest.fixture
async def visit(browser: Browser, served: Served, tmp_path: Path) -> AsyncIterator[Visit]:
    """Open a page: `await visit("/melden", scripts=False)`. Every page that was seen must be valid HTML."""
    contexts = []

    async def open_at(path: str, *, scripts: bool = True) -> Page:
        context = await browser.new_context(
            base_url=served.address, java_script_enabled=scripts, viewport={"width": 1366, "height": 900}
        )
        contexts.append(context)
        page = await context.new_page()
        await page.goto(path)
        return page

    yield open_at
    assert await judge_html(served.pages, tmp_path) == ""
    for context in contexts:
        await context.close()


async def check_looks(page: Page, picture: Path | None = None) -> None:
    """Accessible by axe, and never wider than the screen. With a picture's path, one is taken of each width."""
    await page.evaluate((assets.MODULES / "axe-core" / "axe.min.js").read_text())
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        if picture:
            await page.screenshot(path=f"{picture}-{width}.png", full_page=True)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await page.evaluate(JUDGE) == []


async def judge_html(pages: Sequence[bytes], folder: Path) -> str:
    """What html-validate has against the pages."""
    files = [folder / f"{number}.html" for number, _ in enumerate(pages)]
    for file, page in zip(files, pages, strict=True):
        file.write_bytes(page)
    if not files:
        return ""
    judge = await asyncio.create_subprocess_exec(
        assets.MODULES / ".bin" / "html-validate", "--config", RULES, "--formatter", "text", *files,
        stdout=PIPE, stderr=STDOUT,
    )  # fmt: skip
    return (await judge.communicate())[0].decode()
