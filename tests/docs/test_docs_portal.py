"""The guide for portals works as it stands: its commands are run against a hub."""

import asyncio
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import uvicorn

from chassis.testing import Bench

GUIDE = Path(__file__).parents[2] / "docs/how-to/connect-a-portal.md"
MADE_BY_THE_OPERATOR = ("export HUB", ".venv/bin/meldketen token")

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")


def commands() -> list[str]:
    found = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return [block for block in found if not block.startswith(MADE_BY_THE_OPERATOR)]


@pytest.fixture
async def address(on_bench: Callable[..., Awaitable[Bench]], tmp_path: Path) -> AsyncIterator[str]:
    intake = await on_bench("intake", evidence_folder=tmp_path / "evidence")
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(intake.service.app, lifespan="off", ws="none", log_level="warning")
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving


async def test_the_commands_of_the_guide_work_as_they_stand(
    address: str, bearer: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    token = bearer("reports:follow", name="portal")["Authorization"].removeprefix("Bearer ")
    script = "set -euo pipefail\n" + "\n".join(commands())
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", script,
        cwd=tmp_path, env=os.environ | {"HUB": address, "TOKEN": token},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    for words in ('"reference":"WO-', '"hearBy":', '"step":"looking"', '"step":"withdrawn"', "GEL-ERNST"):
        assert words in said.replace('": "', '":"')
