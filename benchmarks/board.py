"""From the commit of a change until every open board shows it: one board, and 200 of them on one process."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks import services
from benchmarks.ground import Ground
from benchmarks.rounds import share, spread
from chassis.identity import new_id
from chassis.principals import Signer

BOARDS = (1, 200)
ROWS = 60
CHANGES = 6
PATIENCE_SECONDS = 10
NOW = datetime.now(UTC)

ADD = (
    "insert into deadlines (deadline_id, report_id, assignment_id, promise, holder, holder_name, started_at, due_at, state, alerted_at) "
    "values ($1, $2, $3, 'first-answer', 'police', 'Politie', $4, $5, 'missed', $6)"
)


class Board:
    """An open board as a browser has it: a stream, and a fetch of the changing part whenever the stream rings."""

    def __init__(self, port: int, who: str, signer: Signer) -> None:
        self._port = port
        self._token = signer.issue(who, ["deadlines:read", "deadlines:act"], NOW, timedelta(hours=1))
        self._kept: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.live = asyncio.Event()
        self.heard_at: list[float] = []
        self.shown: list[tuple[float, bytes]] = []

    async def watch(self) -> None:
        """For ever. The stream begins with what is there already."""
        reader, writer = await self._ask("/toezicht/stroom")
        try:
            while line := await reader.readline():
                if line.startswith(b"event: bord"):
                    self.heard_at.append(time.time())
                    body = await self.fetch()
                    self.shown.append((time.time(), body))
                    self.live.set()
        finally:
            for one in (writer, *(self._kept or ())[1:]):
                one.close()

    async def fetch(self) -> bytes:
        if self._kept is None or self._kept[0].at_eof():
            self._kept = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._kept
        writer.write(self._request("/toezicht/bord"))
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        return await reader.readexactly(
            int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        )

    async def _ask(self, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(self._request(path))
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        return reader, writer

    def _request(self, path: str) -> bytes:
        asks = f"Authorization: Bearer {self._token}\r\nHX-Request: true\r\nAccept: text/html"
        return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{asks}\r\n\r\n".encode()


@asynccontextmanager
async def opened(port: int, many: int, signer: Signer) -> AsyncIterator[list[Board]]:
    """So many boards, each of another person, until all of them have heard and shown what there is."""
    boards = [Board(port, f"Kijker {number}", signer) for number in range(many)]
    async with AsyncExitStack() as ending:
        watching = [asyncio.create_task(board.watch()) for board in boards]
        ending.push_async_callback(asyncio.wait, watching)
        for one in watching:
            ending.callback(one.cancel)
        async with asyncio.timeout(3 * PATIENCE_SECONDS):
            await asyncio.gather(*(board.live.wait() for board in boards))
        yield boards


async def change(sql: Any, number: int) -> tuple[float, bytes]:
    """One more missed term, the longest late of all, so that it stands on the first page: when, and which."""
    deadline_id, now = new_id(), datetime.now(UTC)
    due_at = NOW - timedelta(days=10, minutes=number)
    await sql.execute(ADD, deadline_id, new_id(), new_id(), due_at - timedelta(hours=4), due_at, now)
    return time.time(), str(deadline_id).encode()


async def waits(
    ground: Ground, port: int, many: int, signer: Signer, first: int
) -> tuple[list[float], list[float]]:
    """Milliseconds until the last board heard of each change, and until the last one had it; endless where one did not."""
    heard, shown = [], []
    sql = await ground.sql("monitoring")
    async with opened(port, many, signer) as boards:
        for number in range(first, first + CHANGES):
            await asyncio.sleep(0.37)  # at no fixed distance from the looks of the service
            at, which = await change(sql, number)
            ends = [await _shows(board, which, at) for board in boards]
            heard.append(1000 * (max(min(h for h in board.heard_at if h >= at) for board in boards) - at))
            shown.append(1000 * (max(ends) - at))
    await sql.close()
    return heard, shown


async def _shows(board: Board, which: bytes, at: float) -> float:
    while time.time() < at + PATIENCE_SECONDS:
        if times := [when for when, body in board.shown if which in body]:
            return times[0]
        await asyncio.sleep(0.01)
    return float("inf")


async def section(ground: Ground, rounds: int, _seconds: float) -> str:
    """One process; the numbers of boards in turns."""
    found: dict[int, list[tuple[list[float], list[float]]]] = {many: [] for many in BOARDS}
    signer = Signer(ground.under.secrets.signing_key)
    for number in range(rounds):
        await ground.empty()
        sql = await ground.sql("monitoring")
        for row in range(ROWS):
            due_at = NOW - timedelta(hours=row)
            await sql.execute(ADD, new_id(), new_id(), new_id(), due_at - timedelta(hours=4), due_at, NOW)
        await sql.close()
        async with services.serve(ground, ("monitoring",)) as running:
            for turn, many in enumerate(BOARDS):
                one = await waits(ground, running["monitoring"].port, many, signer, CHANGES * turn)
                found[many].append(one)
                print(f"  round {number + 1}: {many} boards: {max(one[1]):,.0f} ms at most", flush=True)
    await ground.empty()
    return _table(found)


def _table(found: dict[int, list[tuple[list[float], list[float]]]]) -> str:
    head = [
        "open boards",
        "changes",
        "all heard, p50 ms",
        "all show it, p50 ms",
        "at most, ms",
        f"p50 to that of {BOARDS[0]}",
    ]
    rows = [head, ["---"] * len(head)]
    for many, mine in found.items():
        ratios = [
            share(shown, 0.5) / share(few, 0.5)
            for (_, shown), (_, few) in zip(mine, found[BOARDS[0]], strict=True)
        ]
        rows.append(
            [
                str(many),
                str(sum(len(shown) for _, shown in mine)),
                spread([share(heard, 0.5) for heard, _ in mine]),
                spread([share(shown, 0.5) for _, shown in mine]),
                spread([max(shown) for _, shown in mine]),
                f"**{spread(ratios)}**",
            ]
        )
    said = (
        "One process with every board of another person. From the commit of a change until the last board has fetched "
        "the part that shows it (goal: within 1,000 ms). The process looks for changes four times a second."
    )
    return said + "\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)
