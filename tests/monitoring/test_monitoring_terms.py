"""The table of terms: which rule speaks, and what is wrong with a table."""

from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from term_versions import OF_A_PARTNER

from chassis.calendar import DutchCalendar, Term, Unit
from monitoring.adapters import term_file
from monitoring.adapters.term_file import TermsAreWrong, load, shipped
from monitoring.domain.clocks import Deadline, Promise, start
from monitoring.domain.terms import (
    CONDITIONS,
    KNOWN,
    Circumstances,
    TermRule,
    circumstances_of,
    tabled,
    undecided,
    without_rule,
)
from monitoring.handlers.reckoning import clock_by, end_on, extended, on_terms

SHIPPED = shipped()
TABLE = load(SHIPPED)
FIRST = Promise.FIRST_ANSWER


@pytest.mark.parametrize(
    ("about", "rule", "term"),
    [
        (Circumstances(Promise.CONFIRMATION), "bevestiging", (1, "hours")),
        (Circumstances(FIRST, partner="ggz"), "eerste-antwoord", (5, "working-days")),
        (Circumstances(FIRST, urgency="urgent"), "eerste-antwoord-gevaar", (1, "working-days")),
        (Circumstances(FIRST, category="WAPEN", urgency="normal"), "eerste-antwoord-geweld", (4, "hours")),
        (
            Circumstances(FIRST, category="WAPEN", urgency="urgent"),
            "eerste-antwoord-geweld-gevaar",
            (4, "hours"),
        ),
        (Circumstances(Promise.FIRST_ACTION, urgency="normal"), "eerste-actie", (10, "working-days")),
        (Circumstances(Promise.OUTCOME), "uitkomst", (13, "weeks")),
        (Circumstances(Promise.AFTERCARE), "nazorg", (6, "weeks")),
    ],
)
def test_the_most_specific_rule_speaks(about: Circumstances, rule: str, term: tuple[int, str]) -> None:
    found = TABLE.find(about)
    assert (found.name, (found.amount, found.unit), found.warn_share) == (rule, term, 0.75)


def test_what_is_kept_with_a_clock_finds_the_rule_again() -> None:
    about = Circumstances(FIRST, partner="ggz", category="WAPEN", urgency="urgent", track="care")
    assert circumstances_of(FIRST, about.facts) == about


def test_the_demonstration_differs_by_its_confirmation_alone() -> None:
    demo = load(shipped(demo=True))
    assert demo.version == f"{TABLE.version}-demo"
    differing = [(one, other) for one, other in zip(TABLE.rules, demo.rules, strict=True) if one != other]
    [(real, quick)] = differing
    assert (real.name, real.amount, quick.amount) == ("bevestiging", 1, 24)


VALUES = dict.fromkeys(CONDITIONS, ("a", "b"))
GENERAL = [TermRule(f"always-{promise}", "Omdat.", promise, 0.5, 1) for promise in Promise]
RULES = st.builds(
    lambda number, asks: TermRule(f"rule-{number}", "Omdat.", FIRST, 0.5, number, asks=asks),
    st.integers(1, 10**6),
    st.dictionaries(
        st.sampled_from(sorted(KNOWN[FIRST])),
        st.frozensets(st.sampled_from(("a", "b")), min_size=1),
        min_size=1,
        max_size=3,
    ),
)


@given(st.lists(RULES, max_size=8, unique_by=lambda rule: rule.name), st.randoms())
def test_a_table_without_faults_always_has_one_answer_in_whatever_order(
    rules: list[TermRule], any_order: Random
) -> None:
    kept: list[TermRule] = list(GENERAL)
    for rule in rules:
        if not [*undecided([*kept, rule])]:
            kept.append(rule)
    assert without_rule(kept) == []
    shuffled = kept.copy()
    any_order.shuffle(shuffled)
    one, other = tabled("1", kept), tabled("1", shuffled)
    for values in product((None, "a", "b"), repeat=len(CONDITIONS)):
        about = Circumstances(FIRST, *values)
        speaking = [rule for rule in kept if rule.speaks(about)]
        most = max(len(rule.asks) for rule in speaking)
        assert (
            [rule for rule in speaking if len(rule.asks) == most] == [one.find(about)] == [other.find(about)]
        )


def test_a_rule_for_both_decides_between_two() -> None:
    by_partner = TermRule("partner", "Omdat.", FIRST, 0.5, 1, asks={"partner": frozenset("a")})
    by_track = TermRule("track", "Omdat.", FIRST, 0.5, 1, asks={"track": frozenset("b")})
    asks = {"partner": frozenset("a"), "track": frozenset("b")}
    both = TermRule("both", "Omdat.", FIRST, 0.5, 1, asks=asks)
    assert [*undecided([by_partner, by_track])] == [(by_partner, by_track)]
    assert [*undecided([by_partner, by_track, both])] == []


def line(text: str, wanted: str) -> int:
    return text.splitlines().index(wanted) + 1


@pytest.mark.parametrize(
    ("old", "new", "at", "where", "what"),
    [
        ("within = 5\n", "within = 0\n", "within = 0", "eerste-antwoord.within", "moet meer zijn dan 0"),
        ("within = 13\n", "within = 58\n", "within = 58", "uitkomst", "korter zijn dan 400 dagen"),
        ("within = 5\n", "within = 286\n", "within = 286", "eerste-antwoord", "korter zijn dan 400 dagen"),
        ('"weeks"\n', '"jaren"\n', 'unit = "jaren"', "uitkomst.unit", "een van deze zijn: 'hours', 'working-hours'"),
        ("within = 13\n", "", 'name = "uitkomst"', "uitkomst", "`within` ontbreekt"),
        ('"outcome"\n', '"einde"\n', 'promise = "einde"', "uitkomst.promise", "een van deze zijn: 'confirmation'"),
        ('"result"\n', '"result"\nwithin = 3\n', "within = 3", "resultaat", "staat in het beleid"),
        ('"outcome"\n', '"outcome"\npartner = "ggz"\n', 'partner = "ggz"', "uitkomst", "nooit bekend: vraag naar category"),
        ('"WAPEN"\n', '"GEWELD"\n', 'category = "GEWELD"', "eerste-antwoord-geweld", "er is geen soort GEWELD: kies uit GEL-ERNST"),
        ('"urgent"\n', '"spoed"\n', 'urgency = "spoed"', "eerste-antwoord-gevaar", "kies uit urgent, normal"),
        ("warn_share = 0.75", "warn_share = 1", "warn_share = 1", "warn_share", "moet minder zijn dan 1"),
        ("within = 13\n", "within = 13\nkleur = 1\n", "kleur = 1", "uitkomst.kleur", "kent de termijntabel niet"),
        ("within = 13\n", "within = true\n", "within = true", "uitkomst.within", "moet een heel getal zijn"),
    ],
)  # fmt: skip
def test_a_fault_has_its_line_its_rule_and_what_to_do(
    old: str, new: str, at: str, where: str, what: str
) -> None:
    text = SHIPPED.replace(old, new, 1)
    with pytest.raises(TermsAreWrong) as caught:
        load(text)
    [(number, name, said)] = caught.value.faults
    assert (number, name) == (line(text, at), where)
    assert what in said


def test_a_rule_for_a_partner_that_is_not_in_the_register_is_a_fault_where_the_register_is_known() -> None:
    text = SHIPPED + OF_A_PARTNER.replace('"ggz"', '["ggz", "brandwer"]')
    assert load(text).version == "2026-12.1"
    with pytest.raises(TermsAreWrong) as caught:
        load(text, {"ggz": 1, "brandweer": 2})
    assert caught.value.faults == (
        (
            line(text, 'partner = ["ggz", "brandwer"]'),
            "stap-eigen",
            "er is geen partner brandwer: kies uit brandweer, ggz",
        ),
    )


def test_two_rules_that_could_both_speak_are_a_fault_with_both_lines() -> None:
    text = SHIPPED.replace(
        'category = "WAPEN"\nurgency = "urgent"', 'track = "care"\ncategory = "WAPEN"\nurgency = "urgent"'
    )
    with pytest.raises(TermsAreWrong) as caught:
        load(text)
    [(number, name, said)] = caught.value.faults
    tables = [at for at, written in enumerate(text.splitlines(), 1) if written == "[[terms]]"]
    assert (number, name) == (tables[3], "eerste-antwoord-geweld")
    assert f"eerste-antwoord-gevaar op regel {tables[2]}" in said


def test_a_promise_without_a_general_rule_is_a_fault() -> None:
    text = SHIPPED.replace('promise = "outcome"', 'promise = "outcome"\nurgency = "normal"')
    with pytest.raises(TermsAreWrong, match="outcome: er is geen regel zonder voorwaarden"):
        load(text)


def test_a_name_is_given_once() -> None:
    first = line(SHIPPED, 'name = "bevestiging"')
    with pytest.raises(TermsAreWrong, match=rf"regel {first} heet ook zo"):
        load(SHIPPED.replace('"uitkomst"', '"bevestiging"'))


@pytest.mark.parametrize("text", ["version = ", "\ud800", "[" * 5000, ""])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(TermsAreWrong):
        term_file.load(text)


CALENDAR = DutchCalendar()
BEGAN = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_clock(began: datetime = BEGAN, given: datetime | None = None) -> Deadline:
    about = Circumstances(FIRST, partner="ggz", category="BUREN", urgency="normal", track="care")
    who: dict[str, Any] = {"report_id": uuid4(), "holder": "ggz", "holder_name": "GGZ"}
    return start(clock_by(TABLE, about, began, CALENDAR, given, **who), 0.75)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)), st.integers(1, 20))  # noqa: DTZ001  hypothesis adds the zone
def test_by_the_terms_that_it_began_with_a_clock_ends_when_it_does(began: datetime, more: int) -> None:
    clock = a_clock(began)
    longer = extended(clock, Term(more, Unit.WORKING_DAYS), "agreed", began, CALENDAR)
    for one in (clock, longer, a_clock(began, began + timedelta(hours=more))):
        assert on_terms(one, TABLE, CALENDAR).due_at == one.due_at == end_on(one, TABLE, CALENDAR)


def test_an_end_that_was_moved_moves_as_far_by_other_terms() -> None:
    clock = extended(a_clock(), Term(2, Unit.WORKING_DAYS), "agreed", BEGAN, CALENDAR)
    slower = load(SHIPPED.replace("within = 5\n", "within = 8\n", 1))
    assert [on_terms(one, slower, CALENDAR).due_at.isoformat() for one in (a_clock(), clock)] == [
        "2026-12-03T22:59:59+00:00",
        "2026-12-07T22:59:59+00:00",
    ]


def test_a_first_answer_is_never_later_than_the_question_ends() -> None:
    ends = BEGAN + timedelta(hours=30)
    slower = load(SHIPPED.replace("within = 5\n", "within = 8\n", 1))
    assert a_clock(given=ends).due_at == ends == on_terms(a_clock(given=ends), slower, CALENDAR).due_at
