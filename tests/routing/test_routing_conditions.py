"""Every condition that a rule of the policy may have: what it looks at, its borders, and how it reads."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asking_partners import a_report
from hypothesis import given
from hypothesis import strategies as st

from routing.adapters import policy_file, report_facts
from routing.domain.conditions import (
    ALWAYS,
    HERE,
    Answered,
    AtTime,
    Condition,
    Counted,
    Every,
    Found,
    InArea,
    Is,
    Not,
    OnDay,
    Running,
    Some,
    parts_of,
)
from routing.domain.facts import Facts, Sighting
from routing.domain.policy import Policy, Request, assess
from routing.domain.wording import in_words

POLICY = policy_file.load()
NOW = datetime(2026, 3, 9, 20, tzinfo=UTC)
PLAIN = Facts("BUREN", NOW)
KINDS = ["BUREN", "GEL-ERNST", "VERWARD", "WAPEN", "ONBEKEND"]


def seen(*who: str, at: datetime = NOW, category: str = "BUREN") -> tuple[Sighting, ...]:
    return tuple(Sighting(one, category, at) for one in who)


def here(*moment: int, fold: int = 0) -> datetime:
    return datetime(*moment, tzinfo=HERE, fold=fold).astimezone(UTC)  # type: ignore[arg-type,misc]


moments = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    max_value=datetime(2035, 1, 1),  # noqa: DTZ001  hypothesis wants bounds without a zone
    timezones=st.just(UTC),
)
sightings = st.builds(Sighting, st.sampled_from(["a", "b", "c", ""]), st.sampled_from(KINDS), moments)
facts = st.builds(
    Facts,
    category=st.sampled_from(KINDS),
    at=moments,
    tenure=st.sampled_from(["owner", "corporation-tenant", "other"]),
    danger=st.booleans(),
    children=st.booleans(),
    area=st.sampled_from([None, "BU05180001", "BU05990102"]),
    owner=st.sampled_from([None, "corporation"]),
    answers=st.dictionaries(
        st.sampled_from(["when", "where"]), st.frozensets(st.sampled_from("xyz"), min_size=1)
    ),
    seen=st.lists(sightings, max_size=6).map(tuple),
    findings=st.dictionaries(
        st.sampled_from(["mediation", "neighbourhood-team"]), st.sampled_from(["refused", "violation-found"])
    ),
    running=st.frozensets(st.sampled_from(["care", "enforcement"])),
)
leaves: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Is, st.just("category"), st.frozensets(st.sampled_from(KINDS), min_size=1)),
    st.builds(
        Is, st.sampled_from(["danger", "children"]), st.frozensets(st.booleans(), min_size=1, max_size=1)
    ),
    st.builds(InArea, st.sampled_from([("BU05180001",), ("GM0518",), ("WK059901", "GM0363")])),
    st.builds(Answered, st.just("when"), st.frozensets(st.sampled_from("xyz"), min_size=1)),
    st.builds(AtTime, st.integers(0, 23), st.integers(0, 24)),
    st.builds(OnDay, st.frozensets(st.integers(0, 6), min_size=1)),
    st.builds(Found, st.just("mediation"), st.just(frozenset({"refused"}))),
    st.builds(Running, st.sampled_from(["care", "enforcement"])),
    st.builds(
        Counted,
        st.sampled_from(["reports", "reporters"]),
        st.integers(1, 4),
        st.integers(1, 3650).map(lambda days: timedelta(days=days)),
        st.frozensets(st.sampled_from(KINDS), max_size=2),
    ),
)
several = st.lists(leaves, min_size=1, max_size=4).map(tuple)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Every, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Some, st.lists(inner, min_size=1, max_size=3).map(tuple), st.integers(1, 3)),
    ),
    max_leaves=6,
)


@given(conditions, facts)
def test_not_not_is_as_it_was(condition: Condition, known: Facts) -> None:
    assert Not(Not(condition)).holds(known) is condition.holds(known)


@given(several, facts)
def test_every_and_some_are_two_sides_of_one_thing(parts: tuple[Condition, ...], known: Facts) -> None:
    opposites = tuple(Not(part) for part in parts)
    assert Every(parts).holds(known) is not Some(opposites).holds(known)
    assert Some(parts).holds(known) is not Every(opposites).holds(known)
    assert Some(parts, len(parts)).holds(known) is Every(parts).holds(known)


@given(several, facts, st.integers(1, 5))
def test_so_many_of_some_is_a_count(parts: tuple[Condition, ...], known: Facts, wanted: int) -> None:
    held = sum(part.holds(known) for part in parts)
    assert Some(parts, wanted).holds(known) is (held >= wanted)


@given(conditions, facts)
def test_what_was_looked_at_can_always_be_read(condition: Condition, known: Facts) -> None:
    readings = list(condition.read(known))
    assert readings
    assert all(words for words, _ in readings)


@given(conditions)
def test_every_condition_has_words(condition: Condition) -> None:
    assert in_words(condition, {"mediation": "Buurtbemiddeling"})


@given(conditions)
def test_a_condition_knows_all_that_it_is_made_of(condition: Condition) -> None:
    assert next(iter(parts_of(condition))) is condition
    for part in _inner(condition):
        assert part in list(parts_of(condition))


def _inner(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, Not):
        yield condition.part
    if isinstance(condition, (Every, Some)):
        yield from condition.parts


@given(st.permutations(range(len(POLICY.rules))), facts)
def test_the_order_of_rules_is_nothing_to_who_is_asked(order: list[int], known: Facts) -> None:
    shuffled = assess(known, Policy("x", tuple(POLICY.rules[place] for place in order)))
    straight = assess(known, POLICY)
    assert {r.part for r in shuffled.requests} == {r.part for r in straight.requests}
    assert shuffled.tracks == straight.tracks
    assert set(shuffled.withheld) == set(straight.withheld)
    assert set(shuffled.held) == set(straight.held)


@given(facts)
def test_of_one_part_the_shortest_term_counts(known: Facts) -> None:
    days = {"hours": 1 / 24, "working-days": 1.0, "calendar-days": 1.0}

    def length(request: Request) -> float:
        return request.term[0] * days[request.term[1]]

    heard = [rule for rule in POLICY.rules if rule.speaks(known)]
    heard = [rule for rule in heard if rule.only] or heard
    for asked in assess(known, POLICY).requests:
        wanted = [length(r) for rule in heard for r in rule.requests if r.part == asked.part]
        assert not wanted or length(asked) == min(wanted)


def test_is_looks_at_one_fact() -> None:
    assert Is("tenure", frozenset({"owner", "other"})).holds(PLAIN)
    assert not Is("danger", frozenset({True})).holds(PLAIN)
    assert Is("owner", frozenset({None})).holds(PLAIN)
    assert list(Is("danger", frozenset({True})).read(PLAIN)) == [("gevaar: nee", False)]


@pytest.mark.parametrize(
    ("code", "lies_in"),
    [("BU05180001", True), ("WK051800", True), ("GM0518", True), ("GM0599", False), ("BU05180002", False)],
)
def test_a_neighbourhood_lies_in_its_district_and_municipality(code: str, lies_in: bool) -> None:  # noqa: FBT001
    assert InArea((code,)).holds(replace(PLAIN, area="BU05180001")) is lies_in
    assert not InArea((code,)).holds(PLAIN)


def test_an_answer_is_one_of_those_given() -> None:
    known = replace(PLAIN, answers={"when": frozenset({"night", "evening"})})
    assert Answered("when", frozenset({"night", "day"})).holds(known)
    assert not Answered("when", frozenset({"day"})).holds(known)
    assert not Answered("what", frozenset({"night"})).holds(known)
    assert list(Answered("what", frozenset({"x"})).read(known)) == [("antwoord op ‘what’: geen", False)]


def test_an_answer_reads_as_the_reporter_gave_it() -> None:
    report = a_report()
    facts = report_facts.facts_of(report, (), owner=None)
    is_quarrel = Answered("quarrel-nature", frozenset({"quarrel"}))
    words = ("antwoord op ‘Wat past het best?’: Wij hebben ruzie", True)
    assert list(is_quarrel.read(facts)) == [words]
    assert list(is_quarrel.read(report_facts.read(report_facts.written(facts)))) == [words]


@pytest.mark.parametrize(
    ("ago", "counts"),
    [
        (timedelta(0), True),
        (timedelta(days=90), True),
        (timedelta(days=90, microseconds=1), False),
        (timedelta(microseconds=-1), False),
    ],
)
def test_a_window_ends_where_it_says(ago: timedelta, counts: bool) -> None:  # noqa: FBT001
    known = replace(PLAIN, seen=(*seen("a"), *seen("b", at=NOW - ago)))
    assert Counted("reporters", 2, timedelta(days=90)).holds(known) is counts
    assert Counted("reports", 2, timedelta(days=90)).holds(known) is counts


def test_reporters_are_counted_once_and_who_said_nothing_is_one() -> None:
    known = replace(PLAIN, seen=seen("a", "a", "", ""))
    assert Counted("reports", 4, timedelta(days=1)).holds(known)
    assert Counted("reporters", 2, timedelta(days=1)).holds(known)
    assert not Counted("reporters", 3, timedelta(days=1)).holds(known)


def test_a_count_may_be_of_some_categories() -> None:
    known = replace(PLAIN, seen=(*seen("a"), *seen("b", category="STANK")))
    assert not Counted("reports", 2, timedelta(days=1), frozenset({"STANK"})).holds(known)
    assert Counted("reports", 1, timedelta(days=1), frozenset({"STANK"})).holds(known)


@given(facts, st.integers(1, 400))
def test_a_longer_window_never_counts_less(known: Facts, days: int) -> None:
    short, long = timedelta(days=days), timedelta(days=days * 2)
    for what in ("reports", "reporters"):
        assert Counted(what, 1, short).count(known) <= Counted(what, 1, long).count(known)


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        (here(2026, 1, 15, 21, 59), False),
        (here(2026, 1, 15, 22, 0), True),
        (here(2026, 1, 16, 6, 59), True),
        (here(2026, 1, 16, 7, 0), False),
        (here(2026, 7, 15, 21, 59), False),
        (here(2026, 7, 15, 22, 0), True),
    ],
)
def test_a_night_spans_midnight_by_the_clock_here(at: datetime, holds: bool) -> None:  # noqa: FBT001
    assert AtTime(22, 7).holds(replace(PLAIN, at=at)) is holds


def test_hours_follow_the_clock_when_it_is_changed() -> None:
    """In spring two o'clock is skipped, in autumn it comes twice."""
    before, after = datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert AtTime(1, 2).holds(replace(PLAIN, at=before))
    assert AtTime(3, 4).holds(replace(PLAIN, at=after))
    assert not AtTime(2, 3).holds(replace(PLAIN, at=before))
    for fold in (0, 1):
        assert AtTime(2, 3).holds(replace(PLAIN, at=here(2026, 10, 25, 2, 30, fold=fold)))


@given(moments)
def test_two_halves_of_the_day_are_the_whole(at: datetime) -> None:
    known = replace(PLAIN, at=at)
    assert AtTime(0, 24).holds(known)
    assert AtTime(7, 22).holds(known) is not AtTime(22, 7).holds(known)
    assert not AtTime(5, 5).holds(known)


def test_a_day_begins_at_midnight_here() -> None:
    saturday = OnDay(frozenset({5}))
    assert not saturday.holds(replace(PLAIN, at=here(2026, 3, 13, 23, 59)))
    assert saturday.holds(replace(PLAIN, at=here(2026, 3, 14, 0, 0)))
    assert saturday.holds(replace(PLAIN, at=datetime(2026, 3, 13, 23, 30, tzinfo=UTC)))
    assert list(saturday.read(replace(PLAIN, at=NOW))) == [("ontvangen op maandag", False)]


def test_findings_and_running_tracks_are_of_this_report() -> None:
    known = replace(PLAIN, findings={"mediation": "refused"}, running=frozenset({"care"}))
    assert Found("mediation", frozenset({"refused"})).holds(known)
    assert not Found("ggz", frozenset({"refused"})).holds(known)
    assert Running("care").holds(known)
    assert not Running("enforcement").holds(known)


def test_no_condition_always_holds() -> None:
    assert ALWAYS.holds(PLAIN)
    assert in_words(ALWAYS, {}) == "altijd"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Is("danger", frozenset({True})), "gevaar gemeld"),
        (Not(Is("owner", frozenset({None}))), "eigenaar van de woning is bekend"),
        (Counted("reporters", 3, timedelta(days=90)), "minstens 3 melders op dit adres in 90 dagen"),
        (
            Counted("reports", 1, timedelta(days=30), frozenset({"B", "A"})),
            "minstens 1 melding van soort ‘A’ of ‘B’ op dit adres in 30 dagen",
        ),
        (AtTime(22, 7), "ontvangen tussen 22.00 en 7.00 uur"),
        (OnDay(frozenset({6, 5})), "ontvangen op zaterdag of zondag"),
        (Found("mediation", frozenset({"refused"})), "bevinding van Buurtbemiddeling: hulp geweigerd"),
        (
            Every((Running("care"), Some((Is("danger", frozenset({True})), Running("enforcement"))))),
            "zorg loopt en (gevaar gemeld of handhaving loopt)",
        ),
        (
            Some((Running("care"), Running("enforcement")), 2),
            "minstens 2 van: zorg loopt of handhaving loopt",
        ),
        (Not(Every((Running("care"), Running("enforcement")))), "niet (zorg loopt en handhaving loopt)"),
    ],
)
def test_a_condition_reads_as_a_person_would_say_it(condition: Condition, words: str) -> None:
    assert in_words(condition, {"mediation": "Buurtbemiddeling"}) == words
