"""A dry run says what another policy would have decided, and touches nothing."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from policy_versions import NOW, REGISTER, SHIPPED, STRICTER, a_report, finish, version
from sqlalchemy import text as sql

from chassis.testing import Bench
from routing.adapters import kept_assessment, policy_file, report_facts
from routing.domain.dry_runs import Replayed as Seen
from routing.domain.dry_runs import RunState, count
from routing.domain.partners import names_of
from routing.domain.policy import assess
from routing.handlers import dry_runs as dry_run_handlers
from routing.store import assessments, dry_runs

OnBench = Callable[..., Awaitable[Bench]]


@pytest.fixture
async def routing(on_bench: OnBench) -> Bench:
    bench = await on_bench("routing")
    await bench.turn("follow_policy")
    return bench


async def begin(bench: Bench, text: str, since: datetime | None = None) -> UUID:
    async with bench.transaction() as tx:
        return (await dry_run_handlers.begin(text, since, "B. Smit", tx, REGISTER)).dry_run_id


async def test_a_dry_run_finds_what_deciding_one_by_one_finds(
    routing: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_run_handlers, "REPORTS_TOGETHER", 3)
    kinds = ["BUREN", "VERWARD", "BUREN", "WAPEN", "GEL-ERNST", "JEUGD", "BUREN"]
    reports = [a_report(kind) for kind in kinds]
    await routing.hears(*reports)
    before = await routing.said()
    run_id = await begin(routing, STRICTER)
    await finish(routing)
    policy = policy_file.load(STRICTER)
    one_by_one = []
    async with routing.transaction() as tx:
        run = await dry_runs.get(tx, run_id)
        for report in reports:
            kept = await assessments.find_newest(tx, report.report_id)
            assert kept is not None
            facts = report_facts.read(kept.facts)
            decision = kept_assessment.read(kept.decision)
            one_by_one.append(Seen(report.report_id, facts.category, decision, assess(facts, policy)))
            assert (kept.revision, kept.policy_version) == (1, "2026-12.1")
    expected = count(one_by_one, names_of(REGISTER))
    assert (run.state, run.done, run.total) == (RunState.DONE, 7, 7)
    assert run.effects.reports == expected.reports
    assert run.effects.changed == expected.changed == {"BUREN": 3}
    assert (run.effects.before, run.effects.after) == (expected.before, expected.after)
    assert {one.report_id for one in run.effects.examples} == {one.report_id for one in expected.examples}
    assert run.effects.by_part()["desk"] == (
        run.effects.by_part()["desk"][0],
        run.effects.by_part()["desk"][0] + 3,
    )
    assert await routing.said() == before


async def test_a_dry_run_shows_how_far_it_is_and_goes_on_where_it_was(
    routing: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_run_handlers, "REPORTS_TOGETHER", 2)
    await routing.hears(*(a_report() for _ in range(5)))
    run_id = await begin(routing, STRICTER)
    seen = []
    while await routing.turn("replay_reports"):
        async with routing.transaction() as tx:
            run = await dry_runs.get(tx, run_id)
        seen.append((run.state, run.done, run.percent))
    assert seen == [
        (RunState.RUNNING, 2, 40),
        (RunState.RUNNING, 4, 80),
        (RunState.RUNNING, 5, 100),
        (RunState.DONE, 5, 100),
    ]


async def test_a_dry_run_of_what_is_in_force_changes_nothing(routing: Bench) -> None:
    await routing.hears(*(a_report(kind) for kind in ("BUREN", "VERWARD", "WAPEN", "OVERIG")))
    run_id = await begin(routing, SHIPPED)
    await finish(routing)
    async with routing.transaction() as tx:
        run = await dry_runs.get(tx, run_id)
    assert run.effects.changed.total() == 0
    assert run.effects.before == run.effects.after
    assert run.effects.reports.total() == 4


async def test_a_dry_run_looks_at_reports_since_a_moment(routing: Bench) -> None:
    routing.at(NOW - timedelta(days=40))
    await routing.hears(a_report(received_at=NOW - timedelta(days=40)))
    routing.at(NOW)
    await routing.hears(a_report(received_at=NOW))
    run_id = await begin(routing, STRICTER, NOW - timedelta(days=30))
    await finish(routing)
    async with routing.transaction() as tx:
        assert (await dry_runs.get(tx, run_id)).effects.reports == {"BUREN": 1}


async def test_a_policy_that_looks_further_back_sees_what_the_kept_facts_do_not(routing: Bench) -> None:
    """The shipped policy counts over ninety days: what came two hundred days before is in no kept facts."""
    for days, phone in ((200, "+31700000001"), (150, "+31700000002"), (0, "+31700000003")):
        at = NOW - timedelta(days=days)
        routing.at(at)
        report = a_report(received_at=at)
        await routing.hears(
            report.model_copy(update={"reporter": report.reporter.model_copy(update={"phone": phone})})
        )
    window = ("at_least = 3, within_days = 90", "at_least = 3, within_days = 365")
    short, long = await begin(routing, SHIPPED), await begin(routing, version("2027-05.1", window))
    await finish(routing)
    async with routing.transaction() as tx:
        near, far = await dry_runs.get(tx, short), await dry_runs.get(tx, long)
    assert near.effects.changed.total() == 0
    assert far.effects.changed == {"BUREN": 1}
    assert far.effects.after["BUREN", "desk"] == 1


async def test_facts_that_do_not_read_are_counted_and_stop_nothing(routing: Bench) -> None:
    await routing.hears(a_report(), a_report())
    async with routing.transaction() as tx:
        await tx.execute(
            sql(
                "update assessments set facts = '{}' where report_id = (select min(report_id::text)::uuid from assessments)"
            )
        )
    run_id = await begin(routing, STRICTER)
    await finish(routing)
    async with routing.transaction() as tx:
        run = await dry_runs.get(tx, run_id)
    assert (run.state, run.effects.unread, run.effects.reports.total()) == (RunState.DONE, 1, 1)


async def test_a_dry_run_is_forgotten_ninety_days_after_its_end_and_not_while_it_runs(routing: Bench) -> None:
    routing.at(NOW)
    await routing.hears(a_report())
    ended = await begin(routing, STRICTER)
    await finish(routing)
    running = await begin(routing, STRICTER)
    for days, left in ((90, {ended, running}), (91, {running})):
        routing.at(NOW + timedelta(days=days))
        await routing.turn("forget_dry_runs")
        async with routing.transaction() as tx:
            assert {run.dry_run_id for run in await dry_runs.list_newest(tx, 9)} == left


async def test_how_long_a_dry_run_is_kept_is_a_setting(on_bench: OnBench) -> None:
    routing = await on_bench("routing", keep_dry_runs_days=1)
    routing.at(NOW)
    await begin(routing, STRICTER)
    await finish(routing)
    routing.at(NOW + timedelta(days=2))
    await routing.turn("forget_dry_runs")
    async with routing.transaction() as tx:
        assert await dry_runs.list_newest(tx, 9) == []
