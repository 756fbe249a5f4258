"""A wire that can be cut, go dead, or be slow: TCP through this process."""

import asyncio
from contextlib import suppress

CHUNK = 64 * 1024


class Proxy:
    """Forwards to a port of loopback. `dead` holds everything back and closes nothing."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._server: asyncio.Server | None = None
        self._wires: set[asyncio.Task[None]] = set()
        self._alive = {"there": asyncio.Event(), "back": asyncio.Event()}
        self.delay_seconds = 0.0
        self.bytes_per_second = 0.0
        self.cut_after_bytes = 0
        self.refuses = False
        self.revive()

    @property
    def port(self) -> int:
        assert self._server
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)

    async def stop(self) -> None:
        self.revive()
        self.cut()
        if self._server:
            self._server.close()
            await asyncio.gather(*self._wires, return_exceptions=True)

    def cut(self) -> None:
        """End every connection at once."""
        for wire in self._wires:
            wire.cancel()

    def go_dead(self, *ways: str) -> None:
        """Forward nothing more, in both directions or one: "there" or "back"."""
        for way in ways or self._alive:
            self._alive[way].clear()

    def revive(self) -> None:
        for alive in self._alive.values():
            alive.set()

    async def _join(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        wire = asyncio.current_task()
        assert wire
        self._wires.add(wire)
        far_out: asyncio.StreamWriter | None = None
        try:
            if not self.refuses:
                far_in, far_out = await asyncio.open_connection("127.0.0.1", self._to_port)
                ways = [
                    asyncio.create_task(self._carry(near_in, far_out, "there")),
                    asyncio.create_task(self._carry(far_in, near_out, "back")),
                ]
                try:
                    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for way in ways:
                        way.cancel()
                    await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._wires.discard(wire)
            for end in (near_out, far_out):
                if end is not None:
                    with suppress(OSError):
                        end.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, way: str) -> None:
        carried = 0
        with suppress(OSError):
            while data := await source.read(CHUNK):
                await self._alive[way].wait()
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                if self.bytes_per_second:
                    await asyncio.sleep(len(data) / self.bytes_per_second)
                carried += len(data)
                if way == "there" and 0 < self.cut_after_bytes < carried:
                    # Half a frame goes out: the far side sees a message begin and never end.
                    target.write(data[: len(data) // 2])
                    await target.drain()
                    return
                target.write(data)
                await target.drain()
