"""Notifications between a real intake over HTTP and a real mail server over SMTP."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from chassis.testing import Bench
from contracts.intake import ReportRegistered
from meldketen.mailbox import Mailbox

OnBench = Callable[..., Awaitable[Bench]]


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    mailbox = Mailbox()
    await mailbox.start("127.0.0.1", 0)
    yield mailbox
    await mailbox.stop()


@pytest.fixture
async def intake(on_bench: OnBench) -> Bench:
    return await on_bench("intake")


@pytest.fixture
async def intake_url(intake: Bench) -> AsyncIterator[str]:
    async with served(intake.service.app) as url:
        yield url


@pytest.fixture
async def routing_url(on_bench: OnBench) -> AsyncIterator[str]:
    """Of a routing that knows the partners of the register that comes with the hub."""
    async with served((await on_bench("routing")).service.app) as url:
        yield url


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The app behind a port of its own on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, lifespan="off", log_config=None, ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


@pytest.fixture
async def notifications(on_bench: OnBench, intake_url: str, mailbox: Mailbox) -> Bench:
    return await on_bench("notifications", intake_url=intake_url, smtp_port=mailbox.port)


@pytest.fixture
def register(intake: Bench) -> Callable[..., Awaitable[ReportRegistered]]:
    """Send intake a report of somebody with this address; what it tells the others about it."""

    async def post(email: str | None = "a.voorbeeld@example.nl", **changes: Any) -> ReportRegistered:
        report = {
            "category": "GEL-ERNST",
            "story": "Elke nacht muziek.",
            "address": {"postcode": "2599ZX", "houseNumber": 101},
            "reporter": {"name": "A. Voorbeeld", "email": email},
        }
        answer = await intake.client.post("/intake/v1/reports", json=report | changes)
        assert answer.status_code == 202, answer.text
        registered = (await intake.said())[-1]
        assert isinstance(registered, ReportRegistered)
        return registered

    return post
