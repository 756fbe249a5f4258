"""Intake's pages in a real browser."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright

from chassis.testing import Bench
from look import assets
from look.pages import static_app

sys.path.insert(0, str(Path(__file__).parents[1]))

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
JUDGE = "async () => (await axe.run()).violations.map(fault => fault.id + ': ' + fault.nodes.map(node => node.html))"
WIDTHS = (1366, 390, 320)

Visit = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    assets.main()
    assets.fetch()  # axe comes with the packages, not with what is built of them
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def intake(on_bench: Callable[..., Awaitable[Bench]], tmp_path: Path) -> Bench:
    return await on_bench("intake", evidence_folder=tmp_path / "evidence")


@pytest.fixture
async def address(intake: Bench) -> AsyncIterator[str]:
    """Where a browser reaches the service."""
    intake.service.app.mount("/static", static_app())
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(intake.service.app, lifespan="off", ws="none", log_level="warning")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.fixture
async def visit(browser: Browser, address: str) -> AsyncIterator[Visit]:
    """Open a page: `await visit("/melden", scripts=False)`."""
    contexts = []

    async def open_at(path: str, *, scripts: bool = True) -> Page:
        context = await browser.new_context(
            base_url=address, java_script_enabled=scripts, viewport={"width": 1366, "height": 900}
        )
        contexts.append(context)
        page = await context.new_page()
        await page.goto(path)
        return page

    yield open_at
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
