"""A service as a process of its own: begun again when it ends, as an orchestrator does."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

import httpx2

from meldketen.local import child, kept
from meldketen.local.child import Child

ENTRY = Path(__file__).with_name("under_test.py")
_numbers = count(1)


class Process:
    """`ends` counts how often it ended without being told to, and not while it `may_end`.

    `starting_seconds` is how long its first start took: on a busy machine much longer than on a quiet one.
    """

    def __init__(self, service: str, told: Mapping[str, str], folder: Path) -> None:
        self.service = service
        self.told = dict(told)
        self.ends = 0
        self._place = folder / f"{service}-{next(_numbers)}"
        self._place.mkdir(parents=True)
        self._orders = self._place / "orders"
        self.port = kept.keep_ports(self._place, "http")["http"]
        self.http = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=20)
        self._child: Child | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._begun = count(1)
        self._expected = False
        self.may_end = False
        self.starting_seconds = 0.0

    @property
    def pid(self) -> int:
        assert self._child
        return self._child.pid

    async def start(self, *, ready: bool = True) -> None:
        """Return when it is ready."""
        begun = time.monotonic()
        await self._begin()
        self._keeper = asyncio.create_task(self._keep())
        if ready:
            await self.until_ready()
            self.starting_seconds = self.starting_seconds or time.monotonic() - begun

    async def restart(self, *, ready: bool = True) -> None:
        """End it as an operator would and begin anew."""
        await self.stop()
        await self.start(ready=ready)

    async def until_ready(self, seconds: float = 60) -> None:
        async with asyncio.timeout(seconds):
            while not await self.is_ready():
                await asyncio.sleep(0.1)

    async def is_ready(self) -> bool:
        with suppress(httpx2.HTTPError):
            return (await self.http.get("/health/ready", timeout=3)).status_code == httpx2.codes.OK
        return False

    def signal(self, what: signal.Signals) -> None:
        if self._child and self._child.is_running():
            with suppress(ProcessLookupError):
                os.kill(self._child.pid, what)

    def kill(self) -> None:
        """End it as a power cut would; the next life begins by itself."""
        self._expected = True
        self.signal(signal.SIGKILL)

    def doom(self, point: str, times: int) -> None:
        """Have it killed when it passes a point in its code for this many times from now."""
        self._expected = True
        self._orders.write_text(f"{point}:{times}")
        self.signal(signal.SIGUSR1)

    def dismiss(self) -> None:
        """Ask it to end; the next life begins by itself."""
        self._expected = True
        self.signal(signal.SIGTERM)

    async def stop(self) -> None:
        """Ask it to end, and wait."""
        if self._keeper:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None
        if self._child:
            self.signal(signal.SIGCONT)
            await asyncio.to_thread(self._child.stop, 45)

    async def close(self) -> None:
        await self.stop()
        await self.http.aclose()

    def last_words(self) -> str:
        return self._child.last_words(40) if self._child else ""

    async def _begin(self) -> None:
        self._expected = False
        command: list[str | Path] = [sys.executable, ENTRY, "serve", self.service, "--port", str(self.port)]
        environment = {
            name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ
        }
        self._child = await asyncio.to_thread(
            child.start,
            command,
            log=self._place / f"{next(self._begun)}.log",
            lock=subprocess.DEVNULL,
            environment=environment | self.told | {"FAULTS_ORDERS": str(self._orders)},
        )

    async def _keep(self) -> None:
        while True:
            assert self._child
            while self._child.is_running():
                await asyncio.sleep(0.05)
            self.ends += not (self._expected or self.may_end)
            self._child.stop()
            await asyncio.sleep(0.2)
            await self._begin()
