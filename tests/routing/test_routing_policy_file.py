"""A policy file that is wrong says where, in which line, and what; a good one means what it says."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from routing.adapters import policy_file, register_file
from routing.adapters.policy_file import PolicyIsWrong
from routing.adapters.policy_shape import File
from routing.domain.comparing import compare
from routing.domain.partners import names_of

GOOD = """\
version = "2026-12.9"

[questions]
police = "Is dit adres bekend?"
desk = "Wilt u dit zelf doen?"

[[rules]]
name = "gevaar"
because = "Er is gevaar gemeld."
when = { danger = true }
enforcement = ["police"]
term = 1

[[rules]]
name = "vaak"
because = "Veel meldingen op dit adres."
when = { any = [
  { reports = { at_least = 5, within_days = 30 } },
  { category = "X" },
] }
care = ["desk"]

[categories.X]
because = "Omdat het zo is afgesproken."
care = ["desk"]
term = 5
"""
SCHEMA = Path(__file__).parents[2] / "docs/reference/policy.schema.json"
NAMES = names_of(register_file.load())


def faults(text: str) -> tuple[tuple[int | None, str, str], ...]:
    with pytest.raises(PolicyIsWrong) as caught:
        policy_file.load(text)
    return caught.value.faults


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "what"),
    [
        ("danger = true", "danger = ", 10, "", "TOML"),
        ('version = "2026-12.9"', "version = 2", 1, "version", "tekst"),
        ('version = "2026-12.9"', 'version = "a b"', 1, "version", "vorm"),
        ("term = 1\n", "term = 0\n", 12, "gevaar.term", "meer zijn dan 0"),
        ("term = 1\n", "term = 251\n", 12, "gevaar.term", "hoogstens 250"),
        ("term = 1\n", 'term = 1\nunit = "weeks"\n', 13, "gevaar.unit", "een van deze"),
        ("term = 1\n", "term = 1\nkleur = 3\n", 13, "gevaar.kleur", "kent het beleid niet"),
        ("danger = true", 'danger = "soms"', 10, "gevaar.when.danger", "true of false"),
        ("danger = true", "gevaar = true", 10, "gevaar.when.gevaar", "kent het beleid niet"),
        ("danger = true", 'running = "both"', 10, "gevaar.when.running", "een van deze"),
        ("danger = true", "hours = { since = 24, until = 7 }", 10, "gevaar.when.hours.since", "hoogstens 23"),
        ("danger = true", 'days = ["zondag"]', 10, "gevaar.when.days.0", "een van deze"),
        ("danger = true", "category = 3", 10, "gevaar.when.category", "tekst"),
        ('because = "Er is gevaar gemeld."', 'because = "Kort."', 9, "gevaar.because", "te kort"),
        ('because = "Er is gevaar gemeld."\n', "", 7, "gevaar.because", "ontbreekt"),
        ('name = "gevaar"', 'name = "Gevaar!"', 8, "Gevaar!.name", "vorm"),
        ('enforcement = ["police"]', 'enforcement = "police"', 11, "gevaar.enforcement", "lijst"),
        ('enforcement = ["police"]', 'enforcement = ["brandweer"]', 7, "gevaar", "geen vraag voor brandweer"),
        ('enforcement = ["police"]\n', "", 7, "gevaar", "doet niets"),
        ('enforcement = ["police"]\n', 'hold = ["care"]\nonly = true\n', 12, "gevaar", "only"),
        ("when = { danger = true }", "when = {}", 10, "gevaar", "geen voorwaarde"),
        ('category = "X"', 'category = "Y"', 17, "vaak", "geen soort Y"),
        ("at_least = 5", "at_least = 0", 17, "vaak.when.any.0.reports.at_least", "minstens 1"),
        ('name = "vaak"', 'name = "gevaar"', 15, "gevaar", "heet ook zo"),
        ('care = ["desk"]\nterm = 5', 'care = ["niemand"]\nterm = 5', 23, "categories.X", "niemand"),
        ('care = ["desk"]\nterm = 5', "care = 5\nterm = 5", 25, "categories.X.care", "lijst"),
        ("term = 5", "termijn = 5", 26, "categories.X.termijn", "kent het beleid niet"),
        ('police = "Is dit adres bekend?"', "police = 3", 4, "questions.police", "tekst"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, line: int, where: str, what: str) -> None:
    assert old in GOOD
    found = faults(GOOD.replace(old, new, 1))
    assert any(at == line and place == where and what in told for at, place, told in found), found


def test_all_faults_are_told_at_once() -> None:
    found = faults(GOOD.replace("term = 1\n", "term = 0\nkleur = 1\n").replace("term = 5", "term = 999"))
    assert [(line, where) for line, where, _ in found] == [
        (12, "gevaar.term"),
        (13, "gevaar.kleur"),
        (27, "categories.X.term"),
    ]


@pytest.mark.parametrize(
    "text", ["", " ", "[" * 100_000, 'version = "\ud800"', "x = 1\x00", "version = 1\n" * 2]
)
def test_what_is_no_policy_at_all_is_refused(text: str) -> None:
    assert faults(text)


def test_a_part_that_nobody_plays_is_told_with_its_line() -> None:
    policy = policy_file.load(GOOD)
    with pytest.raises(PolicyIsWrong) as caught:
        policy_file.check_parts(policy, {"desk"}, GOOD)
    [(line, where, what)] = caught.value.faults
    assert (line, where) == (7, "gevaar")
    assert "police" in what


def test_the_published_schema_takes_the_policy_that_is_shipped() -> None:
    import tomllib

    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    judge = Draft202012Validator(schema)
    content: dict[str, Any] = tomllib.loads(policy_file.shipped())
    assert list(judge.iter_errors(content)) == []
    content["rules"][0]["term"] = 0
    assert list(judge.iter_errors(content))


def test_every_key_of_the_form_is_in_the_published_schema() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    for name, field in File.model_fields.items():
        assert (field.alias or name) in schema["properties"]
    assert "not" in schema["$defs"]["When"]["properties"]


def test_versions_are_compared_rule_by_rule_as_they_read() -> None:
    old = policy_file.load(GOOD)
    text = GOOD.replace("term = 5", "term = 3").replace('name = "vaak"', 'name = "heel-vaak"')
    changes = {change.rule: change for change in compare(old, policy_file.load(text), NAMES)}
    assert {name: change.kind for name, change in changes.items()} == {
        "heel-vaak": "added",
        "X": "changed",
        "vaak": "removed",
    }
    [(about, was, becomes)] = changes["X"].lines
    assert about == "Vraagt Meldpunt"
    assert was is not None
    assert becomes is not None
    assert "binnen 5 werkdagen" in was
    assert "binnen 3 werkdagen" in becomes


def test_the_order_of_rules_is_no_difference() -> None:
    one, *others = GOOD.split("[[rules]]")
    [first, second] = others
    second, rest = second.split("[categories", 1)
    swapped = f"{one}[[rules]]{second}[[rules]]{first}[categories{rest}"
    assert swapped != GOOD
    assert compare(policy_file.load(GOOD), policy_file.load(swapped), NAMES) == ()
