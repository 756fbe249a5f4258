"""The policy over HTTP: proposed, put in force, tried and explained."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from policy_versions import STRICTER, a_report, finish, version

from chassis.testing import Bench

OnBench = Callable[..., Awaitable[Bench]]


@pytest.fixture
async def routing(on_bench: OnBench) -> Bench:
    bench = await on_bench("routing")
    await bench.turn("follow_policy")
    return bench


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
