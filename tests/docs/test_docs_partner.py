"""The guide for partners works as it stands: its commands are run, on a broker of their own."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs/how-to/become-a-partner.md"
VENV = Path(sys.executable).parents[1]
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("MELDKETEN_")}


def command(words: str) -> str:
    found: list[str] = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return next(block for block in found if words in block)


async def begin(script: str, folder: Path) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        "bash", "-c", f"set -eu\n{script.replace('.venv/bin/python', 'exec .venv/bin/python')}",
        cwd=folder, env=PLAIN, stdout=pipe, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


@asynccontextmanager
async def answering(folder: Path) -> AsyncIterator[None]:
    file = folder / "rehearsal/partner-police.amqp_url"
    async with asyncio.timeout(90):
        while not file.exists():
            await asyncio.sleep(0.2)
    client = await begin(command("client_aio_pika"), folder)
    try:
        yield
    finally:
        if client.returncode is None:
            client.terminate()
        await client.communicate()


@pytest.mark.timeout(300)
async def test_the_commands_of_the_guide_lead_to_answered_questions(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(VENV)
    kit = await begin(command("partner kit"), tmp_path)
    assert await kit.wait() == 0
    asking = await begin(command("partner rehearse"), tmp_path)
    async with answering(tmp_path):
        said = (await asking.communicate())[0].decode()
    assert asking.returncode == 0, said
    assert said.count("Asked police-questions.asked.v1") == 4
    assert "police.police-replies.given.v1: well" in said
    assert "PASSWORD" not in said
