"""Ending without leaving work half done."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 20


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Do a portion of work; who is cancelled meanwhile finishes it first, within 20 seconds."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.cancelled():
            await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        task.cancel()
        raise
