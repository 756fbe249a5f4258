"""People who report, as fast as it goes or at a rate: plain asyncio connections, so that the load costs little."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

ACCEPTED = 202
STORY = "Elke nacht harde klappen tegen de brievenbussen, en 's morgens ligt de hal vol glas. " * 4
_numbers = count()


@dataclass(frozen=True, slots=True)
class Posted:
    """`sent_at` is seconds since the epoch, when it was due where a rate was asked; `ms` is until the answer."""

    report_id: str
    sent_at: float
    ms: float


class Connection:
    """One kept connection that posts reports; opened anew where the server closed it for idleness."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None or self._streams[0].at_eof():
            self.close()
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return self._streams

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()

    async def post(self, due_at: float | None = None) -> Posted | None:
        """None where the report was not accepted."""
        sent_at = time.time() if due_at is None else due_at
        body = report(next(_numbers))
        reader, writer = await self.open()
        writer.write(
            b"POST /intake/v1/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        answer = await reader.readexactly(int(length))
        if int(head[9:12]) != ACCEPTED:
            return None
        return Posted(json.loads(answer)["id"], sent_at, 1000 * (time.time() - sent_at))


def report(number: int) -> bytes:
    """A report of about twenty fields that asks one partner; each about an address of its own."""
    return json.dumps(
        {
            "category": "VANDAL",
            "channel": "web",
            "story": STORY,
            "address": {
                "postcode": f"{1000 + number // 90_000} AB",
                "houseNumber": number % 90_000 + 1,
                "addition": "A",
            },
            "reporter": {
                "name": "A. Voorbeeld",
                "phone": "070 000 00 00",
                "anonymous": False,
                "tenure": "other",
            },
            "signals": {"danger": False, "children": False, "goingOnNow": True, "reportedBefore": True},
            "language": "nl",
        }
    ).encode()


@asynccontextmanager
async def connected(port: int, many: int) -> AsyncIterator[list[Connection]]:
    connections = [Connection(port) for _ in range(many)]
    await asyncio.gather(*(connection.open() for connection in connections))
    try:
        yield connections
    finally:
        for connection in connections:
            connection.close()


async def for_seconds(connections: Sequence[Connection], seconds: float) -> list[Posted | None]:
    """Each connection posts as soon as it has its answer."""
    until = time.perf_counter() + seconds
    posted: list[Posted | None] = []

    async def go_on(connection: Connection) -> None:
        while time.perf_counter() < until:
            posted.append(await connection.post())

    await asyncio.gather(*map(go_on, connections))
    return posted


async def so_many(connections: Sequence[Connection], many: int) -> list[Posted | None]:
    """Each connection posts as soon as it has its answer, until there are so many."""
    left = iter(range(many))
    posted: list[Posted | None] = []

    async def go_on(connection: Connection) -> None:
        posted.extend([await connection.post() for _ in left])

    await asyncio.gather(*map(go_on, connections))
    return posted


async def at_a_rate(
    connections: Sequence[Connection], per_second: float, seconds: float
) -> list[Posted | None]:
    """Reports come when they come, whether or not the earlier ones were answered; waiting for a connection counts."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for connection in connections:
        free.put_nowait(connection)
    dice = random.Random(7)  # noqa: S311  the same times for every variant

    async def one(due_at: float) -> Posted | None:
        await asyncio.sleep(due_at - time.time())
        connection = await free.get()
        try:
            return await connection.post(due_at)
        finally:
            free.put_nowait(connection)

    begun = time.time()
    many = int(per_second * seconds)
    return list(await asyncio.gather(*(one(begun + dice.uniform(0, seconds)) for _ in range(many))))
