"""Versions of the terms: four eyes, going back, every replica, and clocks that nobody rewrites."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import text as sql
from term_versions import SLOWER, put_on_terms, version

from chassis.testing import Bench
from chassis.versions import (
    HUB,
    Activation,
    FourEyesNeeded,
    InForceAlready,
    NeverInForce,
    NoSuchVersion,
    VersionTaken,
)
from contracts.intake import Signals
from contracts.monitoring import DeadlineExtended, DeadlineStarted
from monitoring.adapters.term_file import TermsAreWrong
from monitoring.domain.clocks import Deadline, Promise
from monitoring.handlers import terms as handlers
from monitoring.store import clocks
from monitoring.store.terms import terms

if TYPE_CHECKING:
    from .conftest import Chain

OnBench = Callable[..., Awaitable[Bench]]


async def propose(bench: Bench, text: str, who: str = "B. Smit") -> str:
    async with bench.transaction() as tx:
        return (await handlers.propose(text, "Omdat het beter is.", who, tx)).name


async def put_in_force(bench: Bench, name: str, who: str = "N. Visser") -> Activation:
    async with bench.transaction() as tx:
        return await handlers.put_in_force(name, "Besproken.", who, tx)


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


async def test_who_proposed_a_version_cannot_put_it_in_force(monitoring: Bench) -> None:
    await monitoring.turn("follow_terms")
    await propose(monitoring, SLOWER, "B. Smit")
    with pytest.raises(FourEyesNeeded, match=r"B\. Smit"):
        await put_in_force(monitoring, "2027-01.1", "B. Smit")
    with pytest.raises(NoSuchVersion):
        await put_in_force(monitoring, "2099-01.1")
    with pytest.raises(InForceAlready):
        await put_in_force(monitoring, "2026-12.1")


async def test_one_person_can_go_back_to_what_was_in_force(monitoring: Bench) -> None:
    await put_on_terms(monitoring, SLOWER)
    await propose(monitoring, version("2027-09.1"))
    async with monitoring.transaction() as tx:
        with pytest.raises(NeverInForce):
            await handlers.go_back("2027-09.1", "Het liep mis.", "B. Smit", tx)
        back = await handlers.go_back("2026-12.1", "Het liep mis.", "B. Smit", tx)
    assert (back.number, back.rolled_back) == (3, True)


async def test_two_activations_at_once_are_one_after_the_other(monitoring: Bench) -> None:
    await monitoring.turn("follow_terms")
    await propose(monitoring, SLOWER)
    await propose(monitoring, version("2027-02.1"))
    await asyncio.gather(put_in_force(monitoring, "2027-01.1"), put_in_force(monitoring, "2027-02.1"))
    async with monitoring.transaction() as tx:
        assert [one.number for one in await terms.list_activations(tx)] == [3, 2, 1]


async def test_a_version_keeps_its_text_and_a_wrong_one_is_refused(monitoring: Bench) -> None:
    await propose(monitoring, SLOWER)
    assert await propose(monitoring, SLOWER, "N. Visser") == "2027-01.1"
    with pytest.raises(VersionTaken, match=r"2027-01\.1"):
        await propose(monitoring, SLOWER + "\n# anders\n")
    with pytest.raises(TermsAreWrong):
        await propose(monitoring, version("2027-03.1", ("within = 5\n", "within = 0\n")))


async def test_a_version_that_does_not_read_stops_nothing(
    monitoring: Bench, on_bench: OnBench, chain: "Chain"
) -> None:
    await put_on_terms(monitoring, SLOWER)
    async with monitoring.transaction() as tx:
        await tx.execute(sql("insert into term_tables values ('9', 'version = ', 'X', now(), '')"))
        await terms.activate(tx, Activation(3, "9", "X", tx.now, "Stuk."))
    for process in (monitoring, await on_bench("monitoring")):
        await process.turn("follow_terms")
        report = chain.registered().model_copy(update={"report_id": uuid4()})
        await process.hears(report)
        started = await clock(process, replace(chain, report_id=report.report_id), Promise.OUTCOME)
        assert started.terms_version == "2027-01.1"


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
