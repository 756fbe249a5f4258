"""A file from outside, as it comes in and is washed: opened in a process of its own that may die of it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from intake.adapters import washing
from intake.domain.evidence import FileRefused, FileTooLarge, MediaType

PATIENCE_SECONDS = 60
DAMAGED = "The file is damaged, or is something else than it begins as. Open it, save it again and send that."


async def take_in(chunks: AsyncIterator[bytes], target: Path, largest: int) -> bytes:
    """Write what comes to a file; gives its first bytes. FileTooLarge past `largest` bytes."""
    file = await asyncio.to_thread(target.open, "w+b")
    try:
        size = 0
        async for chunk in chunks:
            size += len(chunk)
            if size > largest:
                raise FileTooLarge(f"Send at most {largest / 1_000_000:g} MB for each file.")
            await asyncio.to_thread(file.write, chunk)
        file.seek(0)
        return file.read(64)
    finally:
        file.close()


class Washer:
    """One file at a time: each may take much memory."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def wash(self, kind: MediaType, source: Path) -> bytes:
        """The file written anew, without what it tells about its maker. FileRefused, with what to do."""
        target = source.with_suffix(".washed")
        async with self._turn:
            code, said = await _run("-I", "-m", washing.__name__, kind, str(source), str(target))
        if code == washing.REFUSED:
            raise FileRefused(said)
        if code != 0:
            raise FileRefused(DAMAGED)
        return await asyncio.to_thread(target.read_bytes)


async def _run(*words: str) -> tuple[int | None, str]:
    """The exit code and what it said; none where it did not end in time. It gets no secret of ours."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, env={}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            said, _ = await process.communicate()
    except TimeoutError:
        return None, ""
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    return process.returncode, said.decode()
