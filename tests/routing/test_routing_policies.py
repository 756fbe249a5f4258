"""Versions of the policy: four eyes, going back, every replica, and dry runs that touch nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text as sql

from chassis import jobs
from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted
from contracts.routing import ReportAssessed
from routing.adapters import kept_assessment, policy_file, register_file, report_facts
from routing.domain.dry_runs import Replayed as Seen
from routing.domain.dry_runs import RunState, count
from routing.domain.partners import names_of
from routing.domain.policy import assess
from routing.domain.versions import (
    HUB,
    Activation,
    FourEyesNeeded,
    InForceAlready,
    NeverInForce,
    NoSuchVersion,
    Version,
    VersionTaken,
    activate,
    roll_back,
)
from routing.handlers import dry_runs as dry_run_handlers
from routing.handlers import policies as handlers
from routing.store import assessments, dry_runs, policies

OnBench = Callable[..., Awaitable[Bench]]
SHIPPED = policy_file.shipped()
REGISTER = register_file.load()
EXAMPLE = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def version(name: str, *changes: tuple[str, str]) -> str:
    """The shipped policy under another name, changed."""
    text = SHIPPED.replace('version = "2026-12.1"', f'version = "{name}"')
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


STRICTER = version(
    "2027-01.1", ('care = ["mediation", "corporation"]', 'care = ["mediation", "corporation", "desk"]')
)


def a_report(category: str = "BUREN", **changes: Any) -> ReportSubmitted:
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    return report.model_copy(update={"report_id": uuid4(), "category": category} | changes)


@pytest.fixture
async def routing(on_bench: OnBench) -> Bench:
    bench = await on_bench("routing")
    await bench.turn("follow_policy")
    return bench


async def propose(bench: Bench, text: str, who: str = "B. Smit") -> Version:
    async with bench.transaction() as tx:
        return await handlers.propose(text, "Omdat het beter is.", who, tx, REGISTER)


async def put_in_force(bench: Bench, name: str, who: str = "N. Visser") -> Activation:
    async with bench.transaction() as tx:
        return await handlers.put_in_force(name, "Besproken.", who, tx, REGISTER)


async def go_back(bench: Bench, name: str, who: str = "B. Smit") -> Activation:
    async with bench.transaction() as tx:
        return await handlers.go_back(name, "Het liep mis.", who, tx, REGISTER)


async def decided_by(bench: Bench, **changes: Any) -> str:
    """The version by which this process decides about a report now."""
    report = a_report(**changes)
    await bench.hears(report)
    said = [m for m in await bench.said() if isinstance(m, ReportAssessed)]
    return next(m.policy_version for m in said if m.report_id == report.report_id)


async def test_the_first_version_is_the_one_that_comes_with_the_hub(routing: Bench) -> None:
    async with routing.transaction() as tx:
        [activation] = await policies.list_activations(tx)
        [kept] = await policies.list_versions(tx)
    assert (activation.number, activation.version, activation.activated_by) == (1, "2026-12.1", HUB)
    assert (kept.text, kept.proposed_by) == (SHIPPED, HUB)


async def test_a_report_that_comes_before_the_first_look_is_decided_by_what_is_in_force(
    routing: Bench, on_bench: OnBench
) -> None:
    await propose(routing, STRICTER)
    await put_in_force(routing, "2027-01.1")
    fresh = await on_bench("routing")
    assert await decided_by(fresh) == "2027-01.1"


async def test_a_proposal_decides_nothing(routing: Bench) -> None:
    await propose(routing, STRICTER)
    await routing.turn("follow_policy")
    assert await decided_by(routing) == "2026-12.1"


async def test_who_proposed_a_version_may_not_activate_it(routing: Bench) -> None:
    await propose(routing, STRICTER, "B. Smit")
    with pytest.raises(FourEyesNeeded, match=r"B\. Smit"):
        await put_in_force(routing, "2027-01.1", "B. Smit")
    await routing.turn("follow_policy")
    assert await decided_by(routing) == "2026-12.1"


async def test_what_another_activates_is_in_force_with_who_when_and_why(routing: Bench) -> None:
    await propose(routing, STRICTER)
    await put_in_force(routing, "2027-01.1", "N. Visser")
    await routing.turn("follow_policy")
    assert await decided_by(routing) == "2027-01.1"
    async with routing.transaction() as tx:
        newest = (await policies.list_activations(tx))[0]
    assert (newest.number, newest.activated_by, newest.why) == (2, "N. Visser", "Besproken.")
    assert not newest.rolled_back


async def test_every_running_replica_hears_of_it_within_a_second(routing: Bench, on_bench: OnBench) -> None:
    other = await on_bench("routing")
    follow = next(job for job in other.service.jobs if job.name == "follow_policy")
    work = asyncio.create_task(jobs.run(follow, other.service.database))
    assert follow.pause < timedelta(seconds=1)
    await propose(routing, STRICTER)
    await put_in_force(routing, "2027-01.1")
    async with asyncio.timeout(10):
        while await decided_by(other) != "2027-01.1":
            await asyncio.sleep(0.1)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def test_one_person_may_go_back_to_what_was_in_force(routing: Bench) -> None:
    await propose(routing, STRICTER, "B. Smit")
    await put_in_force(routing, "2027-01.1", "N. Visser")
    await go_back(routing, "2026-12.1", "B. Smit")
    await routing.turn("follow_policy")
    assert await decided_by(routing) == "2026-12.1"
    await go_back(routing, "2027-01.1", "B. Smit")
    async with routing.transaction() as tx:
        past = await policies.list_activations(tx)
    assert [(one.number, one.version, one.rolled_back) for one in past] == [
        (4, "2027-01.1", True),
        (3, "2026-12.1", True),
        (2, "2027-01.1", False),
        (1, "2026-12.1", False),
    ]


async def test_what_was_never_in_force_is_not_gone_back_to(routing: Bench) -> None:
    await propose(routing, STRICTER)
    with pytest.raises(NeverInForce):
        await go_back(routing, "2027-01.1")


async def test_what_is_in_force_is_not_put_in_force_again(routing: Bench) -> None:
    with pytest.raises(InForceAlready):
        await put_in_force(routing, "2026-12.1")
    with pytest.raises(InForceAlready):
        await go_back(routing, "2026-12.1")
    with pytest.raises(NoSuchVersion):
        await put_in_force(routing, "2099-01.1")


async def test_two_activations_at_once_are_one_after_the_other(routing: Bench) -> None:
    await propose(routing, STRICTER)
    await propose(routing, version("2027-02.1"))
    await asyncio.gather(put_in_force(routing, "2027-01.1"), put_in_force(routing, "2027-02.1"))
    async with routing.transaction() as tx:
        assert [one.number for one in await policies.list_activations(tx)] == [3, 2, 1]


async def test_a_version_keeps_its_text(routing: Bench) -> None:
    first = await propose(routing, STRICTER, "B. Smit")
    again = await propose(routing, STRICTER, "N. Visser")
    assert again == first
    with pytest.raises(VersionTaken, match=r"2027-01\.1"):
        await propose(routing, STRICTER + "\n# anders\n")


async def test_a_wrong_policy_is_refused_whole(routing: Bench) -> None:
    with pytest.raises(policy_file.PolicyIsWrong) as caught:
        await propose(
            routing, version("2027-03.1", ("term = 1\n", "term = 0\n"), ("term = 2\n", "term = 0\n"))
        )
    assert len(caught.value.faults) == 2
    assert all(line for line, _, _ in caught.value.faults)
    with pytest.raises(NoSuchVersion):
        await put_in_force(routing, "2027-03.1")


async def test_a_part_that_nobody_plays_is_refused(routing: Bench) -> None:
    text = version("2027-04.1", ("[questions]\n", '[questions]\nzoo = "Is dit uw dier?"\n'))
    text = text.replace('["enforcement", "animal-police"]', '["enforcement", "zoo"]')
    with pytest.raises(policy_file.PolicyIsWrong) as caught:
        await propose(routing, text)
    [(line, rule, what)] = caught.value.faults
    assert (rule, text.splitlines()[(line or 0) - 1]) == ("DIER", "[categories.DIER]")
    assert "zoo" in what


async def test_a_stored_version_that_does_not_read_stops_nothing(routing: Bench, on_bench: OnBench) -> None:
    await propose(routing, STRICTER)
    await put_in_force(routing, "2027-01.1")
    await routing.turn("follow_policy")
    async with routing.transaction() as tx:
        await tx.execute(
            sql("insert into policies values ('9', 'version = ', 'X', now(), ''); ").bindparams()
        )
        await policies.activate(tx, Activation(3, "9", "X", tx.now, "Stuk."))
    await routing.turn("follow_policy")
    assert await decided_by(routing) == "2027-01.1"
    assert await decided_by(await on_bench("routing")) == "2027-01.1"


def test_versions_are_numbered_from_one() -> None:
    kept = Version("a", "", "B. Smit", NOW, "")
    first = activate(kept, "N. Visser", "Omdat.", NOW, [])
    assert first.number == 1
    other = replace(kept, name="b")
    second = activate(other, "N. Visser", "Omdat.", NOW, [first])
    assert roll_back(kept, "B. Smit", "Terug.", NOW, [second, first]).number == 3


async def finish(bench: Bench) -> None:
    while await bench.turn("replay_reports"):
        pass


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


class Person:
    def __init__(self, bench: Bench, headers: dict[str, str]) -> None:
        self.bench = bench
        self.headers = headers

    async def gets(self, path: str) -> tuple[int, Any]:
        answer = await self.bench.client.get(f"/routing/v1{path}", headers=self.headers)
        return answer.status_code, answer.json()

    async def posts(self, path: str, **body: Any) -> tuple[int, Any]:
        answer = await self.bench.client.post(f"/routing/v1{path}", json=body, headers=self.headers)
        return answer.status_code, answer.json()


@pytest.fixture
def people(routing: Bench, bearer: Callable[..., dict[str, str]]) -> tuple[Person, Person]:
    scopes = ("policy:read", "policy:propose", "policy:activate")
    return Person(routing, bearer(*scopes, name="B. Smit")), Person(
        routing, bearer(*scopes, name="N. Visser")
    )


async def test_a_version_goes_from_proposal_to_force_and_back_over_http(
    people: tuple[Person, Person],
) -> None:
    one, two = people
    assert (await one.posts("/policies", text=STRICTER, note="Strenger."))[0] == 201
    status, problem = await one.posts("/policies/2027-01.1/_activate", why="Ik wil het.")
    assert (status, problem["type"]) == (403, "urn:woonoverlast:problem:four-eyes-needed")
    status, told = await two.posts("/policies/2027-01.1/_activate", why="Besproken.")
    assert (status, told["inForce"]) == (200, True)
    assert (await one.posts("/policies/2026-12.1/_rollback", why="Het liep mis."))[0] == 200
    _, listed = await one.gets("/policies")
    assert listed["inForce"]["version"] == "2026-12.1"
    assert listed["inForce"]["rolledBack"] is True
    assert [item["version"] for item in listed["items"]] == ["2027-01.1", "2026-12.1"]
    _, shown = await one.gets("/policies/2027-01.1")
    assert shown["text"] == STRICTER
    assert [item["why"] for item in shown["activations"]] == ["Besproken."]


async def test_every_fault_of_a_proposal_is_told_over_http_with_its_line(
    people: tuple[Person, Person],
) -> None:
    text = version("2027-03.1", ("term = 1\n", "term = 0\n"), ("term = 2\n", "kleur = 0\n"))
    status, problem = await people[0].posts("/policies", text=text)
    assert (status, problem["type"]) == (400, "urn:woonoverlast:problem:policy-is-wrong")
    lines = [text.splitlines()[fault["line"] - 1] for fault in problem["errors"]]
    assert lines == ["term = 0", "kleur = 0"]


async def test_who_lacks_a_scope_does_nothing(routing: Bench, bearer: Callable[..., dict[str, str]]) -> None:
    reader = Person(routing, bearer("policy:read"))
    assert (await reader.gets("/policies"))[0] == 200
    assert (await reader.posts("/policies", text=STRICTER))[0] == 403
    assert (await reader.posts("/policies/2026-12.1/_activate", why="Zomaar."))[0] == 403
    assert (await reader.posts("/dry-runs", text=STRICTER))[0] == 403
    assert (await Person(routing, bearer("cases:read")).gets("/policies"))[0] == 403


async def test_a_dry_run_is_followed_over_http(people: tuple[Person, Person]) -> None:
    one, _ = people
    await one.bench.hears(a_report(), a_report("VERWARD"))
    status, run = await one.posts("/dry-runs", text=STRICTER)
    assert (status, run["state"], run["total"]) == (202, "running", 2)
    await finish(one.bench)
    _, run = await one.gets(f"/dry-runs/{run['dryRunId']}")
    assert (run["state"], run["done"], run["reports"], run["changed"]) == ("done", 2, 2, 1)
    buren = next(item for item in run["categories"] if item["category"] == "BUREN")
    assert {"part": "desk", "before": 0, "after": 1} in buren["parts"]
    assert run["examples"][0]["difference"] == ["Meldpunt wordt nu ook gevraagd."]
    assert len((await one.gets("/policies"))[1]["items"]) == 1
    assert (await one.gets(f"/dry-runs/{uuid4()}"))[0] == 404


async def test_so_many_dry_runs_wait_and_no_more(people: tuple[Person, Person]) -> None:
    answers = [(await people[0].posts("/dry-runs", text=STRICTER))[0] for _ in range(6)]
    assert answers == [202] * 5 + [409]


async def test_given_facts_are_explained(people: tuple[Person, Person]) -> None:
    facts = {"category": "BUREN", "danger": True, "children": True}
    status, told = await people[0].posts("/assessments/_explain", facts=facts)
    assert (status, told["version"]) == (200, "2026-12.1")
    rules = {rule["rule"]: rule for rule in told["rules"]}
    assert rules["meldcode"]["spoke"]
    assert not rules["meldcode"]["overruled"]
    assert rules["gevaar"]["overruled"]
    assert not rules["drie-melders"]["spoke"]
    assert rules["drie-melders"]["readings"] == [
        {"words": "1 melder op dit adres in 90 dagen", "holds": False}
    ]
    assert {one["part"] for one in told["requests"]} == {"youth-protection", "police"}
    assert (await people[0].posts("/assessments/_explain", facts=facts, version="x"))[0] == 404


async def test_a_report_is_explained_as_it_was_decided(people: tuple[Person, Person]) -> None:
    one, two = people
    report = a_report()
    await one.bench.hears(report)
    await one.posts("/policies", text=STRICTER)
    await two.posts("/policies/2027-01.1/_activate", why="Besproken.")
    await one.bench.turn("follow_policy")
    status, told = await one.gets(f"/assessments/{report.report_id}")
    assert (status, told["version"], told["revision"]) == (200, "2026-12.1", 1)
    assert "desk" not in {asked["part"] for asked in told["requests"]}
    assert any(rule["rule"] == "BUREN" and rule["spoke"] for rule in told["rules"])
    assert any(not rule["spoke"] for rule in told["rules"])
    assert (await one.gets(f"/assessments/{uuid4()}"))[0] == 404
