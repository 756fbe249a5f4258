"""The hub's services as processes of their own, ended by their ids."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from benchmarks.ground import Ground
from chassis.topology import service_user
from meldketen.local import child, kept
from meldketen.local.child import Child

ROOT = Path(__file__).parent.parent
SERVE = "from meldketen.main import main; main()"
WITHIN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Running:
    name: str
    pid: int
    port: int


@asynccontextmanager
async def serve(ground: Ground, names: Sequence[str]) -> AsyncIterator[dict[str, Running]]:
    """`meldketen serve NAME` for each, until they all answer and as long as they are needed."""
    async with AsyncExitStack() as ending:
        running = {}
        for name in names:
            port = free_port(ground, name)
            process = start(
                ground, name, ["-c", SERVE, "serve", name, "--port", str(port)], told(ground, name)
            )
            ending.push_async_callback(asyncio.to_thread, process.stop)
            running[name] = Running(name, process.pid, port)
        for one in running.values():
            await answers(f"http://127.0.0.1:{one.port}/health/ready")
        yield running


def told(ground: Ground, service: str) -> dict[str, str]:
    return {
        "MELDKETEN_DATABASE_URL": ground.under.database_url(service),
        "MELDKETEN_AMQP_URL": ground.under.broker_url(service_user(service)),
        "MELDKETEN_SIGNING_KEY": ground.under.secrets.signing_key,
        "MELDKETEN_LIMIT_CLIENTS": "false",
        "MELDKETEN_LOG_LEVEL": "WARNING",
        "MELDKETEN_LOG_FORMAT": "json",
    }


def free_port(ground: Ground, name: str) -> int:
    folder = ground.folder / name
    folder.mkdir(exist_ok=True)
    return kept.keep_ports(folder, "http")["http"]


def start(ground: Ground, name: str, arguments: Sequence[str], environment: dict[str, str]) -> Child:
    """A Python process that never outlives this one; its log is `<name>/log`."""
    folder = ground.folder / name
    folder.mkdir(exist_ok=True)
    path = filter(None, [os.environ.get("PYTHONPATH")])
    with (folder / "lock").open("a") as lock:
        return child.start(
            [sys.executable, *arguments],
            log=folder / "log",
            lock=lock.fileno(),
            environment=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *path])} | environment,
        )


async def answers(url: str) -> None:
    async with httpx2.AsyncClient(timeout=5) as http, asyncio.timeout(WITHIN_SECONDS):
        while True:
            try:
                if (await http.get(url)).is_success:
                    return
            except httpx2.HTTPError:
                pass
            await asyncio.sleep(0.1)
