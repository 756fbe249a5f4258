"""A partner that wants to hears what becomes of its own clocks, and nothing that is not its own to know."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import select

from chassis.tables import outbox
from chassis.testing import Bench
from contracts.partners import ClockChanged
from contracts.routing import AssignmentOffered

if TYPE_CHECKING:
    from .conftest import Chain

OnBench = Callable[..., Awaitable[Bench]]


def telling(chain: "Chain", hours: float) -> AssignmentOffered:
    return chain.offered(hours=hours).model_copy(update={"hears_clocks": True})


async def told(monitoring: Bench) -> list[ClockChanged]:
    return [one for one in await monitoring.said() if isinstance(one, ClockChanged)]


async def test_it_hears_of_the_whole_way_of_its_clocks(monitoring: Bench, chain: "Chain") -> None:
    """A first answer that came late, and a result that stood still; the director who is called is not for it."""
    await monitoring.hears(chain.registered(), telling(chain, 4))
    for hours in (3, 4, 8, 24, 50):
        monitoring.at(chain.after(hours))
        await monitoring.turn("fire_due")
    await monitoring.hears(chain.queried(51), chain.withdrawn(52))
    heard = await told(monitoring)
    assert [(one.promise, one.change) for one in heard] == [
        *(("first-answer", change) for change in ("started", "approaching", "missed", "escalated", "met")),
        *(("result", change) for change in ("started", "paused", "cancelled")),
    ]
    assert {one.assignment_id for one in heard} == {chain.assignment_id}
    by_change = {one.change: one for one in heard[:5]}
    assert by_change["approaching"].due_at == chain.after(4)
    assert (by_change["met"].changed_at, heard[-1].due_at) == (chain.after(51), None)


async def test_it_is_told_under_its_own_key_and_who_does_not_want_it_is_told_nothing(
    monitoring: Bench, chain: "Chain"
) -> None:
    quiet = replace(chain, assignment_id=uuid4(), partner="ggz", partner_name="GGZ")
    await monitoring.hears(chain.registered(), telling(chain, 4), quiet.offered(hours=4), quiet.accepted(1))
    async with monitoring.transaction() as tx:
        sent = select(outbox.c.routing_key, outbox.c.body).where(outbox.c.exchange == "partner.clocks")
        [row] = await tx.execute(sent)
    assert row.routing_key == "police.clocks.changed.v1"
    assert str(chain.report_id) not in row.body
