"""The gallery and a browser to look at it with."""

import asyncio
import importlib
import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import uvicorn
from browsing import CHROMIUM
from browsing import chromium as chromium_of_the_system
from playwright.async_api import Browser

from look import assets

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder with the built assets."""
    assets.main()
    return assets.VENDOR


@pytest.fixture(scope="session")
def gallery(built: Path) -> Iterator[str]:
    """The address of the running gallery, for who has a browser."""
    assert built.is_dir()
    assets.fetch()  # axe comes with the packages, not with what is built of them
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    app = importlib.import_module("look_gallery").create()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_level="warning"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="session")
async def chromium(gallery: str) -> AsyncIterator[Browser]:
    assert gallery
    async with chromium_of_the_system() as browser:
        yield browser
