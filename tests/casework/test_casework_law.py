"""What the law and the city set: the file, its faults, and which line counts on which day."""

from datetime import date

import pytest
from enforcing import LAW

from casework.adapters.law_file import LawIsWrong, load, shipped
from casework.domain.law import (
    AmountName,
    LegalTerm,
    LegalUnit,
    NotInForce,
    RuleName,
    TermName,
    euros,
    in_dutch,
)

RULE = '[[rules]]\nname = "next-order-is-higher"\nholds = true\nvalid_from = 2009-07-01\nsource = "Awb 5:32b lid 3, en beleid van de gemeente"\n'


def faults(text: str) -> list[str]:
    with pytest.raises(LawIsWrong) as wrong:
        load(text)
    return str(wrong.value).splitlines()


def test_the_shipped_law_has_a_source_for_all_it_says() -> None:
    assert all(one.source for one in LAW.provisions)
    assert [one.name for one in LAW.provisions if one.check and not one.check.endswith(".")] == []


def test_a_day_has_the_law_of_that_day() -> None:
    decides = RuleName.COLLECTION_DECISION_INTERRUPTS
    assert not LAW.holds(decides, date(2021, 3, 31))
    assert LAW.holds(decides, date(2021, 4, 1))
    assert LAW.cents(AmountName.FINE_REPORTED_ABOVE, date(2026, 1, 1)) == 34_000
    with pytest.raises(NotInForce, match=r"30-06-2009"):
        LAW.term(TermName.PAYMENT, date(2009, 6, 30))


@pytest.mark.parametrize(
    ("name", "begun", "last"),
    [
        (TermName.OBJECTION, date(2026, 11, 13), date(2026, 12, 28)),  # six weeks, on Christmas Day, a Friday
        (TermName.OBJECTION, date(2026, 3, 24), date(2026, 5, 6)),  # on 5 May
        (TermName.OBJECTION_BY_COMMITTEE, date(2026, 7, 4), date(2026, 9, 28)),  # twelve weeks, on a Saturday
        (
            TermName.FINE_DECISION,
            date(2026, 7, 4),
            date(2026, 10, 3),
        ),  # thirteen weeks are not short: a Saturday
        (TermName.PENALTY_PRESCRIPTION, date(2024, 2, 29), date(2025, 2, 28)),
        (TermName.FINE_LAPSE_REPORTED, date(2024, 2, 29), date(2029, 2, 28)),
    ],
)
def test_the_algemene_termijnenwet_moves_short_terms_alone(name: TermName, begun: date, last: date) -> None:
    assert LAW.last_day(name, begun) == last


def test_terms_and_amounts_read_as_people_write_them() -> None:
    assert LegalTerm(6, LegalUnit.WEEKS).words == "6 weken"
    assert LegalTerm(1, LegalUnit.YEARS).words == "1 jaar"
    assert euros(500_000) == "€\N{NO-BREAK SPACE}5.000"
    assert euros(143_060) == "€\N{NO-BREAK SPACE}1.430,60"
    assert in_dutch(date(2021, 6, 1)) == "1-6-2021"


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("within = 2\n", "within = 0\n", "within: moet meer zijn dan 0"),
        ('unit = "weeks"\n', 'unit = "fortnights"\n', "unit: moet een van deze zijn: 'days'"),
        ("valid_from = 2009-07-01\n", "valid_from = 2009\n", "valid_from: moet een datum zijn"),
        ('source = "Awb 4:8, 4:9"\n', "", "source: ontbreekt"),
        ('name = "views"\n', 'name = "view"\n', "name: moet een van deze zijn: 'views'"),
        ("euros = 7\n", "euros = 7.5\n", "euros: moet een heel getal zijn"),
        ("holds = false\n", 'holds = "soms"\n', "holds: moet true of false zijn"),
        ("number = 2\n", "number = 2\ncolour = 1\n", "colour: kent dit bestand niet"),
    ],
)
def test_a_fault_has_its_line_and_says_what_is_wrong(good: str, bad: str, fault: str) -> None:
    text = shipped()
    line = text[: text.index(good)].count("\n") + 1
    (told,) = faults(text.replace(good, bad, 1))
    assert fault in told
    place = int(told.split()[1].rstrip(","))
    assert abs(place - line) <= 6


def test_two_from_the_same_day_are_a_fault_with_both_lines() -> None:
    text = shipped() + "\n" + RULE
    (told,) = faults(text)
    first = text[: text.index(RULE.splitlines()[1])].count("\n") + 3
    assert f"die op regel {first}" in told
    assert told.startswith(f"regel {text.count(chr(10)) - 1}, next-order-is-higher")


def test_what_is_missing_is_named() -> None:
    told = faults(shipped().replace(RULE.splitlines()[1], 'name = "conduct-in-ordinance"'))
    assert "next-order-is-higher: ontbreekt: schrijf er een [[rules]] voor" in told


def test_what_is_no_toml_has_its_line() -> None:
    (told,) = faults('version = "1"\n[[terms\n')
    assert told.startswith("regel 2: Dit is geen TOML")
    assert faults("\ud800") == ["Dit is geen leesbare tekst, of er staat te veel in elkaar."]
