"""A wire that can be cut, go dead, or be slow: TCP through this process."""

import asyncio
from contextlib import suppress
from typing import Self

CHUNK = 64 * 1024


class Wire:
    """One connection. A dead way holds everything back and closes nothing."""

    def __init__(self) -> None:
        self.alive = {"there": asyncio.Event(), "back": asyncio.Event()}
        for way in self.alive.values():
            way.set()


class Proxy:
    """Forwards to a port of loopback."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._server: asyncio.Server | None = None
        self._wires: dict[asyncio.Task[None], Wire] = {}
        self.delay_seconds = 0.0
        self.bytes_per_second = 0.0
        self.cut_after_bytes = 0

    @property
    def port(self) -> int:
        assert self._server
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._server
        self._server.close()
        ending = list(self._wires)
        self.cut()
        await asyncio.gather(*ending, return_exceptions=True)

    def cut(self) -> None:
        """End every connection at once; what is held back never arrives."""
        for task in self._wires:
            task.cancel()

    def go_dead(self, *ways: str) -> None:
        """Forward nothing more on the connections there are, in both directions or one: "there" or "back"."""
        for wire in self._wires.values():
            for way in ways or wire.alive:
                wire.alive[way].clear()

    async def _join(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        wire = self._wires[task] = Wire()
        far_out: asyncio.StreamWriter | None = None
        try:
            far_in, far_out = await asyncio.open_connection("127.0.0.1", self._to_port)
            ways = [
                asyncio.create_task(self._carry(near_in, far_out, wire, "there")),
                asyncio.create_task(self._carry(far_in, near_out, wire, "back")),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass  # either side may go at any moment: that is what this is for
        finally:
            del self._wires[task]
            for end in (near_out, far_out):
                if end is not None:
                    end.transport.abort()

    async def _carry(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, wire: Wire, way: str
    ) -> None:
        carried = 0
        with suppress(OSError):
            while data := await source.read(CHUNK):
                await wire.alive[way].wait()
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
