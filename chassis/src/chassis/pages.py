"""Tables that forget: a page (partition) for each day, and what is over goes with its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from sqlalchemy import text

from chassis.inbox import REMEMBER
from chassis.sent import KEPT
from chassis.transaction import Transaction

LASTS = {"inbox": REMEMBER, "sent": KEPT}
AHEAD = timedelta(days=3)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Page:
    """From the first day up to the day after the last. `sent_20261123`, or `sent_20261120_20261123` for more days."""

    begin: date
    end: date

    @classmethod
    def named(cls, name: str) -> Self:
        _, *days = name.split("_")
        return cls(_day(days[0]), _day(days[-1]) + ONE_DAY)

    def name(self, table: str) -> str:
        last = self.end - ONE_DAY
        return f"{table}_{self.begin:%Y%m%d}" + (f"_{last:%Y%m%d}" if last > self.begin else "")


async def turn_pages(tx: Transaction) -> bool:
    """Make room for the days to come and forget the days that are over; a job, done when nothing is more to do."""
    await tx.execute(text("select pg_advisory_xact_lock(hashtext(current_schema() || '.pages'))"))
    today = tx.now.date()
    for table, lasts in LASTS.items():
        first = today - lasts - ONE_DAY
        there = await _pages(tx, table)
        for page in there:
            if page.end <= first:
                await tx.execute(text(f"drop table {page.name(table)}"))
        for page in _missing(there, first, today):
            bounds = f"from ('{page.begin} 00:00+00') to ('{page.end} 00:00+00')"
            await tx.execute(
                text(f"create table {page.name(table)} partition of {table} for values {bounds}")
            )
    return False


_PAGES = text(
    "select c.relname from pg_inherits join pg_class c on c.oid = inhrelid"
    " where inhparent = to_regclass(:table) order by c.relname"
)


async def _pages(tx: Transaction, table: str) -> list[Page]:
    found = await tx.execute(_PAGES, {"table": table})
    return [Page.named(name) for name in found.scalars()]


def _missing(there: Iterable[Page], first: date, today: date) -> list[Page]:
    """A page a day, but one for each stretch of days gone by: little can come from there."""
    missing: list[Page] = []
    day = first
    while day < today + AHEAD:
        if not any(page.begin <= day < page.end for page in there):
            if missing and missing[-1].end == day and day < today:
                missing[-1] = Page(missing[-1].begin, day + ONE_DAY)
            else:
                missing.append(Page(day, day + ONE_DAY))
        day += ONE_DAY
    return missing


def _day(name: str) -> date:
    return datetime.strptime(name, "%Y%m%d").date()  # noqa: DTZ007  a day, not a moment
