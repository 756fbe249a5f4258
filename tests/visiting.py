"""A service where a browser reaches it: people of the demonstration visit, and what it gave them is judged."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import uvicorn
from judging import AXE, JUDGE, TAGS, WIDE, judge_html
from playwright.async_api import Browser, Page, ViewportSize
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.clock import wall_clock
from chassis.principals import COOKIE, Signer
from chassis.testing import Bench
from look.pages import static_app
from meldketen.signin import PERSONAS

WIDTHS = (1366, 390, 320)
PICTURES = os.environ.get("MELDKETEN_TEST_PICTURES")
WIDE_SCREEN = ViewportSize(width=1366, height=900)

Visit = Callable[..., Awaitable[Page]]


class Kept:
    """Hands on to the app, and keeps every whole page that it gave."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.pages: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()

        async def send_on(message: Message) -> None:
            body.extend(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, send_on)
        if body.lower().startswith(b"<!doctype html>"):
            self.pages.append(bytes(body))


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """The address of the app on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_level="warning"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


@asynccontextmanager
async def visits(browser: Browser, bench: Bench, folder: Path) -> AsyncIterator[Visit]:
    """Sit down as one of the personas: `await visit("beleid", "/beleid", scripts=False)`. Every page must be valid HTML."""
    bench.service.app.mount("/static", static_app())
    kept = Kept(bench.service.app)
    async with served(kept) as address, AsyncExitStack() as contexts:

        async def sit_down(persona: str, path: str, *, scripts: bool = True) -> Page:
            context = await browser.new_context(
                base_url=address, java_script_enabled=scripts, viewport=WIDE_SCREEN
            )
            contexts.push_async_callback(context.close)
            who = PERSONAS[persona]
            signer = Signer(bench.service.settings.signing_key.get_secret_value())
            token = signer.issue(who.name, who.scopes, wall_clock(), timedelta(hours=1))
            await context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
            page = await context.new_page()
            await page.goto(path)
            return page

        yield sit_down
    assert kept.pages
    for number, page in enumerate(kept.pages):
        (folder / f"{number}.html").write_bytes(page)
    assert await judge_html(folder) == ""


async def look(page: Page, name: str) -> None:
    """Accessible by axe, and never wider than the screen."""
    await page.evaluate(AXE.read_text())
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
        assert await page.evaluate(WIDE) <= width
        assert await page.evaluate(JUDGE, TAGS) == []
    await page.set_viewport_size(WIDE_SCREEN)
