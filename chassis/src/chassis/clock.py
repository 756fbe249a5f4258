"""What time it is, for those who are not told; and whether it can be believed."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from chassis.metrics import CLOCK_STEADY

log = structlog.get_logger()

Clock = Callable[[], datetime]

JUMP = timedelta(seconds=60)
READINGS_TO_GO_ON = 2


def wall_clock() -> datetime:
    return datetime.now(UTC)


class Steady:
    """Whether time goes on as it should: for work that must not be done because a clock was set.

    `compares` says whether the database's time and ours are compared too.
    """

    def __init__(
        self,
        service: str,
        compares: Callable[[], bool] = lambda: True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._compares = compares
        self._monotonic = monotonic
        self._last: tuple[datetime, float] | None = None
        self._readings_to_go = 0

    def reads(self, theirs: datetime, ours: datetime) -> bool:
        """Compare the database's time with the one before, by a clock that nobody can set, and with ours.

        After a jump of over a minute it says no, until two readings in a row agree.
        """
        ticks = self._monotonic()
        off = self._jump(theirs, ticks)
        if self._compares():
            off = max(off, abs(theirs - ours))
        self._last = theirs, ticks
        if off > JUMP:
            if not self._readings_to_go:
                log.error("time jumped", seconds=round(off.total_seconds()))
            self._readings_to_go = READINGS_TO_GO_ON
        elif self._readings_to_go:
            self._readings_to_go -= 1
        CLOCK_STEADY.labels(self._service).set(not self._readings_to_go)
        return not self._readings_to_go

    def _jump(self, theirs: datetime, ticks: float) -> timedelta:
        if self._last is None:
            return timedelta()
        then, ticks_then = self._last
        return abs(theirs - then - timedelta(seconds=ticks - ticks_then))
