"""Debts, objections and fines run by their terms, which are clocks; and every state as JSON and back."""

import json
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

import pytest
from enforcing import HOME, INSPECTOR, LAW, ONCE, a_violation, acting, an_imposed, an_order, days, unheard
from pydantic import TypeAdapter

from casework.domain import criminal, requests, warning
from casework.domain.coercion import CoercionOrder, Haste, act_first, confirm, set_costs
from casework.domain.collecting import decide_collection, defer, pay, remind
from casework.domain.conduct import Attempt, ConductFile, HomeBan, OtherWay, ban
from casework.domain.debts import DebtKind, Interruption, collectable_until, interrupt, owe
from casework.domain.fine import Fine, hold_for_prosecution, report, resume
from casework.domain.fine import impose as impose_fine
from casework.domain.forfeiture import Penalty, PenaltyBasis
from casework.domain.instruments import Instrument, Situation, possibilities
from casework.domain.notices import WithoutViews, skip_views, tell_intention
from casework.domain.objections import adjourn, lodge, open_challenge
from casework.domain.penalty import Demand, PenaltyOrder, find, impose
from casework.domain.relief import withdraw
from casework.domain.requests import Asker, Request, RequestKind
from casework.domain.steps import (
    Decided,
    Happened,
    StepRefused,
    TermBegun,
    TermHeld,
)
from casework.domain.storage import StoredGoods, store
from casework.domain.warning import WarningLetter
from chassis.calendar import HERE, DutchCalendar, NotATerm, Term, Unit

FOUND = date(2026, 3, 2)
TODAY = date(2026, 4, 1)


def why_not(situation: Situation, instrument: Instrument, on: date = TODAY) -> str | None:
    """The article by which it is not possible."""
    one = next(one for one in possibilities(situation, LAW, on) if one.instrument is instrument)
    assert one.words.endswith(".")
    return None if one.possible else one.article


def test_an_order_that_is_taken_back_from_the_start_was_never_broken() -> None:
    order = an_imposed(a_violation(FOUND), FOUND, date(2026, 3, 10))
    order = find(order, acting(date(2026, 3, 12), INSPECTOR), HOME, followed=False).state
    order = replace(order, debts=(pay(order.debts[0], acting(TODAY), 200_000).state,))
    from_now = withdraw(replace(order, penalty=Penalty(PenaltyBasis.ONCE, 500_000, 600_000)), acting(TODAY))
    assert from_now.state.debts == order.debts
    gone = withdraw(order, acting(TODAY), from_the_start=True)
    assert gone.state.forfeited_cents == 0
    assert (Happened.REFUND_DUE, 200_000) in [(said.what, said.cents) for said in gone.announcements]


def test_more_time_to_pay_moves_the_prescription_and_keeps_reminders_away() -> None:
    debt = owe(DebtKind.COSTS, 1, 143_060, date(2026, 1, 12), LAW)
    assert (debt.pay_by, debt.prescribes_on) == (date(2026, 2, 23), date(2031, 2, 23))
    deferred = defer(debt, (), acting(date(2026, 2, 20)), date(2026, 5, 21)).state
    assert deferred.prescribes_on == date(2031, 5, 24)
    with pytest.raises(StepRefused, match=r"4:94 lid 2"):
        remind(deferred, (), acting(date(2026, 5, 21)))
    assert remind(deferred, (), acting(date(2026, 5, 22))).state.reminded_on == date(2026, 5, 22)
    with pytest.raises(StepRefused, match=r"4:104"):
        defer(debt, (), acting(date(2031, 2, 24)), date(2031, 6, 1))


def test_a_reminder_may_be_charged_and_the_charge_is_owed() -> None:
    """Awb 4:113 and 4:119: more for a debt of 500 euros, and the amount of the day."""
    for cents, year, fee in ((49_900, 2016, 700), (50_000, 2016, 1_500), (50_000, 2026, 1_900)):
        debt = owe(DebtKind.FINE, 1, cents, date(year, 1, 12), LAW)
        reminded = remind(debt, (), acting(date(year, 4, 1)), charged=True)
        assert reminded.state.open_cents == cents + fee
        assert reminded.announcements[-1].cents == cents + fee
        assert pay(reminded.state, acting(date(year, 4, 2)), cents + fee).state.open_cents == 0


def test_acknowledging_a_debt_lets_the_year_begin_anew() -> None:
    debt = owe(DebtKind.PENALTY, 1, 100_000, date(2026, 1, 12), LAW)
    later = interrupt(debt, (), acting(date(2026, 12, 1)), Interruption.ACKNOWLEDGED)
    assert collectable_until(later.state, (), LAW) == date(2027, 12, 1)
    assert later.announcements[0].article == "Awb 4:105 lid 2"


def test_an_answer_to_an_objection_is_put_off_once_and_in_time() -> None:
    challenge = lodge(open_challenge(acting(date(2026, 1, 5))).state, acting(date(2026, 2, 1))).state
    assert (challenge.object_by, challenge.answer_by) == (date(2026, 2, 16), date(2026, 3, 30))
    put_off = adjourn(challenge, acting(date(2026, 3, 30))).state
    assert put_off.answer_by == date(2026, 5, 11)
    for again, on in ((put_off, date(2026, 4, 1)), (challenge, date(2026, 3, 31))):
        with pytest.raises(StepRefused, match=r"7:10 lid 3"):
            adjourn(again, acting(on))
    with pytest.raises(StepRefused, match=r"6:7"):
        lodge(open_challenge(acting(date(2026, 1, 5))).state, acting(date(2026, 2, 17)))
    excused = lodge(
        open_challenge(acting(date(2026, 1, 5))).state, acting(date(2026, 3, 2)), excused=True
    ).state
    assert excused.answer_by == date(2026, 4, 13)


def test_the_thirteen_weeks_of_a_fine_stand_still_while_the_prosecutor_thinks() -> None:
    violation = a_violation(FOUND, criminal=True)
    fine = report(Fine(uuid4(), violation.violation_id), violation, acting(date(2026, 3, 5), INSPECTOR)).state
    track = criminal.submit(uuid4(), violation, (), acting(date(2026, 3, 9))).state
    held = hold_for_prosecution(fine, track)
    assert held.terms == (TermHeld("fine-decision", date(2026, 3, 9), "prosecution"),)
    with pytest.raises(StepRefused, match=r"5:51 lid 2"):
        resume(held.state, track, acting(date(2026, 3, 20)))
    declined = criminal.decline(track, acting(date(2026, 4, 8))).state
    again = resume(held.state, declined, acting(date(2026, 4, 9))).state
    assert fine.term
    assert again.term
    assert fine.term.last_day == date(2026, 6, 4)
    assert again.term.last_day == date(2026, 7, 4)  # thirty days later, and not moved from a Saturday


def test_a_light_fine_needs_no_report_and_a_heavy_one_no_excuse() -> None:
    light = a_violation(FOUND, fine_most_cents=34_000)
    fine = Fine(uuid4(), light.violation_id, notice=skip_views(WithoutViews.URGENT))
    assert impose_fine(fine, light, (), None, 34_000, acting(TODAY)).state.cents == 34_000
    heavy = a_violation(FOUND, fine_most_cents=34_100)
    with pytest.raises(StepRefused, match=r"5:53 lid 2"):
        impose_fine(fine, heavy, (), None, 100, acting(TODAY))
    reported = report(fine, heavy, acting(FOUND, INSPECTOR)).state
    with pytest.raises(StepRefused, match=r"5:53 lid 3"):
        impose_fine(reported, heavy, (), None, 100, acting(TODAY))
    unread = replace(reported, notice=tell_intention(acting(FOUND)).state)
    with pytest.raises(StepRefused, match=r"5:50 lid 1"):
        impose_fine(unread, heavy, (), None, 100, acting(TODAY))


def test_who_was_punished_by_the_other_road_is_not_fined() -> None:
    violation = a_violation(FOUND, criminal=True)
    track = criminal.submit(uuid4(), violation, (), acting(FOUND)).state
    penalised = criminal.penalise(track, acting(TODAY)).state
    in_court = criminal.try_in_court(track, acting(TODAY)).state
    for one in (penalised, in_court, criminal.end(in_court, acting(TODAY)).state):
        assert why_not(Situation(violation, track=one), Instrument.FINE) == "Awb 5:44 lid 1"
    declined = criminal.decline(track, acting(TODAY)).state
    assert why_not(Situation(violation, track=declined), Instrument.FINE) is None
    ordered = criminal.order_prosecution(declined, acting(TODAY)).state
    assert why_not(Situation(violation, track=ordered), Instrument.FINE) == "Awb 5:47"


def test_an_act_is_fined_once() -> None:
    violation = a_violation(FOUND, fine_most_cents=34_000)
    first = Fine(uuid4(), violation.violation_id, notice=unheard())
    fined = impose_fine(first, violation, (), None, 100, acting(TODAY)).state
    with pytest.raises(StepRefused, match=r"5:43"):
        impose_fine(replace(first, fine_id=uuid4()), violation, (fined,), None, 100, acting(TODAY))


def states() -> list[tuple[type[Any], Any]]:
    """One of each, some way along."""
    violation = a_violation(FOUND, criminal=True)
    order = an_imposed(violation, FOUND, date(2026, 3, 10))
    order = find(order, acting(date(2026, 3, 12), INSPECTOR), HOME, followed=False).state
    urgent = CoercionOrder(uuid4(), violation.violation_id, haste=Haste.EXTREME, costs_on_violator=True)
    urgent = replace(urgent, notice=unheard())
    acted = act_first(urgent, violation, (), acting(FOUND)).state
    goods = store(uuid4(), acted, acting(FOUND)).state
    confirmed = confirm(acted, acting(FOUND + days(1)), "Opgeruimd.").state
    billed = set_costs(confirmed, acting(TODAY), 143_060).state
    small = replace(violation, fine_most_cents=34_000, criminal=False)
    fine = Fine(uuid4(), violation.violation_id, notice=unheard())
    fine = impose_fine(
        report(fine, small, acting(FOUND, INSPECTOR)).state, small, (), None, 100, acting(TODAY)
    ).state
    file = ConductFile(violation, True, (FOUND, TODAY), (Attempt(OtherWay.CARE, FOUND),))  # noqa: FBT003
    return [
        (type(one), one)
        for one in (
            violation,
            order,
            billed,
            goods,
            fine,
            criminal.submit(uuid4(), violation, (), acting(FOUND)).state,
            warning.warn(uuid4(), violation, (), acting(FOUND)).state,
            file,
            ban(uuid4(), file, acting(TODAY)).state,
            requests.receive(
                uuid4(), order.order_id, RequestKind.RELIEF, Asker.VIOLATOR, acting(TODAY)
            ).state,
        )
    ]


def test_every_state_survives_json() -> None:
    kinds = states()
    assert {PenaltyOrder, CoercionOrder, StoredGoods, Fine, WarningLetter, HomeBan, Request} <= {
        kind for kind, _ in kinds
    }
    for kind, state in kinds:
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
        assert adapter.validate_json(adapter.dump_json(state)) == state
        assert json.loads(adapter.dump_json(state))


def begun_by(*decided: Decided[Any]) -> list[TermBegun]:
    return [term for one in decided for term in one.terms if isinstance(term, TermBegun)]


def test_a_clock_that_monitoring_starts_ends_on_the_day_that_the_law_says() -> None:
    """By the chassis's own calendar, which counts and moves it from the amount and the unit alone."""
    violation = a_violation(FOUND, criminal=True)
    order = impose(
        an_order(violation), violation, (), Demand("Stop.", date(2026, 3, 10), ONCE), acting(FOUND)
    )
    broken = find(order.state, acting(date(2026, 3, 12), INSPECTOR), HOME, followed=False)
    (debt,) = broken.state.debts
    collected = decide_collection(debt, (), unheard(), acting(date(2026, 4, 1)), debt.cents)
    reminded = remind(collected.state, (), acting(date(2026, 4, 28)))
    lodged = lodge(open_challenge(acting(date(2026, 11, 13))).state, acting(date(2026, 12, 1)))
    terms = begun_by(
        order,
        broken,
        collected,
        reminded,
        open_challenge(acting(date(2026, 11, 13))),
        lodged,
        adjourn(lodged.state, acting(date(2026, 12, 30))),
        tell_intention(acting(date(2026, 4, 13))),
        criminal.submit(uuid4(), violation, (), acting(FOUND)),
        report(Fine(uuid4(), violation.violation_id), violation, acting(FOUND, INSPECTOR)),
        warning.warn(uuid4(), violation, (), acting(FOUND)),
        requests.receive(uuid4(), uuid4(), RequestKind.ENFORCE, Asker.INTERESTED, acting(date(2026, 3, 11))),
    )
    assert len(terms) > 15
    calendar = DutchCalendar()
    for term in terms:
        amount, unit = term.counted
        began = datetime.combine(term.began_on, time(10), HERE)
        end = calendar.end(Term(amount, Unit(unit), term.statutory), began)
        assert end.astimezone(HERE).date() == term.last_day, term
        assert term.is_watched


def test_terms_of_years_are_no_clocks() -> None:
    """Monitoring refuses what is longer than 400 days."""
    violation = a_violation(FOUND, fine_most_cents=34_000)
    fine = Fine(uuid4(), violation.violation_id, notice=unheard())
    fined = impose_fine(fine, violation, (), None, 100, acting(TODAY))
    watched = {term.key: term.is_watched for term in begun_by(fined)}
    assert watched == {"objection": True, "payment-1": True, "prescription-1": False}
    with pytest.raises(NotATerm):
        Term(*_clock(next(term for term in begun_by(fined) if not term.is_watched)))


def _clock(term: TermBegun) -> tuple[int, Unit]:
    amount, unit = term.counted
    return amount, Unit(unit)


def test_an_interruption_never_brings_the_end_nearer() -> None:
    debt = owe(DebtKind.PENALTY, 1, 100_000, date(2026, 1, 12), LAW)
    deferred = defer(debt, (), acting(date(2026, 2, 2)), date(2028, 2, 1)).state
    assert deferred.prescribes_on == date(2029, 1, 10)
    acknowledged = interrupt(deferred, (), acting(date(2026, 3, 2)), Interruption.ACKNOWLEDGED).state
    assert acknowledged.prescribes_on == date(2029, 1, 10)
