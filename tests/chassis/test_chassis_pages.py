"""What comes by day is forgotten by day, and there is always room for tomorrow."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from chassis.pages import LASTS, Page, turn_pages
from chassis.testing import Bench

OnBench = Callable[..., Awaitable[Bench]]
TODAY = datetime.now(UTC).date()


async def pages(bench: Bench, table: str) -> list[Page]:
    async with bench.transaction() as tx:
        await turn_pages(tx)
        names = text(
            f"select relname from pg_inherits join pg_class on oid = inhrelid where inhparent = '{table}'::regclass"
        )
        return sorted(
            (Page.named(name) for name in (await tx.execute(names)).scalars()), key=lambda p: p.begin
        )


def days(there: list[Page]) -> list[date]:
    return [page.begin + timedelta(days=n) for page in there for n in range((page.end - page.begin).days)]


@pytest.mark.parametrize("table", LASTS)
async def test_every_day_that_counts_has_one_page(on_bench: OnBench, table: str) -> None:
    there = await pages(await on_bench("monitoring"), table)
    first = TODAY - LASTS[table] - timedelta(days=1)
    assert days(there) == [first + timedelta(days=n) for n in range((TODAY - first).days + 3)]
    assert [page.begin for page in there[1:]] == [TODAY + timedelta(days=n) for n in range(3)]


@pytest.mark.parametrize("later", [1, 2, 10, 60])
@pytest.mark.parametrize("table", LASTS)
async def test_days_that_are_over_are_forgotten(on_bench: OnBench, table: str, later: int) -> None:
    """Also by a hub that stood still for a while."""
    bench = await on_bench("monitoring")
    now = datetime.now(UTC) + timedelta(days=later)
    bench.at(now)
    there = await pages(bench, table)
    first = now.date() - LASTS[table] - timedelta(days=1)
    wanted = [first + timedelta(days=n) for n in range((now.date() - first).days + 3)]
    assert set(wanted) <= set(days(there))
    assert len(days(there)) == len(set(days(there)))
    assert all(page.end > first for page in there)


async def test_pages_of_one_day_are_dropped_one_by_one(on_bench: OnBench) -> None:
    bench = await on_bench("monitoring")
    for later in range(50):
        bench.at(datetime.now(UTC) + timedelta(days=later))
        there = await pages(bench, "inbox")
    assert len(there) == LASTS["inbox"].days + 4


def test_a_page_has_the_name_that_it_is_found_by() -> None:
    for page in (Page(date(2026, 11, 23), date(2026, 11, 24)), Page(date(2026, 10, 1), date(2026, 11, 24))):
        assert Page.named(page.name("inbox")) == page
