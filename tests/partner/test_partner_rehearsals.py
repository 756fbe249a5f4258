"""The command lines of a rehearsal, with the example client: on a broker of this machine, and on that of the desk."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from operating import Operating

from chassis import rehearsal
from meldketen.partner import kit
from routing.adapters import register_file

ASKS = "fire-brigade"
PATIENCE_SECONDS = 120


@asynccontextmanager
async def client(folder: Path, partner: str, url: str) -> AsyncIterator[None]:
    """The kit's example, in a process of its own."""
    kit.write(register_file.load()[partner], folder)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(folder / "client_aio_pika.py"),
        env={"PATH": os.environ["PATH"], "AMQP_URL": url},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
        assert process.returncode is None, "the client ended"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def rest(process: asyncio.subprocess.Process) -> str:
    async with asyncio.timeout(PATIENCE_SECONDS):
        said, _ = await process.communicate()
    return said.decode()


@pytest.fixture
def desk(operator: Operating) -> Operating:
    operator.register.write_text(register_file.shipped())
    return operator


@pytest.mark.timeout(300)
async def test_conform_on_a_broker_of_this_machine(desk: Operating, tmp_path: Path) -> None:
    place = tmp_path / "rehearsal"
    words = ("conform", ASKS, "--local", str(place), "--within", "30", "--quiet", "1")
    playing = await desk.starts("partner", *words)
    file = place / f"partner-{ASKS}.amqp_url"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not file.exists() and playing.returncode is None:
            await asyncio.sleep(0.2)
    assert file.exists(), await rest(playing)
    async with client(tmp_path / "kit", ASKS, file.read_text()):
        said = await rest(playing)
    assert playing.returncode == 0, said
    assert said.count("All is well.") == 5
    assert "information-needed, in-progress, answered" in said
    assert str(file) in said
    assert file.read_text() not in said


@pytest.mark.timeout(300)
async def test_conform_and_rehearse_on_the_broker_of_the_desk(desk: Operating, tmp_path: Path) -> None:
    silent = await desk.types("partner", "conform", ASKS, "--within", "0.5", "--quiet", "0.2")
    assert silent.returncode == 1, silent.stderr
    assert silent.stdout.count("silence") == 5
    async with client(tmp_path / "kit", ASKS, desk.address(ASKS, rehearsal.VHOST)):
        conforming = await desk.types("partner", "conform", ASKS, "--within", "30", "--quiet", "1")
        rehearsed = await desk.types("partner", "rehearse", ASKS, "--every", "2", "--questions", "4")
    assert (conforming.returncode, conforming.stdout.count("All is well.")) == (0, 5), conforming.stdout
    assert rehearsed.returncode == 0, rehearsed.stderr
    assert rehearsed.stdout.count("Asked requests.asked.v1") == 4
    # Three are answered in three steps; the last asks for more first, is told it, and is answered in two.
    assert rehearsed.stdout.count(f"{ASKS}.requests.answered.v1: well") == 3 * 3 + 3


async def test_who_is_not_in_the_register_or_not_connected_is_said(desk: Operating) -> None:
    unknown = await desk.types("partner", "conform", "niemand")
    assert (unknown.returncode, "choose one of" in unknown.stderr) == (2, True)
    alone = await desk.types("partner", "rehearse", "desk")
    assert (alone.returncode, "desk has no adapter" in alone.stderr) == (1, True)
