"""Versions of the terms: every process goes by what is in force, and nobody rewrites a clock."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from term_versions import SLOWER, put_on_terms

from chassis.testing import Bench
from chassis.versions import HUB
from contracts.intake import Signals
from contracts.monitoring import DeadlineExtended, DeadlineStarted
from monitoring.domain.clocks import Deadline, Promise
from monitoring.store import clocks
from monitoring.store.terms import terms

if TYPE_CHECKING:
    from .conftest import Chain

OnBench = Callable[..., Awaitable[Bench]]


async def clock(bench: Bench, chain: "Chain", promise: Promise = Promise.FIRST_ANSWER) -> Deadline:
    async with bench.transaction() as tx:
        [found] = [one for one in await clocks.list_about(tx, chain.report_id) if one.promise is promise]
        return found


async def test_the_terms_that_come_with_the_hub_are_in_force_first(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.registered(), chain.offered(hours=24 * 30))
    async with monitoring.transaction() as tx:
        [first] = await terms.list_activations(tx)
    assert (first.version, first.activated_by) == ("2026-12.1", HUB)
    started = await clock(monitoring, chain)
    assert started.terms_version == "2026-12.1"
    assert started.facts == {
        "category": "GEL-ERNST",
        "urgency": "normal",
        "partner": "police",
        "track": "enforcement",
        "rule": "eerste-antwoord",
        "due_at": chain.after(24 * 30).isoformat(),
    }


async def test_every_process_goes_by_a_new_version_and_running_clocks_keep_theirs(
    monitoring: Bench, on_bench: OnBench, chain: "Chain"
) -> None:
    other = await on_bench("monitoring")
    other.at(chain.began)
    await other.turn("follow_terms")
    await monitoring.hears(chain.registered(), chain.offered(hours=24 * 30))
    before = await clock(monitoring, chain)
    await put_on_terms(monitoring, SLOWER)
    await other.turn("follow_terms")
    assert await clock(monitoring, chain) == before
    later = chain.offered(hours=24 * 30).model_copy(update={"report_id": uuid4(), "assignment_id": uuid4()})
    await other.hears(later)
    ends = [one.due_at for one in await monitoring.said() if isinstance(one, DeadlineStarted)]
    assert ends[-1] == datetime.fromisoformat("2026-12-03T23:59:59+01:00")
    assert before.due_at == datetime.fromisoformat("2026-11-30T23:59:59+01:00")


async def test_a_question_that_is_heard_of_before_its_report_gets_the_term_it_would_have_had(
    monitoring: Bench, chain: "Chain"
) -> None:
    await monitoring.hears(chain.offered(hours=24 * 30))
    urgent = chain.registered().model_copy(update={"signals": Signals(danger=True)})
    await monitoring.hears(urgent)
    [extended] = [one for one in await monitoring.said() if isinstance(one, DeadlineExtended)]
    assert (extended.reason, extended.due_at) == (
        "report-known",
        datetime.fromisoformat("2026-11-24T23:59:59+01:00"),
    )
    assert (await clock(monitoring, chain)).facts["rule"] == "eerste-antwoord-gevaar"
