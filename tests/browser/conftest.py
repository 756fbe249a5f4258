"""The hub's pages in a browser: intake on a real database behind the front, as `meldketen up` serves it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import uvicorn
from browsing import CHROMIUM, chromium
from playwright.async_api import Browser

from chassis.testing import Bench
from look import assets
from meldketen.front import OneOrigin, create_front


@pytest.fixture
async def intake(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("intake")


@pytest.fixture
async def hub(intake: Bench) -> AsyncIterator[str]:
    """The address of a hub that is running."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    assets.main()
    assets.fetch()  # axe and html-validate come with the packages, not with what is built of them
    front = create_front(intake.service.settings, demo=False)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(OneOrigin(front, [intake.service]), lifespan="off", ws="none", log_level="warning")
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving
    listener.close()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser
