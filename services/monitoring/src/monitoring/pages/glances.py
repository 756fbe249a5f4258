"""What many boards show alike is read and made once, and not once for each."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from time import monotonic
from typing import Any, TypeVar

from monitoring.adapters.bell import Bell

KEPT_SECONDS = 1.0
Made = TypeVar("Made")


class Glances:
    """Keeps what was made until the bell rings, or for a moment: the time that is left changes too."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._version = -1
        self._until = 0.0
        self._made: dict[Hashable, asyncio.Future[Any]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Made]]) -> Made:
        """What was made under the key; who comes while it is being made waits for it.

        Nothing is kept while nobody looks whether it is still so.
        """
        if not self._bell.is_watched():
            return await make()
        if self._version != self._bell.last.version or monotonic() > self._until:
            self._version, self._until = self._bell.last.version, monotonic() + KEPT_SECONDS
            self._made = {}
        made = self._made
        if key not in made:
            made[key] = asyncio.ensure_future(make())
        try:
            ready: Made = await asyncio.shield(made[key])
        except Exception:
            made.pop(key, None)
            raise
        return ready
