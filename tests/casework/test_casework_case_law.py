"""Public case law, step by step: the dates and amounts of the judgments, and what the law makes of them."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from enforcing import (
    HOME,
    INSPECTOR,
    LAW,
    LAWYER,
    a_violation,
    acting,
    an_imposed,
    an_order,
    days,
    unheard,
)

from casework.domain.collecting import decide_collection, issue_writ, pay, remind
from casework.domain.conduct import MAYOR, Attempt, ConductFile, OtherWay, impose_with_penalty
from casework.domain.debts import DebtKind, collectable_until, owe, while_asked, while_challenged
from casework.domain.fine import Fine, answer_objection, reduce, report
from casework.domain.fine import impose as impose_fine
from casework.domain.fine import with_challenge as with_fine_challenge
from casework.domain.forfeiture import Penalty, PenaltyBasis
from casework.domain.law import LegalTerm, LegalUnit
from casework.domain.notices import tell_intention
from casework.domain.objections import appeal, lodge, open_challenge
from casework.domain.penalty import Demand, find, impose, with_debt
from casework.domain.requests import Asker, RequestKind, receive
from casework.domain.requests import answer as answer_request
from casework.domain.steps import Happened, StepRefused, TermBegun

WEEK = LegalTerm(1, LegalUnit.WEEKS)


def test_a_second_order_is_higher_after_the_first_is_worked_out() -> None:
    """ECLI:NL:RBDHA:2023:13368 (The Hague): rooms let without a permit, after a report of nuisance.

    13-10-2020 found, 7-4-2021 found again; 20-4-2021 order, € 5.000 at once, comply before 1-6-2021; 1-6-2021 followed;
    23-2-2022 broken; 1-3-2022 second order, € 10.000; 3-5-2022 decision to collect the first € 5.000.
    """
    violation = a_violation(date(2020, 10, 13))
    first = an_imposed(violation, date(2021, 4, 20), date(2021, 5, 31))
    followed = find(first, acting(date(2021, 6, 1), INSPECTOR), HOME, followed=True)
    assert followed.state.forfeited_cents == 0

    second, demand = an_order(violation), Demand("Beëindig de kamerverhuur.", date(2022, 4, 1), Penalty(
        PenaltyBasis.ONCE, 1_000_000, 1_000_000
    ))  # fmt: skip
    with pytest.raises(StepRefused, match=r"5:6"):
        impose(second, violation, (followed.state,), demand, acting(date(2022, 1, 10)))

    broken = find(followed.state, acting(date(2022, 2, 23), INSPECTOR), HOME, followed=False)
    assert [said.cents for said in broken.announcements if said.what is Happened.PENALTY_FORFEITED] == [
        500_000
    ]
    first = broken.state
    assert first.is_worked_out
    assert not first.in_force

    lower = replace(demand, penalty=Penalty(PenaltyBasis.ONCE, 500_000, 500_000))
    with pytest.raises(StepRefused, match=r"5:32b lid 3"):
        impose(second, violation, (first,), lower, acting(date(2022, 3, 1)), before=first)
    higher = impose(second, violation, (first,), demand, acting(date(2022, 3, 1)), before=first).state
    assert higher.in_force
    assert higher.follows == first.order_id
    assert higher.challenge
    assert higher.challenge.object_by == date(2022, 4, 12)

    (debt,) = first.debts
    assert debt.pay_by == date(2022, 4, 6)
    assert debt.prescribes_on == date(2023, 2, 23)
    collected = with_debt(
        first,
        1,
        lambda one, challenge: decide_collection(
            one, challenge, unheard(), acting(date(2022, 5, 3)), 500_000
        ),
    ).state
    assert collected.debts[0].prescribes_on == date(2023, 5, 3)  # the decision interrupts: article 5:37a


def test_a_weekly_penalty_ends_at_its_cap_and_each_rule_has_its_own() -> None:
    """ECLI:NL:RBMNE:2020:3826: rooms let, and the dwelling split, each € 1.000 a week with a most of € 10.000.

    22-8-2017 order, within six weeks; inspections 11-10-2017, 21-11-2017 and 7-8-2018; forfeited twice € 1.000 for the
    rooms and ten times for the splitting. Between the inspections the splitting lasted; that the rooms were let no more
    on 21-11-2017 is ours.
    """
    weekly = Penalty(PenaltyBasis.PER_PERIOD, 100_000, 1_000_000, WEEK)
    imposed_on = date(2017, 8, 22)
    comply_by = LegalTerm(6, LegalUnit.WEEKS).after(imposed_on)
    assert comply_by == date(2017, 10, 3)
    rooms, split = (
        an_imposed(a_violation(date(2017, 8, 1), rule=rule), imposed_on, comply_by, weekly)
        for rule in ("kamers verhuren", "splitsen")
    )
    for day, let in ((date(2017, 10, 11), True), (date(2017, 11, 21), False), (date(2018, 8, 7), False)):
        rooms = find(rooms, acting(day, INSPECTOR), HOME, followed=not let).state
        split = find(split, acting(day, INSPECTOR), HOME, followed=False).state
    assert [one.cents for one in rooms.forfeitures] == [100_000] * 2
    assert [one.cents for one in split.forfeitures] == [100_000] * 10
    assert rooms.forfeited_cents + split.forfeited_cents == 1_200_000
    assert split.is_worked_out
    assert not rooms.is_worked_out
    assert [one.on for one in split.forfeitures][:2] == [date(2017, 10, 4), date(2017, 10, 11)]
    # Every amount has its own year, as ABRvS 10 May 2017, AB 2017/258 says.
    assert {debt.prescribes_on for debt in rooms.debts} == {date(2018, 10, 4), date(2018, 10, 11)}


def test_before_april_2021_a_collection_decision_did_not_interrupt_and_a_reminder_did() -> None:
    """ECLI:NL:PHR:2015:3 (Simpelveld): a shed, € 2.000 a week, € 20.000 at most, to be gone before 1-5-2011.

    Whether the collection decision interrupted was the question; the dates after the order are ours.
    """
    weekly = Penalty(PenaltyBasis.PER_PERIOD, 200_000, 2_000_000, WEEK)
    order = an_imposed(a_violation(date(2011, 3, 1)), date(2011, 3, 21), date(2011, 4, 30), weekly)
    order = find(order, acting(date(2011, 9, 1), INSPECTOR), HOME, followed=False).state
    assert order.forfeited_cents == 2_000_000
    assert len(order.debts) == 10
    first = order.debts[0]
    assert first.arose_on == date(2011, 5, 1)
    assert first.prescribes_on == date(2012, 5, 1)
    assert order.challenge
    pending = (while_challenged(order.challenge),)
    decided = decide_collection(first, pending, unheard(), acting(date(2012, 3, 1)), 200_000).state
    assert decided.prescribes_on == date(2012, 5, 1)
    with pytest.raises(StepRefused, match=r"verjaard.*5:35"):
        remind(decided, pending, acting(date(2012, 5, 2)))
    reminded = remind(decided, pending, acting(date(2012, 5, 1))).state
    assert reminded.prescribes_on == date(2013, 5, 1)
    assert reminded.remind_by == date(2012, 5, 15)


def test_an_open_appeal_keeps_a_penalty_collectable_since_april_2021() -> None:
    """Article 5:35, second paragraph: on the last day an appeal against the order is under way."""
    order = an_imposed(a_violation(date(2023, 1, 2)), date(2023, 1, 9), date(2023, 2, 1))
    order = find(order, acting(date(2023, 3, 1), INSPECTOR), HOME, followed=False).state
    challenge = order.challenge
    assert challenge
    challenge = lodge(challenge, acting(date(2023, 1, 20))).state
    (debt,) = order.debts
    assert collectable_until(debt, (while_challenged(challenge),), LAW) is None
    after = replace(challenge, final_on=date(2025, 6, 4))
    assert collectable_until(debt, (while_challenged(after),), LAW) == date(2025, 6, 4)
    decide_collection(debt, (while_challenged(after),), unheard(), acting(date(2025, 6, 4)), debt.cents)
    with pytest.raises(StepRefused, match=r"5:35"):
        decide_collection(debt, (while_challenged(after),), unheard(), acting(date(2025, 6, 5)), debt.cents)


def test_a_request_to_collect_keeps_a_penalty_collectable_and_so_does_the_appeal_against_a_refusal() -> None:
    """Article 5:37a, second and third paragraph."""
    debt = owe(DebtKind.PENALTY, 1, 500_000, date(2023, 3, 1), LAW)
    asked = receive(uuid4(), uuid4(), RequestKind.COLLECT, Asker.INTERESTED, acting(date(2024, 2, 20))).state
    assert collectable_until(debt, (), LAW) == date(2024, 3, 1)
    assert collectable_until(debt, (while_asked(asked),), LAW) is None
    refused = answer_request(asked, acting(date(2024, 3, 19)), granted=False).state
    assert collectable_until(debt, (while_asked(refused),), LAW) == date(2024, 3, 19)
    refusal = open_challenge(acting(date(2024, 3, 19))).state
    pending = (while_challenged(refusal), while_asked(refused))
    assert collectable_until(debt, pending, LAW) == date(2024, 4, 30)
    late = receive(uuid4(), uuid4(), RequestKind.COLLECT, Asker.INTERESTED, acting(date(2024, 3, 2))).state
    assert collectable_until(debt, (while_asked(late),), LAW) == date(2024, 3, 1)
    fine = owe(DebtKind.FINE, 1, 500_000, date(2018, 3, 1), LAW)
    assert collectable_until(fine, (while_asked(asked),), LAW) == date(2023, 4, 12)


def test_a_fine_is_halved_after_the_objection_while_it_is_in_court() -> None:
    """ECLI:NL:RBDHA:2025:15722 (The Hague): let without a permit, found after a report to the Meld- en steunpunt woonoverlast.

    11-3-2024 found; 21-5-2024 fine € 5.000; 19-11-2024 objection unfounded; 7-1-2025 reduced by half, and the appeal is
    about that decision as well (6:19). The days of the report, the objection and the appeal are ours.
    """
    violation = a_violation(date(2024, 3, 11), rule="Huisvestingswet 2014, artikel 8 lid 2")
    fine = report(
        Fine(uuid4(), violation.violation_id), violation, acting(date(2024, 3, 11), INSPECTOR)
    ).state
    assert fine.term
    assert fine.term.last_day == date(2024, 6, 10)
    fine = replace(fine, notice=tell_intention(acting(date(2024, 4, 2)), with_report=True).state)
    with pytest.raises(StepRefused, match=r"10:3 lid 4"):
        impose_fine(fine, violation, (), None, 500_000, acting(date(2024, 5, 21), INSPECTOR))
    fine = impose_fine(fine, violation, (), None, 500_000, acting(date(2024, 5, 21))).state
    assert fine.debt
    assert fine.debt.pay_by == date(2024, 7, 2)
    fine = with_fine_challenge(
        fine, lambda one: lodge(one, acting(date(2024, 6, 20), "gemachtigde"), by_committee=True)
    ).state
    assert fine.challenge
    assert fine.challenge.answer_by == date(2024, 9, 24)
    with pytest.raises(StepRefused, match=r"10:3 lid 3"):
        answer_objection(fine, acting(date(2024, 11, 19)), 500_000)
    with pytest.raises(StepRefused, match=r"7:11.*|.*7:11"):
        answer_objection(fine, acting(date(2024, 11, 19), LAWYER), 600_000)
    fine = answer_objection(fine, acting(date(2024, 11, 19), LAWYER), 500_000).state
    fine = with_fine_challenge(fine, lambda one: appeal(one, acting(date(2024, 12, 20), "gemachtigde"))).state
    reduced = reduce(fine, acting(date(2025, 1, 7), LAWYER), 250_000)
    assert reduced.state.cents == 250_000
    assert reduced.state.imposed_cents == 500_000
    assert [(said.what, said.cents) for said in reduced.announcements] == [(Happened.FINE_REDUCED, 250_000)]


def test_a_fine_that_was_paid_is_paid_back_where_it_is_moderated_on_objection() -> None:
    """As in the case above, had the objection been answered with half of it."""
    violation = a_violation(date(2024, 3, 11))
    fine = report(
        Fine(uuid4(), violation.violation_id), violation, acting(date(2024, 3, 11), INSPECTOR)
    ).state
    fine = replace(fine, notice=tell_intention(acting(date(2024, 4, 2)), with_report=True).state)
    fine = impose_fine(fine, violation, (), None, 500_000, acting(date(2024, 5, 21))).state
    assert fine.debt
    fine = replace(fine, debt=pay(fine.debt, acting(date(2024, 6, 3)), 500_000).state)
    fine = with_fine_challenge(fine, lambda one: lodge(one, acting(date(2024, 6, 20)))).state
    answered = answer_objection(fine, acting(date(2024, 7, 30), LAWYER), 250_000)
    assert answered.state.cents == 250_000
    assert answered.state.debt
    assert answered.state.debt.open_cents == 0
    assert (Happened.REFUND_DUE, 250_000) in [(said.what, said.cents) for said in answered.announcements]


def test_a_penalty_and_a_fine_may_go_together() -> None:
    """ECLI:NL:RBDHA:2022:10406 (The Hague): € 10.000 forfeited at once, and a fine of € 10.000, for the same letting.

    One restores and the other punishes: article 5:6 is about the first kind alone. The days are ours.
    """
    violation = a_violation(date(2020, 10, 5), fine_most_cents=2_075_000)
    once = Penalty(PenaltyBasis.ONCE, 1_000_000, 1_000_000)
    order = an_imposed(violation, date(2020, 6, 1) + days(130), date(2020, 11, 1), once)
    order = find(order, acting(date(2020, 11, 20), INSPECTOR), HOME, followed=False).state
    assert order.forfeited_cents == 1_000_000
    fine = report(
        Fine(uuid4(), violation.violation_id), violation, acting(date(2020, 11, 20), INSPECTOR)
    ).state
    fine = replace(fine, notice=tell_intention(acting(date(2020, 11, 23)), with_report=True).state)
    assert (
        impose_fine(fine, violation, (), None, 1_000_000, acting(date(2020, 12, 15))).state.cents == 1_000_000
    )


def test_an_order_that_comes_after_the_end_of_the_violation_is_refused() -> None:
    """ECLI:NL:RBDHA:2022:6118 (The Hague): the order was revoked, because the violation had ended before it."""
    over = a_violation(date(2018, 5, 1), ended_on=date(2018, 6, 1))
    with pytest.raises(StepRefused, match=r"5:7"):
        an_imposed(over, date(2018, 7, 1), date(2018, 8, 1))
    assert an_imposed(replace(over, imminent=True), date(2018, 7, 1), date(2018, 8, 1)).in_force


def test_a_behavioural_order_counts_each_time_up_to_its_cap() -> None:
    """The Hague's choice for article 151d when it began: € 5.000 a time at most, € 25.000 in all. The days are ours."""
    violation = a_violation(date(2026, 3, 1), rule="APV, woonoverlast")
    file = ConductFile(
        violation,
        serious=True,
        incidents=(date(2026, 2, 1), date(2026, 2, 14), date(2026, 3, 1)),
        attempts=(
            Attempt(OtherWay.MEDIATION, date(2026, 2, 20)),
            Attempt(OtherWay.WARNING, date(2026, 3, 2)),
        ),
    )
    each = Penalty(PenaltyBasis.PER_VIOLATION, 500_000, 2_500_000)
    order = replace(an_order(violation), authority=MAYOR)
    demand = Demand("Geen muziek die bij de buren hoorbaar is tussen 22 en 7 uur.", date(2026, 3, 20), each)
    imposed = impose_with_penalty(file, order, (), demand, acting(date(2026, 3, 9), "burgemeester")).state
    for number in range(7):
        imposed = find(
            imposed, acting(date(2026, 3, 21) + days(number), INSPECTOR), HOME, followed=False
        ).state
    assert [one.cents for one in imposed.forfeitures] == [500_000] * 5
    assert imposed.is_worked_out


def test_the_whole_way_of_collecting() -> None:
    """Articles 5:33, 5:37, 4:112 and 4:117, one after the other; each too soon is refused."""
    order = an_imposed(a_violation(date(2026, 1, 5)), date(2026, 1, 12), date(2026, 2, 2))
    order = find(order, acting(date(2026, 2, 10), INSPECTOR), HOME, followed=False).state
    (debt,) = order.debts
    assert order.challenge
    challenge = (while_challenged(order.challenge),)
    assert debt.pay_by == date(2026, 3, 24)
    with pytest.raises(StepRefused, match=r"5:37 lid 1"):
        remind(debt, challenge, acting(date(2026, 4, 1)))
    with pytest.raises(StepRefused, match=r"4:8"):
        decide_collection(debt, challenge, None, acting(date(2026, 3, 1)), debt.cents)
    debt = decide_collection(debt, challenge, unheard(), acting(date(2026, 3, 2)), debt.cents).state
    with pytest.raises(StepRefused, match=r"4:112"):
        remind(debt, challenge, acting(date(2026, 3, 24)))
    with pytest.raises(StepRefused, match=r"4:117"):
        issue_writ(debt, challenge, acting(date(2026, 4, 1)))
    reminded = remind(debt, challenge, acting(date(2026, 3, 25)))
    begun = {term.key: term.last_day for term in reminded.terms if isinstance(term, TermBegun)}
    assert begun == {"reminder-1": date(2026, 4, 8), "prescription-1": date(2027, 3, 25)}
    with pytest.raises(StepRefused, match=r"4:112"):
        issue_writ(reminded.state, challenge, acting(date(2026, 4, 8)))
    writ = issue_writ(reminded.state, challenge, acting(date(2026, 4, 9))).state
    paid = pay(writ, acting(date(2026, 5, 1)), writ.open_cents)
    assert paid.state.open_cents == 0
    assert [term.key for term in paid.terms] == ["prescription-1"]
