"""Evidence in a folder: for one machine, or for a disk that all replicas see."""

import asyncio
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from intake.domain.evidence import EvidenceAway

Answer = TypeVar("Answer")


class EvidenceFolder:
    """A file is there whole or not at all: it is renamed into its place once it is on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, place: str, content: bytes) -> None:
        await _tried(partial(self._put, place, content))

    async def get(self, place: str) -> bytes:
        return await _tried((self._folder / place).read_bytes)

    async def delete(self, place: str) -> None:
        """No matter whether it is there."""
        await _tried(partial((self._folder / place).unlink, missing_ok=True))

    def _put(self, place: str, content: bytes) -> None:
        target = self._folder / place
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = target.with_suffix(".half")
        with half.open("wb") as kept:
            kept.write(content)
            kept.flush()
            os.fsync(kept.fileno())
        half.rename(target)


async def _tried(work: Callable[[], Answer]) -> Answer:
    try:
        return await asyncio.to_thread(work)
    except OSError as failure:
        raise EvidenceAway("The file could not be kept or found. Try again later.") from failure
