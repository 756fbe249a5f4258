"""While one transaction is being written, the work that arrives forms the next: many small commits become few."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from chassis.database import Database
from chassis.transaction import Transaction

Item = TypeVar("Item")
Result = TypeVar("Result")

TOGETHER = 256


@dataclass(frozen=True)
class _Piece(Generic[Item, Result]):
    item: Item
    done: asyncio.Future[Result]

    def settle(self, result: Result | Exception) -> None:
        """Tell who waits, if they still do."""
        if self.done.done():
            return
        if isinstance(result, Exception):
            self.done.set_exception(result)
        else:
            self.done.set_result(result)


class GroupCommit(Generic[Item, Result]):
    """No timer: who comes alone is committed alone, at once. Each waits for its own commit.

    `work` gets up to 256 items, and gives for each its result or the exception that refuses it: a refusal has
    written nothing. When the work itself or the commit fails, the items are done one by one.
    """

    def __init__(
        self,
        database: Database,
        work: Callable[[Sequence[Item], Transaction], Awaitable[Sequence[Result | Exception]]],
    ) -> None:
        self._database = database
        self._work = work
        self._waiting: list[_Piece[Item, Result]] = []
        self._writer: asyncio.Task[None] | None = None

    async def do(self, item: Item) -> Result:
        """The item's result, once it is committed; its own exception where it is refused or fails."""
        piece = _Piece[Item, Result](item, asyncio.get_running_loop().create_future())
        self._waiting.append(piece)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await piece.done

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            await self._commit(group)

    async def _commit(self, group: Sequence[_Piece[Item, Result]]) -> None:
        try:
            async with self._database.transaction() as tx:
                results = await self._work([piece.item for piece in group], tx)
        except Exception as failure:  # noqa: BLE001  it goes to whoever waits
            if len(group) == 1:
                group[0].settle(failure)
                return
            for piece in group:
                await self._commit([piece])
        else:
            for piece, result in zip(group, results, strict=True):
                piece.settle(result)
