"""Which instruments are possible, in words; requests, their terms, and what waits for the last day of one."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from enforcing import HOME, INSPECTOR, LAW, a_violation, acting, an_imposed, days, unheard

from casework.domain import criminal, requests, violations, warning
from casework.domain.coercion import CoercionOrder, Entrance, Haste, apply
from casework.domain.coercion import impose as impose_coercion
from casework.domain.conduct import Attempt, ConductFile, OtherWay
from casework.domain.forfeiture import Penalty, PenaltyBasis
from casework.domain.instruments import Instrument, Situation, possibilities
from casework.domain.notices import require_views, tell_intention
from casework.domain.objections import lodge, open_challenge
from casework.domain.penalty import PenaltyOrder, find
from casework.domain.relief import ReliefGround, lift, reduce, suspend, withdraw
from casework.domain.requests import Asker, Delay, Request, RequestKind
from casework.domain.steps import (
    Acting,
    DateCannotBe,
    StepRefused,
    TermGoesOn,
    TermHeld,
)
from casework.domain.storage import give_copy, sell, store

FOUND = date(2026, 3, 2)
TODAY = date(2026, 4, 1)


def why_not(situation: Situation, instrument: Instrument, on: date = TODAY) -> str | None:
    """The article by which it is not possible."""
    one = next(one for one in possibilities(situation, LAW, on) if one.instrument is instrument)
    assert one.words.endswith(".")
    return None if one.possible else one.article


def test_every_instrument_is_named_with_its_ground_or_its_hindrance() -> None:
    found = possibilities(Situation(a_violation(FOUND)), LAW, TODAY)
    assert [one.instrument for one in found] == list(Instrument)
    assert {one.instrument: one.possible for one in found} == {
        Instrument.WARNING: True,
        Instrument.PENALTY: True,
        Instrument.COERCION: True,
        Instrument.URGENT_COERCION: True,
        Instrument.FINE: True,
        Instrument.CRIMINAL: False,
        Instrument.CONDUCT: False,
    }
    assert "strafbaar feit" in next(one.words for one in found if one.instrument is Instrument.CRIMINAL)


def test_what_was_done_stands_in_the_way_of_what_may_be_done() -> None:
    violation = a_violation(FOUND, criminal=True)
    order = an_imposed(violation, FOUND, date(2026, 5, 1))
    track = criminal.submit(uuid4(), violation, (), acting(FOUND)).state
    letter = warning.warn(uuid4(), violation, (), acting(FOUND)).state
    situation = Situation(violation, (letter,), (order,), track=track)
    assert why_not(situation, Instrument.WARNING) == "Awb 3:2"
    assert why_not(situation, Instrument.PENALTY) == "Awb 5:6"
    assert why_not(situation, Instrument.URGENT_COERCION) == "Awb 5:6"
    assert why_not(situation, Instrument.FINE) == "Awb 5:44 lid 3"
    assert why_not(situation, Instrument.CRIMINAL) == "Awb 5:44 lid 2"
    assert (
        why_not(situation, Instrument.FINE, date(2026, 6, 1)) == "Awb 5:44 lid 3"
    )  # the last day of thirteen weeks
    assert why_not(situation, Instrument.FINE, date(2026, 6, 2)) is None
    withdrawn = replace(situation, penalties=(withdraw(order, acting(TODAY)).state,))
    assert why_not(withdrawn, Instrument.COERCION) is None


@pytest.mark.parametrize(
    ("changes", "instrument", "article"),
    [
        ({"fine_most_cents": None}, Instrument.FINE, "Awb 5:4 lid 1"),
        ({"culpable": False}, Instrument.FINE, "Awb 5:41"),
        ({"violator_died_on": FOUND}, Instrument.FINE, "Awb 5:42 lid 1"),
        ({"criminal": True}, Instrument.FINE, "Awb 5:44 lid 2"),
        ({"happened_on": date(2021, 3, 31)}, Instrument.FINE, "Awb 5:45 lid 1"),
        ({"happened_on": date(2023, 3, 31), "fine_most_cents": 34_000}, Instrument.FINE, "Awb 5:45 lid 2"),
        ({"irreparable": True}, Instrument.PENALTY, "Awb 5:32 lid 2"),
        ({"justified": True}, Instrument.COERCION, "Awb 5:5"),
        ({"rule": " "}, Instrument.PENALTY, "Awb 5:9"),
        ({"ended_on": FOUND}, Instrument.PENALTY, "Awb 5:2 lid 1 onder b, 5:7"),
        ({"ended_on": FOUND}, Instrument.WARNING, "Awb 5:1"),
    ],
)
def test_the_violation_itself_may_be_the_hindrance(
    changes: dict[str, Any], instrument: Instrument, article: str
) -> None:
    assert why_not(Situation(a_violation(FOUND, **changes)), instrument) == article


def test_a_violation_that_may_come_back_can_be_prevented() -> None:
    over = violations.end(a_violation(FOUND), acting(date(2026, 3, 20)), may_recur=True)
    assert why_not(Situation(over), Instrument.PENALTY) is None
    with pytest.raises(DateCannotBe, match="voor de constatering"):
        violations.end(over, acting(date(2026, 3, 1)), may_recur=False)


def test_a_behavioural_order_asks_for_a_file() -> None:
    violation = a_violation(FOUND)
    assert why_not(Situation(violation), Instrument.CONDUCT) == "Gemeentewet 151d"
    file = ConductFile(violation, serious=True, incidents=(FOUND,), attempts=(Attempt(OtherWay.TALK, FOUND),))
    assert why_not(Situation(violation, conduct=file), Instrument.CONDUCT) == "Gemeentewet 151d lid 1"
    file = replace(file, incidents=(FOUND, FOUND + days(3)))
    assert why_not(Situation(violation, conduct=file), Instrument.CONDUCT) is None


def test_a_step_cannot_be_still_to_come() -> None:
    with pytest.raises(DateCannotBe, match="moet nog komen"):
        Acting("iemand", TODAY + days(1), TODAY, LAW)


def test_a_request_to_enforce_stands_still_while_more_is_asked() -> None:
    """Awb 4:15: from the day after the invitation until the day on which it is complete."""
    asked = requests.receive(
        uuid4(), uuid4(), RequestKind.ENFORCE, Asker.INTERESTED, acting(date(2026, 1, 5))
    ).state
    assert asked.term.last_day == date(2026, 3, 2)
    held = requests.wait(asked, acting(date(2026, 1, 12)), Delay.SUPPLEMENT)
    assert held.terms == (TermHeld("request", date(2026, 1, 13), "reporter"),)
    assert not requests.is_late(held.state, date(2026, 12, 1))
    again = requests.resume(held.state, acting(date(2026, 1, 20)))
    assert again.terms == (TermGoesOn("request", date(2026, 1, 20)),)
    assert again.state.term.last_day == date(2026, 3, 9)  # 13 to 19 January do not count
    assert not requests.is_late(again.state, date(2026, 3, 9))
    assert requests.is_late(again.state, date(2026, 3, 10))
    answered = requests.answer(again.state, acting(date(2026, 3, 12)), granted=True).state
    with pytest.raises(StepRefused, match="al beslist, op 12-3-2026"):
        requests.answer(answered, acting(date(2026, 3, 13)), granted=False)


@pytest.mark.parametrize(
    ("kind", "asker", "article"),
    [
        (RequestKind.RELIEF, Asker.INTERESTED, "Awb 5:34"),
        (RequestKind.COLLECT, Asker.VIOLATOR, "Awb 5:37 lid 2"),
        (RequestKind.APPLY, Asker.INTERESTED, "Awb 5:31a lid 2"),
    ],
)
def test_not_everybody_may_ask_everything(kind: RequestKind, asker: Asker, article: str) -> None:
    with pytest.raises(StepRefused) as refused:
        requests.receive(uuid4(), uuid4(), kind, asker, acting(TODAY), comply_by=TODAY)
    assert refused.value.article == article


def test_who_reported_may_ask_to_carry_out_and_to_collect_within_four_weeks() -> None:
    for kind in (RequestKind.APPLY, RequestKind.COLLECT):
        asked = requests.receive(
            uuid4(), uuid4(), kind, Asker.INTERESTED, acting(date(2026, 3, 11)), comply_by=date(2026, 3, 10)
        )
        assert asked.state.term.last_day == date(2026, 4, 8)


def relief(order: PenaltyOrder, on: date) -> Request:
    return requests.receive(uuid4(), order.order_id, RequestKind.RELIEF, Asker.VIOLATOR, acting(on)).state


def test_relief_is_given_to_who_asks() -> None:
    each = Penalty(PenaltyBasis.PER_VIOLATION, 100_000, 300_000)
    order = an_imposed(a_violation(date(2025, 1, 6)), date(2025, 1, 13), date(2025, 2, 1), each)
    asked = relief(order, date(2026, 1, 13))
    with pytest.raises(StepRefused, match=r"verzoek.*5:34"):
        lift(order, None, acting(date(2026, 1, 14)), ReliefGround.QUIET_YEAR)
    with pytest.raises(StepRefused, match=r"5:34 lid 2"):
        lift(order, asked, acting(date(2026, 1, 13)), ReliefGround.QUIET_YEAR)
    assert not lift(order, asked, acting(date(2026, 1, 14)), ReliefGround.QUIET_YEAR).state.in_force

    still = suspend(order, asked, acting(date(2026, 2, 1)), date(2026, 2, 28)).state
    still = find(still, acting(date(2026, 2, 10), INSPECTOR), HOME, followed=False).state
    assert still.forfeited_cents == 0
    broken = find(still, acting(date(2026, 3, 1), INSPECTOR), HOME, followed=False).state
    assert broken.forfeited_cents == 100_000
    smaller = reduce(
        broken, asked, acting(date(2026, 3, 2)), replace(each, cents=50_000, most_cents=200_000)
    ).state
    for wrong in (each, replace(each, cents=200_000), replace(each, most_cents=50_000, cents=50_000)):
        with pytest.raises(StepRefused, match=r"5:34 lid 1"):
            reduce(broken, asked, acting(date(2026, 3, 2)), wrong)
    again = find(smaller, acting(date(2026, 3, 9), INSPECTOR), HOME, followed=False).state
    assert [one.cents for one in again.forfeitures] == [100_000, 50_000]


def test_a_year_in_which_a_penalty_was_forfeited_is_not_quiet() -> None:
    each = Penalty(PenaltyBasis.PER_VIOLATION, 100_000, 300_000)
    order = an_imposed(a_violation(date(2025, 1, 6)), date(2025, 1, 13), date(2025, 2, 1), each)
    order = find(order, acting(date(2025, 3, 1), INSPECTOR), HOME, followed=False).state
    asked = relief(order, date(2026, 3, 2))
    with pytest.raises(StepRefused, match="al een dwangsom verbeurd"):
        lift(order, asked, acting(date(2026, 3, 2)), ReliefGround.QUIET_YEAR)
    assert not lift(order, asked, acting(date(2026, 3, 2)), ReliefGround.IMPOSSIBLE).state.in_force


def test_the_last_day_of_a_term_belongs_to_it() -> None:
    notice = tell_intention(acting(date(2026, 3, 2))).state
    assert notice.views_by == date(2026, 3, 16)
    with pytest.raises(StepRefused, match="tot en met 16-3-2026"):
        require_views(notice, date(2026, 3, 16))
    require_views(notice, date(2026, 3, 17))
    challenge = open_challenge(acting(date(2026, 3, 2))).state
    assert lodge(challenge, acting(date(2026, 4, 13))).state.lodged_on == challenge.object_by
    with pytest.raises(StepRefused, match="tot en met 13-4-2026"):
        lodge(challenge, acting(date(2026, 4, 14)))


@pytest.mark.parametrize(
    ("changes", "haste", "article"),
    [
        ({}, Haste.NONE, "Awb 5:27 lid 2, Awbi 2"),
        ({}, Haste.URGENT, "Awb 5:27 lid 2, Awbi 2"),
        ({"consent": True}, Haste.NONE, None),
        ({"authorised_by": "college"}, Haste.NONE, None),
        ({"home": False, "involved": False}, Haste.NONE, "Awb 5:27 lid 3"),
        ({"home": False, "involved": False, "told_on": date(2026, 3, 10)}, Haste.NONE, "Awb 5:27 lid 3"),
        ({"home": False, "involved": False, "told_on": date(2026, 3, 9)}, Haste.NONE, None),
        ({"home": False, "involved": False}, Haste.URGENT, None),
    ],
)
def test_nobody_enters_a_home_without_consent_or_authorisation(
    changes: dict[str, Any], haste: Haste, article: str | None
) -> None:
    violation, on = a_violation(FOUND), date(2026, 3, 11)
    fresh = CoercionOrder(uuid4(), violation.violation_id, haste=haste, notice=unheard())
    order = impose_coercion(fresh, violation, (), acting(FOUND), "Wij ruimen op.", date(2026, 3, 10)).state
    entrance = Entrance(on, **({"home": True} | changes))
    if article is None:
        assert apply(order, acting(on), entrance).state.entries == (entrance,)
        return
    with pytest.raises(StepRefused) as refused:
        apply(order, acting(on), entrance)
    assert refused.value.article == article


def test_coercion_and_a_sale_wait_for_the_last_day_as_well() -> None:
    violation = a_violation(FOUND)
    fresh = CoercionOrder(uuid4(), violation.violation_id, notice=unheard())
    order = impose_coercion(fresh, violation, (), acting(FOUND), "Wij ruimen op.", date(2026, 3, 10)).state
    with pytest.raises(StepRefused, match="tot en met 10-3-2026"):
        apply(order, acting(date(2026, 3, 10)))
    applied = apply(order, acting(date(2026, 3, 11))).state
    goods = give_copy(
        store(uuid4(), applied, acting(date(2026, 3, 11))).state, acting(date(2026, 5, 29))
    ).state
    with pytest.raises(StepRefused, match="na 10-6-2026"):
        sell(goods, acting(date(2026, 6, 10)))
    with pytest.raises(StepRefused, match="tot en met 12-6-2026"):
        sell(goods, acting(date(2026, 6, 12)))
    assert sell(goods, acting(date(2026, 6, 13))).state.sold_on == date(2026, 6, 13)
