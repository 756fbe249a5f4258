"""How often one client may ask: counted per process, in memory, over a moving window."""

import time
from collections.abc import Awaitable, Callable

from fastapi import Request
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from chassis.principals import principal_of

__all__ = ["Limits", "TooOften", "at_most", "parse", "spend"]


class TooOften(Exception):
    """The client asked too often."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Try again in {seconds} seconds.")
        self.seconds = seconds


class Limits:
    """What each client spent of each limit. With `enforced` off everybody may ask without end."""

    def __init__(self, *, enforced: bool) -> None:
        self._enforced = enforced
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    async def spend(self, rate: RateLimitItem, *who: str) -> None:
        """Count one for these; TooOften where there is nothing left."""
        if self._enforced and not await self._windows.hit(rate, *who):
            left = await self._windows.get_window_stats(rate, *who)
            raise TooOften(max(1, round(left.reset_time - time.time())))


def at_most(rate: str) -> Callable[[Request], Awaitable[None]]:
    """A dependency that lets a client ask the route as often as this, such as `20 per minute`.

    A client is who has a token, and else the address that asks. TooOften.
    """
    limit = parse(rate)

    async def check(request: Request) -> None:
        await spend(request, limit)

    return check


async def spend(request: Request, rate: RateLimitItem, *what: str) -> None:
    """Count one against the client of this request, on its route; with `what`, one of these for whoever asks.

    TooOften.
    """
    limits: Limits = request.app.state.limits
    route = getattr(request.scope.get("route"), "path", request.url.path)
    await limits.spend(rate, route, *(what or (client(request),)))


def client(request: Request) -> str:
    """Who asks: by name where they have a token, and else by the address they come from."""
    principal = principal_of(request)
    if principal is not None:
        return f"name {principal.name}"
    return f"address {request.client.host}" if request.client else "nobody"
