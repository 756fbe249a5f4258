"""What a person decides about an assignment: done once, by whoever looked last, kept with who and why."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from contracts.casework import CaseOpened
from contracts.intake import ReportSubmitted, Tenure
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentAppointed,
    AssignmentHeld,
    AssignmentOffered,
    AssignmentWithdrawn,
)
from routing.domain.assignments import State
from routing.domain.directing import REASONS, Act, mark_of
from routing.store import acts, cases

if TYPE_CHECKING:
    from .conftest import Directed

NewReport = Callable[..., ReportSubmitted]
BODIES: dict[str, dict[str, Any]] = {
    "withdraw": {"why": "not-needed"},
    "reassign": {"why": "other", "partner": "corporation"},
    "repeat": {"why": "other"},
    "clarify": {"text": "Het gaat om de derde verdieping."},
    "adopt": {"why": "other"},
    "conclude": {"outcome": "solved"},
    "appoint": {"why": "other"},
}


def problem(answer: Any) -> tuple[int, str, str]:
    found = answer.json()
    return answer.status_code, found["type"].rpartition(":")[2], found["detail"]


async def kept(city: "Directed") -> list[tuple[Any, ...]]:
    async with city.bench.transaction() as tx:
        found = await acts.list_about(tx, city.report_id)
    return [(one.act, one.who, one.why, one.partner) for one in found]


async def test_another_partner_is_asked_instead_and_inherits_the_lead(worry: "Directed") -> None:
    await worry.answers("ggz", State.DECLINED, reason="not-ours")
    declined = await worry.of("ggz")
    answer = await worry.decides(
        "reassign", declined, why="declined", partner="health-service", days=3, mark=None
    )
    assert answer.status_code == 200, answer.text
    new = answer.json()
    assert (new["state"], new["lead"], new["replaces"]) == ("prepared", True, str(declined.assignment_id))
    assert new["question"] == "Wilt u de hygiëne beoordelen?"
    assert new["dueAt"] == "2026-11-26T22:59:59Z"
    [taken] = await worry.said(AssignmentWithdrawn)
    assert (taken.partner, taken.reason) == ("ggz", "asked-elsewhere")
    await worry.is_told()
    offered = (await worry.said(AssignmentOffered))[-1]
    assert (offered.partner, offered.lead, offered.replaces) == (
        "health-service",
        True,
        declined.assignment_id,
    )
    assert await kept(worry) == [("reassign", "M. de Vries", "declined", "health-service")]


@pytest.mark.parametrize(
    ("partner", "status", "words"),
    [
        ("niemand", 400, "Het register kent geen partner 'niemand'."),
        ("police", 409, "Politie is over deze melding al gevraagd."),
        ("ggz", 409, "GGZ is deze vraag al gesteld: kies een ander, of vraag het opnieuw."),
        ("desk", 409, "Het meldpunt beoordeelt dit zelf."),
    ],
)
async def test_who_cannot_be_asked_is_refused_with_the_reason(
    worry: "Directed", partner: str, status: int, words: str
) -> None:
    before, said = await worry.asked(), await worry.said()
    answer = await worry.decides("reassign", await worry.of("ggz"), why="other", partner=partner)
    assert (answer.status_code, answer.json()["detail"]) == (status, words)
    assert (await worry.asked(), await worry.said(), await kept(worry)) == (before, said, [])


async def test_a_partner_that_is_not_connected_or_has_no_covenant_is_refused_with_the_reason(
    as_shipped: "Directed", new_report: NewReport
) -> None:
    await as_shipped.hears_of(new_report(category="GEL-ERNST", reporter={"tenure": Tenure.OWNER}))
    mediation, police = await as_shipped.of("mediation"), await as_shipped.of("police")
    answer = await as_shipped.decides("reassign", mediation, why="other", partner="neighbourhood-team")
    assert problem(answer)[2] == "Sociaal wijkteam is niet aangesloten: vraag het zelf."
    answer = await as_shipped.decides("reassign", police, why="other", partner="ggz")
    assert problem(answer)[2] == "Er is geen convenant met GGZ voor het handhavingsspoor."


async def test_the_same_partner_is_asked_again_with_a_new_term_and_a_late_answer_counts_for_it(
    worry: "Directed",
) -> None:
    await worry.misses("police")
    old = await worry.of("police")
    answer = await worry.decides("repeat", old, why="no-answer", days=2)
    assert answer.status_code == 200, answer.text
    await worry.is_told()
    new = await worry.of("police")
    assert (new.state, new.replaces, new.lead) == (State.OFFERED, old.assignment_id, old.lead)
    await worry.answers_to(old, State.ACCEPTED)
    assert (await worry.of("police")).state is State.ACCEPTED
    assert [one.assignment_id for one in await worry.said(AssignmentAccepted)] == [new.assignment_id]


async def test_what_was_taken_back_can_be_asked_after_all(worry: "Directed") -> None:
    await worry.decides("withdraw", await worry.of("police"), why="not-needed")
    taken = await worry.of("police")
    assert (await worry.decides("repeat", taken, why="other")).status_code == 200
    assert (await worry.of("police")).state is State.PREPARED
    again = await worry.decides("repeat", taken, why="other")
    assert problem(again) == (409, "act-refused", "Deze vraag is al vervangen door een andere.")


async def test_who_is_asked_instead_waits_as_the_policy_says(worry: "Directed") -> None:
    await worry.answers("ggz", State.ACCEPTED)
    await worry.answers("neighbourhood-team", State.ANSWERED, outcome="not-solved", finding="refused")
    answer = await worry.decides(
        "reassign", await worry.of("enforcement"), why="better-placed", partner="environment"
    )
    assert answer.json()["state"] == "held"
    assert (await worry.said(AssignmentHeld))[-1].partner == "environment"
    assert await worry.wanted() == 0


async def test_the_desk_takes_it_up_and_answers_and_the_chain_hears_it_as_of_any_partner(
    worry: "Directed",
) -> None:
    answer = await worry.decides("adopt", await worry.of("ggz"), why="not-reachable")
    own = answer.json()
    assert (own["partner"], own["state"], own["lead"]) == ("desk", "accepted", True)
    assert own["acts"] == ["withdraw", "reassign", "conclude"]
    about_it = [one.name.split(".")[1] for one in await worry.said() if one.subject == own["assignmentId"]]
    assert about_it == ["offered", "accepted"]
    assert (await worry.said(AssignmentOffered))[-1].told_as is None
    done = await worry.decides("conclude", await worry.of("desk"), outcome="help-offered")
    assert done.json()["state"] == "answered"
    [answered] = await worry.said(AssignmentAnswered)
    assert (answered.partner, answered.outcome) == ("desk", "help-offered")
    assert [act for act, *_ in await kept(worry)] == ["conclude", "adopt"]


async def test_what_the_desk_was_asked_itself_it_takes_up_in_place(
    city: "Directed", new_report: NewReport
) -> None:
    await city.hears_of(new_report(category="OVERIG", reporter={"tenure": Tenure.OWNER}))
    one = await city.of("desk")
    assert one.state is State.UNDELIVERABLE
    own = (await city.decides("adopt", one, why="other")).json()
    assert (own["assignmentId"], own["state"], own["lead"]) == (str(one.assignment_id), "accepted", True)


async def test_taking_back_what_holds_the_other_track_lets_that_go(worry: "Directed") -> None:
    await worry.answers("ggz", State.ACCEPTED)
    await worry.answers("neighbourhood-team", State.ANSWERED, outcome="not-solved", finding="refused")
    assert (await worry.of("enforcement")).state is State.HELD
    await worry.decides("withdraw", await worry.of("ggz"), why="not-needed")
    assert (await worry.of("enforcement")).state is State.PREPARED
    assert await worry.wanted() == 1


async def test_a_report_of_which_all_was_taken_back_is_for_the_desk(
    city: "Directed", new_report: NewReport
) -> None:
    await city.hears_of(new_report(category="VANDAL", reporter={"tenure": Tenure.OWNER}, signals=SAFE))
    await city.decides("withdraw", await city.of("police"), why="not-needed")
    own = await city.of("desk")
    assert (own.state, own.lead, own.reason) == (State.UNDELIVERABLE, True, "for-the-desk")


SAFE = {"danger": False, "children": False}


async def test_the_lead_is_given_to_another(worry: "Directed") -> None:
    answer = await worry.decides("appoint", await worry.of("police"), why="agreed")
    assert answer.json()["lead"] is True
    assert [one.partner for one in await worry.asked() if one.lead] == ["police"]
    assert [one.partner for one in await worry.said(AssignmentAppointed)] == ["police"]
    again = await worry.decides("appoint", await worry.of("police"), why="agreed")
    assert problem(again) == (409, "act-refused", "Deze partner heeft de regie al.")


async def test_a_partner_that_wants_to_know_more_cannot_be_told_in_a_language_without_words_for_it(
    worry: "Directed",
) -> None:
    await worry.answers("ggz", State.INFORMATION_NEEDED)
    one = await worry.of("ggz")
    answer = await worry.decides("clarify", one, text="Het gaat om de derde verdieping.")
    assert answer.status_code == 409
    assert "De taal van GGZ heeft geen woord" in answer.json()["detail"]
    assert await worry.of("ggz") == one


@pytest.mark.parametrize("act", BODIES)
@pytest.mark.parametrize("state", [State.ANSWERED, State.WITHDRAWN])
async def test_nothing_is_decided_about_what_is_over(worry: "Directed", act: str, state: State) -> None:
    if state is State.WITHDRAWN:
        await worry.decides("reassign", await worry.of("police"), why="other", partner="corporation")
    else:
        await worry.answers("police", State.ANSWERED, outcome="solved")
    one = await worry.of("police")
    before = await worry.asked()
    answer = await worry.decides(act, one, **BODIES[act])
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "act-refused")
    assert answer.json()["detail"].startswith("Deze vraag is al ")
    assert await worry.asked() == before


async def test_who_looked_before_somebody_else_decided_is_told_so_and_changes_nothing(
    worry: "Directed",
) -> None:
    asked = await worry.asked()
    one = next(one for one in asked if one.partner == "police")
    seen = mark_of(one, asked)
    await worry.decides("appoint", one, why="agreed", mark=seen)
    before = await worry.asked()
    answer = await worry.decides("withdraw", one, why="not-needed", mark=seen)
    assert problem(answer) == (
        409,
        "changed-meanwhile",
        "Er is intussen iets veranderd aan deze vraag. Kijk opnieuw en beslis dan.",
    )
    assert await worry.asked() == before


async def test_two_people_who_decide_at_once_do_it_once(worry: "Directed") -> None:
    one = await worry.of("ggz")
    await worry.answers("ggz", State.DECLINED, reason="other")
    answers = await worry.decide_together("reassign", one, why="declined", partner="corporation")
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await worry.asked()) == 4


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "/why"),
        ({"why": "zomaar"}, "/why"),
        ({"why": "other", "partner": "ggz", "days": 0}, "/days"),
        ({"why": "other", "partner": "ggz", "days": 61}, "/days"),
        ({"why": "other", "partner": "ggz", "anders": 1}, "/anders"),
    ],
)
async def test_a_wish_that_is_no_wish_says_where(worry: "Directed", body: Any, where: str) -> None:
    answer = await worry.decides("reassign", await worry.of("police"), **body)
    assert answer.status_code == 400
    assert where in {fault["pointer"] for fault in answer.json()["errors"]}


async def test_a_reason_that_is_for_another_act_is_refused(worry: "Directed") -> None:
    answer = await worry.decides("withdraw", await worry.of("police"), why="better-placed")
    assert problem(answer)[2] == "Kies een reden: not-needed, report-withdrawn."


async def test_an_assignment_that_does_not_exist_is_not_found(worry: "Directed", bearer: Any) -> None:
    path = f"/routing/v1/assignments/{uuid4()}"
    headers = bearer("assignments:read", "assignments:direct")
    assert (await worry.bench.client.get(path, headers=headers)).status_code == 404
    answer = await worry.bench.client.post(f"{path}/_withdraw", json={"why": "not-needed"}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:woonoverlast:problem:no-such-assignment")


@pytest.mark.parametrize("act", BODIES)
async def test_who_may_only_read_decides_nothing(worry: "Directed", bearer: Any, act: str) -> None:
    path = f"/routing/v1/assignments/{(await worry.of('police')).assignment_id}"
    headers = bearer("assignments:read")
    assert (await worry.bench.client.get(path, headers=headers)).status_code == 200
    answer = await worry.bench.client.post(f"{path}/_{act}", json=BODIES[act], headers=headers)
    assert answer.status_code == 403


async def test_the_case_of_a_report_is_kept(worry: "Directed") -> None:
    case_id = uuid4()
    opened = CaseOpened(
        case_id=case_id,
        number="2026-000001",
        report_id=worry.report_id,
        opened_at=worry.bench.service.database.clock(),
    )
    await worry.bench.hears(opened, opened)
    async with worry.bench.transaction() as tx:
        found = await cases.find(tx, worry.report_id)
    assert found == cases.Case(case_id, "2026-000001")


def test_every_act_that_asks_for_a_reason_has_some() -> None:
    assert {act for act in Act if act not in REASONS} == {Act.CLARIFY, Act.CONCLUDE}
