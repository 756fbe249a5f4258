"""What partners find and the clock says changes what is asked: the two tracks, and nobody is dropped."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chassis.testing import Bench
from contracts.intake import Reporter, ReportSubmitted, ReportTold, Tenure
from contracts.partners import PoliceReply, PoliceStatus
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAppointed,
    AssignmentExpired,
    AssignmentHeld,
    AssignmentOffered,
    AssignmentWithdrawn,
    ReportAssessed,
    ReportReassessed,
)
from routing.domain.assignments import Answer, CannotFollow, State
from routing.handlers.answering import keep_answer
from routing.handlers.assessing import assess_again

if TYPE_CHECKING:
    from .conftest import Directed

NewReport = Callable[..., ReportSubmitted]
OWNER = {"tenure": Tenure.OWNER}
DANGER = {"danger": True, "children": False}


def leads(asked: list[Any]) -> list[str]:
    return [one.partner for one in asked if one.lead]


async def test_a_violation_seen_in_mediation_asks_enforcement_and_care_goes_on(
    city: "Directed", new_report: NewReport
) -> None:
    await city.hears_of(new_report(category="GEL-LEEF", reporter=OWNER))
    await city.answers("mediation", State.ACCEPTED)
    await city.answers("mediation", State.IN_PROGRESS, finding="violation-found")
    assert await city.difference() == (
        "Haagse Pandbrigade wordt nu ook gevraagd. Het spoor handhaving komt erbij."
    )
    assert await city.states() == {"mediation": State.IN_PROGRESS, "enforcement": State.PREPARED}
    assert await city.wanted() == 1
    await city.is_told()
    offered = (await city.said(AssignmentOffered))[-1]
    assert (offered.partner, offered.lead, offered.track) == ("enforcement", False, "enforcement")
    assert await city.states() == {"mediation": State.IN_PROGRESS, "enforcement": State.OFFERED}


@pytest.mark.parametrize("partner", ["mediation", "neighbourhood-team"])
async def test_help_that_is_refused_moves_the_case_to_enforcement(
    city: "Directed", new_report: NewReport, partner: str
) -> None:
    category = {"mediation": "GEL-LEEF", "neighbourhood-team": "JEUGD"}[partner]
    await city.hears_of(new_report(category=category, reporter=OWNER))
    await city.answers(partner, State.ANSWERED, outcome="not-solved", finding="refused")
    [again] = await city.said(ReportReassessed)
    assert "hulp-geweigerd" in {rule.rule for rule in again.rules}
    await city.is_told()
    assert (await city.of("enforcement")).state is State.OFFERED


async def test_care_at_work_holds_a_new_question_and_lets_it_go_with_a_term_from_then(
    worry: "Directed",
) -> None:
    await worry.answers("ggz", State.ACCEPTED)
    await worry.answers("neighbourhood-team", State.ANSWERED, outcome="not-solved", finding="refused")
    held = await worry.of("enforcement")
    assert held.state is State.HELD
    assert (await worry.said(AssignmentHeld))[-1].because.startswith("Er loopt zorg")
    assert await worry.wanted() == 0
    later = held.due_at + timedelta(days=30)
    worry.bench.at(later)
    await worry.answers("ggz", State.ANSWERED, outcome="closed")
    assert "gaat verder" in await worry.difference()
    assert await worry.wanted() == 1
    await worry.is_told()
    let_go = await worry.of("enforcement")
    assert (let_go.state, let_go.offered_at) == (State.OFFERED, later)
    assert let_go.due_at > later + timedelta(days=10)


async def test_care_that_declines_lets_go_as_care_that_is_done_does(worry: "Directed") -> None:
    await worry.answers("ggz", State.ACCEPTED)
    await worry.answers("neighbourhood-team", State.ANSWERED, outcome="not-solved", finding="refused")
    await worry.answers("ggz", State.DECLINED, reason="other")
    assert (await worry.of("enforcement")).state is State.PREPARED


async def test_danger_is_no_matter_that_waits_for_care(city: "Directed", new_report: NewReport) -> None:
    await city.hears_of(new_report(category="VERWARD", reporter=OWNER, signals=DANGER))
    await city.answers("ggz", State.ACCEPTED)
    await city.answers("neighbourhood-team", State.ANSWERED, outcome="not-solved", finding="refused")
    assert (await city.of("enforcement")).state is State.PREPARED


async def test_that_the_desk_looks_at_a_report_is_no_care(city: "Directed", new_report: NewReport) -> None:
    await city.hears_of(new_report(category="VERVUIL", reporter=OWNER))
    await city.decides("adopt", await city.of("health-service"), why="better-placed")
    assert (await city.of("desk")).track == "care"
    assert await city.said(ReportReassessed) == []


async def test_nobody_mediates_where_there_is_danger(city: "Directed", new_report: NewReport) -> None:
    await city.hears_of(new_report(category="GEL-LEEF", reporter=OWNER, signals=DANGER))
    assert set(await city.states()) == {"police"}
    assert leads(await city.asked()) == ["police"]
    [assessed] = await city.said(ReportAssessed)
    assert "niet-bemiddelen" in {rule.rule for rule in assessed.rules}


@pytest.mark.parametrize("category", ["GEL-LEEF", "VERWARD", "HENNEP", "OVERIG", "ONBEKEND"])
async def test_a_child_in_danger_goes_by_the_meldcode_alone(
    city: "Directed", new_report: NewReport, category: str
) -> None:
    report = new_report(category=category, signals={"danger": True, "children": True})
    await city.hears_of(report)
    assert set(await city.states()) == {"youth-protection", "police"}
    assert len(leads(await city.asked())) == 1


def phone(number: int) -> dict[str, Any]:
    return {"phone": f"+3170000{number:04}", "email": None, "tenure": Tenure.OWNER}


NOBODY = Reporter(anonymous=True)


@pytest.mark.parametrize(
    ("who", "spoke"),
    [
        ([phone(1), phone(2), phone(3)], True),
        ([phone(1), phone(1), phone(1)], False),
        ([phone(1), phone(2), phone(2)], False),
        ([None, None, None], False),
        ([None, phone(1), None], False),
        ([None, phone(1), phone(2)], True),
    ],
    ids=["three", "one-thrice", "two", "nobody-knows-who", "one-and-unknown", "two-and-unknown"],
)
async def test_three_reporters_within_ninety_days_ask_the_desk(
    city: "Directed", new_report: NewReport, who: list[Any], *, spoke: bool
) -> None:
    for one in who:
        report = new_report(category="GEL-ERNST", reporter=one or OWNER)
        await city.hears_of(report if one else report.model_copy(update={"reporter": NOBODY}))
    assert ("desk" in await city.states()) is spoke


@pytest.mark.parametrize(("days", "spoke"), [(90, True), (90.00001, False)])
async def test_the_window_ends_after_ninety_days(
    city: "Directed", new_report: NewReport, days: float, *, spoke: bool
) -> None:
    newest = new_report(category="GEL-ERNST", reporter=phone(3))
    for number in (1, 2):
        at = newest.received_at - timedelta(days=days)
        await city.hears_of(new_report(category="GEL-ERNST", reporter=phone(number), received_at=at))
    await city.hears_of(newest)
    assert ("desk" in await city.states()) is spoke


async def test_imported_reports_count_and_other_addresses_do_not(
    city: "Directed", new_report: NewReport
) -> None:
    await city.hears_of(new_report(category="GEL-ERNST", reporter=phone(1), imported=True))
    elsewhere = {"key": "another", "house_number": 99}
    await city.hears_of(new_report(category="GEL-ERNST", reporter=phone(2), address=elsewhere))
    await city.hears_of(new_report(category="GEL-ERNST", reporter=phone(3)))
    assert "desk" not in await city.states()
    await city.hears_of(new_report(category="GEL-ERNST", reporter=phone(4)))
    assert "desk" in await city.states()


async def test_reporters_that_come_together_are_counted_one_after_the_other(
    city: "Directed", new_report: NewReport
) -> None:
    reports = [new_report(category="GEL-ERNST", reporter=phone(number)) for number in range(3)]
    await city.bench.hears(*reports)
    city.report = reports[1]
    assert "desk" not in await city.states()
    city.report = reports[2]
    assert "desk" in await city.states()


async def test_a_missed_term_expires_the_question_and_a_late_answer_still_counts(worry: "Directed") -> None:
    await worry.misses("police")
    await worry.misses("police")
    assert [one.partner for one in await worry.said(AssignmentExpired)] == ["police"]
    one = await worry.of("police")
    assert one.state is State.EXPIRED
    await worry.bench.hears(
        PoliceReply(kenmerk=one.assignment_id, status=PoliceStatus.RECEIVED), partner="police"
    )
    assert (await worry.of("police")).state is State.ACCEPTED
    assert [one.partner for one in await worry.said(AssignmentAccepted)] == ["police"]


async def test_a_term_that_was_missed_after_the_answer_expires_nothing(worry: "Directed") -> None:
    await worry.answers("police", State.ACCEPTED)
    await worry.misses("police")
    assert (await worry.of("police")).state is State.ACCEPTED


async def test_what_was_taken_back_before_the_report_was_told_is_not_asked(worry: "Directed") -> None:
    await worry.answers("neighbourhood-team", State.ANSWERED, outcome="not-solved", finding="refused")
    prepared = await worry.of("enforcement")
    assert prepared.state is State.PREPARED
    assert (await worry.decides("withdraw", prepared, why="not-needed")).status_code == 200
    await worry.is_told()
    assert (await worry.of("enforcement")).state is State.WITHDRAWN


async def test_a_report_that_was_wanted_twice_and_told_twice_is_asked_about_once(
    city: "Directed", new_report: NewReport
) -> None:
    await city.hears_of(new_report(category="GEL-LEEF", reporter={"tenure": Tenure.CORPORATION_TENANT}))
    await city.answers("mediation", State.IN_PROGRESS, finding="violation-found")
    await city.decides("reassign", await city.of("corporation"), partner="ggz", why="better-placed")
    assert await city.wanted() == 2
    await city.is_told()
    await city.is_told()
    offered = [one.partner for one in await city.said(AssignmentOffered)]
    assert sorted(offered) == ["corporation", "enforcement", "ggz", "mediation"]


async def test_a_covenant_that_ended_before_the_report_was_told_brings_it_to_a_person(
    city: "Directed", new_report: NewReport
) -> None:
    await city.hears_of(new_report(category="GEL-LEEF", reporter=OWNER))
    await city.answers("mediation", State.ACCEPTED, finding="violation-found")
    ended = city.bench.service.database.clock().date() - timedelta(days=1)
    city.let_covenants_end("enforcement", ended)
    await city.is_told()
    one = await city.of("enforcement")
    assert (one.state, one.reason) == (State.UNDELIVERABLE, "no-covenant")
    undeliverable = (await city.bench.said())[-1].model_dump()
    assert "gold tot en met 22-11-2026" in undeliverable["why"]


async def test_a_held_question_that_is_no_longer_wanted_is_taken_back_and_not_let_go(
    worry: "Directed",
) -> None:
    await worry.answers("ggz", State.ACCEPTED)
    await worry.answers("neighbourhood-team", State.IN_PROGRESS, finding="refused")
    assert (await worry.of("enforcement")).state is State.HELD
    await worry.answers("neighbourhood-team", State.IN_PROGRESS, finding="normalised")
    assert "wordt niet meer gevraagd" in await worry.difference()
    taken = await worry.of("enforcement")
    assert (taken.state, taken.reason) == (State.WITHDRAWN, "policy")
    await worry.answers("ggz", State.ANSWERED, outcome="closed")
    assert (await worry.of("enforcement")).state is State.WITHDRAWN
    assert await worry.wanted() == 0


async def test_what_the_policy_took_back_it_can_want_again(worry: "Directed") -> None:
    for finding in ("refused", "normalised", "refused"):
        await worry.answers("neighbourhood-team", State.IN_PROGRESS, finding=finding)
    first, second = (one for one in await worry.asked() if one.partner == "enforcement")
    assert (first.state, second.state) == (State.WITHDRAWN, State.HELD)
    assert second.replaces == first.assignment_id


async def test_what_a_partner_works_at_stays_with_it_though_the_policy_wants_it_no_more(
    city: "Directed", new_report: NewReport
) -> None:
    await city.hears_of(new_report(category="GEL-LEEF", reporter=OWNER))
    await city.answers("mediation", State.IN_PROGRESS, finding="violation-found")
    await city.is_told()
    await city.answers("enforcement", State.ACCEPTED)
    await city.answers("mediation", State.IN_PROGRESS, finding="normalised")
    assert "Haagse Pandbrigade wordt niet meer gevraagd" in await city.difference()
    assert (await city.of("enforcement")).state is State.ACCEPTED
    assert await city.said(AssignmentWithdrawn) == []


async def test_two_answers_about_one_report_at_a_time_wait_for_each_other(worry: "Directed") -> None:
    """What the one adds the other sees, though it looked for it before the first was done."""
    police, team = await worry.of("police"), await worry.of("neighbourhood-team")
    refused = Answer(team.assignment_id, State.IN_PROGRESS, finding="refused")
    await worry.together(
        lambda tx: keep_answer(refused, tx, worry.desk, "neighbourhood-team"),
        lambda tx: keep_answer(Answer(police.assignment_id, State.ACCEPTED), tx, worry.desk, "police"),
        lambda tx: assess_again(worry.report_id, "housing-stock", tx, worry.desk),
    )
    assert sorted(await worry.states()) == ["enforcement", "ggz", "neighbourhood-team", "police"]
    assert len(await worry.asked()) == 4


async def test_the_lead_that_is_taken_back_passes_on(worry: "Directed") -> None:
    assert leads(await worry.asked()) == ["ggz"]
    await worry.decides("withdraw", await worry.of("ggz"), why="not-needed")
    assert leads(await worry.asked()) == ["neighbourhood-team"]
    assert [one.partner for one in await worry.said(AssignmentAppointed)] == ["neighbourhood-team"]


async def test_an_answer_to_what_was_taken_back_is_refused_and_changes_nothing(worry: "Directed") -> None:
    one = await worry.of("police")
    await worry.decides("withdraw", one, why="not-needed")
    before = await worry.asked()
    with pytest.raises(CannotFollow):
        async with worry.bench.transaction() as tx:
            await keep_answer(Answer(one.assignment_id, State.ACCEPTED), tx, worry.desk, "police")
    assert await worry.asked() == before


async def test_a_report_that_was_told_unasked_changes_nothing(
    city: "Directed", new_report: NewReport
) -> None:
    bench: Bench = city.bench
    await bench.hears(ReportTold.of(new_report(category="VERWARD")))
    assert await bench.said() == []
    assert await bench.aside() == []
