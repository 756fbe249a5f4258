"""What if: the clocks there are, by another table of terms. They are read, and nothing is written."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from chassis.calendar import Calendar
from chassis.transaction import Transaction
from monitoring.domain.clocks import Deadline
from monitoring.domain.forecasts import Forecast, Foreseen, count
from monitoring.domain.terms import TermTable
from monitoring.domain.transfers import can_move
from monitoring.handlers.clocks import Terms
from monitoring.handlers.reckoning import end_on
from monitoring.store import forecasts

CLOCKS_TOGETHER = 5000


async def what_if(
    table: TermTable, met_within: timedelta | None, tx: Transaction, terms: Terms, *, running: bool = False
) -> Forecast:
    """Over the open clocks and those that were met within this time; or over those alone that a transfer would move."""
    since = tx.now - met_within if met_within else None
    forecast, after = Forecast(), None
    while found := await forecasts.list_looked_at(tx, since, after, CLOCKS_TOGETHER):
        looked_at = [one for one in found if can_move(one, tx.now)] if running else found
        await asyncio.to_thread(_foresee, forecast, looked_at, table, terms.calendar, tx.now)
        after = found[-1].deadline_id
    return forecast


def _foresee(
    forecast: Forecast, found: Sequence[Deadline], table: TermTable, calendar: Calendar, now: datetime
) -> None:
    ends = ((one, end_on(one, table, calendar)) for one in found)
    count(forecast, (Foreseen(one, end, one.met_at or one.paused_at or now) for one, end in ends))
