"""While one transaction is being written, the work that arrives forms the next: many small commits become few."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from chassis.database import Database
from chassis.transaction import Transaction

T = TypeVar("T")

TOGETHER = 256


@dataclass(frozen=True, slots=True)
class _Piece:
    work: Callable[[Transaction], Coroutine[Any, Any, Any]]
    done: asyncio.Future[Any]
    context: contextvars.Context = field(default_factory=contextvars.copy_context)


class GroupCommit:
    """No timer: who comes alone is committed alone, at once. Each waits for its own commit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Piece] = []
        self._writer: asyncio.Task[None] | None = None

    async def run(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """What the work returns, once it is committed; its own exception where it fails, with nothing written.

        When a group fails, its pieces are done one by one, so work may be begun twice and is committed once.
        """
        piece = _Piece(work, asyncio.get_running_loop().create_future())
        self._waiting.append(piece)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        result: T = await piece.done
        return result

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            await self._commit(group)

    async def _commit(self, group: list[_Piece]) -> None:
        try:
            async with self._database.transaction() as tx:
                results = [
                    await asyncio.create_task(piece.work(tx), context=piece.context) for piece in group
                ]
        except Exception as failure:  # noqa: BLE001  it goes to whoever waits
            if len(group) == 1:
                if not group[0].done.done():
                    group[0].done.set_exception(failure)
                return
            for piece in group:
                await self._commit([piece])
        else:
            for piece, result in zip(group, results, strict=True):
                if not piece.done.done():
                    piece.done.set_result(result)
