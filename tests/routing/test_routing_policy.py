"""The policy as data: who leads, which term counts, and that nobody is asked never happens."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from routing.adapters import policy_file, register_file
from routing.domain.facts import Facts
from routing.domain.policy import DESK, Assessment, assess

POLICY = policy_file.load()
PLAIN = Facts("BUREN", datetime(2026, 3, 9, 20, tzinfo=UTC), "owner")


def assessed(category: str, **more: bool | str) -> Assessment:
    return assess(replace(PLAIN, category=category, **more), POLICY)  # type: ignore[arg-type]


def asked(assessment: Assessment, partner: str) -> tuple[str, tuple[int, str]]:
    [request] = [request for request in assessment.requests if request.part == partner]
    return request.track, request.term


@pytest.mark.parametrize(
    ("category", "lead"),
    [
        ("INTIM", "police"),
        ("DISCR", "police"),
        ("GEMEEN", "corporation"),
        ("VERWARD", "ggz"),
        ("KAMER", "enforcement"),
    ],
)
def test_the_partner_that_stands_first_in_the_category_leads(category: str, lead: str) -> None:
    assert assessed(category).lead == lead
    assert assessed(category, danger=True, tenure="corporation-tenant").lead == lead


def test_danger_shortens_the_term_of_the_police_and_opens_enforcement() -> None:
    assert asked(assessed("VANDAL"), "police") == ("enforcement", (3, "working-days"))
    assert asked(assessed("VANDAL", danger=True), "police") == ("enforcement", (1, "working-days"))
    worry = assessed("VERWARD", danger=True)
    assert asked(worry, "police") == ("enforcement", (1, "working-days"))
    assert set(worry.tracks) == {"care", "enforcement"}


def test_a_shorter_term_in_hours_stays_when_danger_asks_a_day() -> None:
    assert asked(assessed("WAPEN", danger=True), "police") == ("enforcement", (4, "hours"))


@pytest.mark.parametrize("category", ["OVERIG", "ONBEKEND"])
def test_what_no_partner_is_for_goes_to_the_desk(category: str) -> None:
    assessment = assessed(category)
    assert [request.part for request in assessment.requests] == [DESK]
    assert assessment.lead == DESK


def test_an_unknown_category_with_danger_goes_to_police_and_desk() -> None:
    assert {r.part for r in assessed("ONBEKEND", danger=True).requests} == {"police", DESK}


def test_every_category_asks_somebody() -> None:
    for rule in POLICY.rules:
        if rule.category:
            assert assessed(rule.category).requests, rule.category


def test_a_policy_that_asks_a_stranger_is_refused() -> None:
    with pytest.raises(policy_file.PolicyIsWrong, match="safety"):
        policy_file.check_parts(POLICY, set(register_file.load()) - {"safety"})
