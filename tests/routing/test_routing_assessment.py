"""The policy decides which track and who is asked, and each partner gets its own question with only its fields."""

import json
import tomllib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted, Tenure
from contracts.partners import (
    BasedOn,
    CareRequest,
    CareStatus,
    CareTask,
    Identifier,
    PoliceQuestion,
    PoliceReply,
    PoliceStatus,
    SupportRequest,
    TenancyCase,
    TenancyCaseUpdate,
    VeraCode,
    VeraStatus,
)
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentNoted,
    AssignmentOffered,
    AssignmentUndeliverable,
    ReportAssessed,
)
from routing.adapters import policy_file, register_file
from routing.domain.facts import Facts
from routing.domain.policy import assess

POLICY = policy_file.load()
ANSWERS = (AssignmentAccepted, AssignmentDeclined, AssignmentAnswered, AssignmentNoted)
EXAMPLE = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"


def a_report(**changes: Any) -> ReportSubmitted:
    """The golden example; `reporter` and `signals` are changed field by field."""
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    parts = {
        name: getattr(report, name).model_copy(update=changes.pop(name))
        for name in ("reporter", "signals")
        if name in changes
    }
    return report.model_copy(update=changes | parts)


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("routing")


@pytest.fixture
def worry() -> ReportSubmitted:
    """A worry about a corporation's tenant: police, care and corporation are asked."""
    return a_report(
        category="VERWARD", reporter={"tenure": Tenure.CORPORATION_TENANT, "phone": "+31700000001"}
    )


async def asked(bench: Bench) -> dict[str, Any]:
    return {m.partner: m.assignment_id for m in await bench.said() if isinstance(m, AssignmentOffered)}


async def test_nobody_is_asked_about_a_report_that_was_imported(
    routing: Bench, worry: ReportSubmitted
) -> None:
    await routing.hears(worry.model_copy(update={"imported": True}))
    assert await routing.said() == []


async def test_a_worry_about_a_tenant_goes_to_four_partners_each_in_its_own_language(
    routing: Bench, worry: ReportSubmitted
) -> None:
    await routing.hears(worry)
    said = await routing.said()
    assert set(await asked(routing)) == {"police", "ggz", "corporation", "neighbourhood-team"}
    assert {type(m) for m in said} >= {PoliceQuestion, CareRequest, TenancyCase, SupportRequest}
    assessed = next(m for m in said if isinstance(m, ReportAssessed))
    assert [rule.rule for rule in assessed.rules] == ["corporatiewoning", "VERWARD"]
    assert not any(isinstance(m, AssignmentUndeliverable) for m in said)


async def test_a_partner_never_gets_who_reported(routing: Bench, worry: ReportSubmitted) -> None:
    await routing.hears(worry)
    for message in await routing.said():
        text = message.model_dump_json()
        for secret in (worry.reporter.name, worry.reporter.phone, worry.reporter.email, worry.reference):
            assert secret
            assert secret not in text


async def test_a_covenant_without_the_story_keeps_the_story_back(
    routing: Bench, worry: ReportSubmitted
) -> None:
    await routing.hears(worry.model_copy(update={"story": "Een verhaal om te herkennen."}))
    said = await routing.said()
    assert "herkennen" in next(m for m in said if isinstance(m, CareRequest)).model_dump_json()
    assert "herkennen" not in next(m for m in said if isinstance(m, TenancyCase)).model_dump_json()
    assert "herkennen" not in next(m for m in said if isinstance(m, PoliceQuestion)).model_dump_json()


async def test_answers_in_three_languages_become_one(routing: Bench, worry: ReportSubmitted) -> None:
    await routing.hears(worry)
    to = await asked(routing)
    await routing.hears(PoliceReply(kenmerk=to["police"], status=PoliceStatus.RECEIVED), partner="police")
    task = CareTask(
        id="t1", status=CareStatus.REJECTED, based_on=(BasedOn(identifier=Identifier(value=to["ggz"])),)
    )
    await routing.hears(task, partner="ggz")
    done = VeraStatus(
        soort=VeraCode(code="AFG"), begindatum=worry.received_at.date(), toelichting="Gesprek gevoerd."
    )
    await routing.hears(
        TenancyCaseUpdate(id_extern=to["corporation"], zaakstatussen=(done,)), partner="corporation"
    )
    said = [type(m) for m in await routing.said() if isinstance(m, ANSWERS)]
    assert said == [
        AssignmentAccepted,
        AssignmentDeclined,
        AssignmentAnswered,
        AssignmentNoted,
    ]
    assert await routing.aside() == []


async def test_an_answer_to_anothers_assignment_is_parked_and_changes_nothing(
    routing: Bench, worry: ReportSubmitted
) -> None:
    await routing.hears(worry)
    before = await routing.said()
    to = await asked(routing)
    await routing.hears(PoliceReply(kenmerk=to["corporation"], status=PoliceStatus.DONE), partner="police")
    assert await routing.said() == before
    [(state, reason, _)] = await routing.aside()
    assert (state, reason) == ("parked", "NotYourAssignment")


async def test_a_status_that_cannot_follow_is_parked(routing: Bench, worry: ReportSubmitted) -> None:
    await routing.hears(worry)
    to = await asked(routing)
    done = PoliceReply(kenmerk=to["police"], status=PoliceStatus.DONE)
    await routing.hears(done, done.model_copy(update={"status": PoliceStatus.RECEIVED}), partner="police")
    assert [reason for _, reason, _ in await routing.aside()] == ["CannotFollow"]


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"{",
        b"[]",
        b'{"specversion": "1.0"}',
        b'"tekst"',
        json.dumps({"a": "b" * 70_000}).encode(),
    ],
)
async def test_nonsense_from_a_partner_is_parked_with_its_reason(
    routing: Bench, worry: ReportSubmitted, body: bytes
) -> None:
    await routing.receives(body, partner="police")
    [(state, _, detail)] = await routing.aside()
    assert state == "parked"
    assert detail
    await routing.hears(worry)
    assert set(await asked(routing)) == {"police", "ggz", "corporation", "neighbourhood-team"}


def test_the_policy_knows_every_category_of_intake() -> None:
    intake = tomllib.loads((files("intake") / "categories.toml").read_text("utf-8"))["categories"]
    assert {rule.category for rule in policy_file.load().rules if rule.category} == set(intake)


def test_every_partner_of_the_policy_is_in_the_register() -> None:
    register = register_file.load()
    asked = {request.part for rule in policy_file.load().rules for request in rule.requests}
    assert asked <= set(register)


@given(st.text(max_size=10), st.booleans(), st.booleans())
def test_an_assessment_always_says_why(category: str, danger: bool, children: bool) -> None:  # noqa: FBT001
    facts = Facts(category, datetime(2026, 3, 9, 20, tzinfo=UTC), danger=danger, children=children)
    assessment = assess(facts, POLICY)
    assert assessment.fired
    assert all(one.because for one in assessment.fired)
    assert len({request.part for request in assessment.requests}) == len(assessment.requests)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("version = ", "TOML"),
        ('version = "1"', "questions"),
        (
            'version = "1"\nrules = []\n[questions]\n[categories.X]\nbecause = "omdat het zo is"\nterm = 1\ncare = ["a"]',
            "a",
        ),
        (
            'version = "1"\nrules = []\n[questions]\n[categories.X]\nbecause = "omdat het zo is"\nterm = 0',
            "term",
        ),
    ],
)
def test_a_wrong_policy_says_where(text: str, place: str) -> None:
    with pytest.raises(policy_file.PolicyIsWrong, match=place):
        policy_file.load(text)
