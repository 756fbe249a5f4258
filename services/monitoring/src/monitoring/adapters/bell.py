"""A doorbell for every board that is open in this process: somebody looks once, all of them hear it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from monitoring.domain.board import Concern, Urgency

PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Ring:
    """What changed: the version of the board now, and the concerns that it did not have before."""

    version: int
    fresh: tuple[Concern, ...] = ()


class Bell:
    """`last` is the newest ring. The bell is watched while somebody looks at the database on its behalf."""

    def __init__(self) -> None:
        self.last = Ring(-1)
        self._known: set[tuple[UUID, Urgency]] | None = None
        self._looked_at = -PATIENCE_SECONDS
        self._rung = asyncio.Event()

    def watched(self) -> None:
        """Somebody looked just now."""
        self._looked_at = monotonic()

    def is_watched(self) -> bool:
        return monotonic() - self._looked_at < PATIENCE_SECONDS

    def ring(self, version: int, concerns: Sequence[Concern]) -> None:
        keys = {(one.concern_id, one.urgency) for one in concerns}
        known = keys if self._known is None else self._known
        fresh = tuple(one for one in concerns if (one.concern_id, one.urgency) not in known)
        self.last, self._known = Ring(version, fresh), keys
        self._rung.set()
        self._rung = asyncio.Event()

    async def rings(self, since: int) -> AsyncIterator[Ring]:
        """The rings after version `since`, for as long as the bell is watched.

        It stops when nobody looks any more, so that a board does not call itself live when the service stops or
        the database is away, and does not keep the server from stopping.
        """
        while self.is_watched():
            if self.last.version > since:
                since = self.last.version
                yield self.last
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS / 4):
                    await self._rung.wait()
