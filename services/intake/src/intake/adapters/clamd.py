"""Asks ClamAV's daemon about a file, by its INSTREAM command (clamd(8))."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from intake.domain.evidence import InfectedFile, ScannerAway

PIECE_BYTES = 64 * 1024
PATIENCE_SECONDS = 60
LONGEST_ANSWER = 1024


class Clamd:
    """`address` is `tcp://host:port` or `unix:///path`."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def scan(self, file: Path) -> None:
        """InfectedFile; ScannerAway where it does not answer, or not about the file."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await self._ask(await asyncio.to_thread(file.read_bytes))
        except (OSError, EOFError) as failure:
            raise ScannerAway("Files cannot be checked for viruses now. Try again later.") from failure
        if answer.endswith(" FOUND"):
            raise InfectedFile("The file holds a virus. It was not kept; have your device checked.")
        if answer != "stream: OK":
            raise ScannerAway("The virus scanner could not check this file. Try again later.")

    async def _ask(self, content: bytes) -> str:
        async with self._connection() as (reader, writer):
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(content), PIECE_BYTES):
                piece = content[start : start + PIECE_BYTES]
                writer.write(struct.pack(">I", len(piece)) + piece)
                await writer.drain()
            writer.write(struct.pack(">I", 0))
            await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        scheme, _, where = self._address.partition("://")
        if scheme == "unix":
            reader, writer = await asyncio.open_unix_connection(where, limit=LONGEST_ANSWER)
        else:
            host, _, port = where.rpartition(":")
            reader, writer = await asyncio.open_connection(host, int(port), limit=LONGEST_ANSWER)
        try:
            yield reader, writer
        finally:
            writer.close()
