"""Services and their HTTP side in one process, until somebody ends it."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from chassis.service import Service
from chassis.trouble import Trouble


class PortTaken(Trouble):
    """Another program listens on the port."""


def check_port(host: str, port: int) -> None:
    """PortTaken, with what to do."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTaken(
                f"Port {port} is in use by another program: end that program, or choose another with --port."
            ) from None


class _Web(uvicorn.Server):
    """Leaves the signals to us: uvicorn raises them again, which would end the process before its servers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    app: ASGIApp,
    host: str,
    port: int,
    services: Sequence[Service],
    beside: Sequence[Coroutine[Any, Any, None]] = (),
) -> None:
    """Run until SIGINT or SIGTERM. `beside` is what else runs as long."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
        server_header=False,
    )
    server = _Web(config)
    asked_to_end = asyncio.Event()
    for asking in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(asking, asked_to_end.set)
    work = [asyncio.ensure_future(service.run()) for service in services]
    work += [asyncio.ensure_future(one) for one in beside]
    web = asyncio.ensure_future(server.serve())
    try:
        ending = asyncio.ensure_future(asked_to_end.wait())
        done, _ = await asyncio.wait([web, ending, *work], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        server.should_exit = True
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        with contextlib.suppress(asyncio.CancelledError):
            await web
        for service in services:
            await service.close()
