"""The chain goes on to after-care: from the outcome until somebody saw whether it stayed good, and once alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from chassis.calendar import HERE
from chassis.testing import Bench
from contracts.casework import TermEnded, TermSet
from contracts.intake import ReportReinstated, ReportWithdrawn
from contracts.monitoring import DeadlineMet, DeadlineStarted, EscalationRaised
from monitoring.domain.aftercare import SaidElsewhere, is_still_to_begin, refuse_unless_ours
from monitoring.domain.clocks import BeforeItsTime, ClockIsOver, Deadline, Promise, State
from monitoring.store import clocks

if TYPE_CHECKING:
    from .conftest import Chain

Bearer = Callable[..., dict[str, str]]
HTML = {"Accept": "text/html"}
WEEKS = 7 * 24


async def cares(bench: Bench, chain: "Chain") -> list[Deadline]:
    async with bench.transaction() as tx:
        found = await clocks.list_about(tx, chain.report_id)
    return [one for one in found if one.promise is Promise.AFTERCARE]


async def care(bench: Bench, chain: "Chain") -> Deadline:
    [found] = await cares(bench, chain)
    return found


async def come_to_an_outcome(bench: Bench, chain: "Chain") -> None:
    await bench.hears(chain.registered(), chain.offered(hours=40), chain.accepted(1))
    bench.at(chain.after(3))
    await bench.hears(chain.answered(3))


@pytest.fixture
async def solved(monitoring: Bench, chain: "Chain") -> Bench:
    await come_to_an_outcome(monitoring, chain)
    return monitoring


def set_by_case(chain: "Chain", term_id: UUID) -> TermSet:
    return TermSet(
        term_id=term_id, case_id=uuid4(), report_id=chain.report_id, promise="aftercare", what="nabellen",
        holder="desk", holder_name="Meldpunt", began_at=chain.after(1), amount=2, unit="weeks",
    )  # fmt: skip


def a_clock(**changes: Any) -> Deadline:
    began = datetime(2026, 11, 23, 12, tzinfo=HERE)
    due = began + timedelta(weeks=6)
    clock = Deadline(uuid4(), uuid4(), Promise.AFTERCARE, "desk", "Meldpunt", began, due)
    return replace(clock, **changes)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"promise": Promise.OUTCOME}, SaidElsewhere),
        ({"term_id": uuid4()}, SaidElsewhere),
        ({"state": State.CANCELLED}, ClockIsOver),
        ({"started_at": datetime(2026, 11, 30, tzinfo=HERE)}, BeforeItsTime),
    ],
)
def test_a_person_says_so_of_after_care_alone_while_it_runs(
    changes: dict[str, Any], refusal: type[Exception]
) -> None:
    at = datetime(2026, 11, 24, 12, tzinfo=HERE)
    refuse_unless_ours(a_clock(), at)
    with pytest.raises(refusal):
        refuse_unless_ours(a_clock(**changes), at)


def test_one_after_care_is_enough_even_where_the_case_let_go_of_it() -> None:
    assert is_still_to_begin([a_clock(promise=Promise.OUTCOME)])
    assert not is_still_to_begin([a_clock(term_id=uuid4(), state=State.CANCELLED)])


async def test_after_the_outcome_the_desk_promises_to_look_again(solved: Bench, chain: "Chain") -> None:
    clock = await care(solved, chain)
    assert (clock.holder, clock.facts["rule"], clock.started_at) == ("desk", "nazorg", chain.after(3))
    assert clock.due_at.astimezone(HERE).date() == chain.began.date() + timedelta(weeks=6)
    await solved.hears(replace(chain, assignment_id=uuid4()).offered(hours=10))
    assert len(await cares(solved, chain)) == 1


async def test_before_an_outcome_there_is_none(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.registered(), chain.offered(), chain.declined(1))
    assert await cares(monitoring, chain) == []


async def test_silence_about_it_is_on_the_board_and_goes_to_the_director(
    solved: Bench, chain: "Chain", bearer: Bearer
) -> None:
    for hours in (5 * WEEKS, 6 * WEEKS + 12, 6 * WEEKS + 48):
        solved.at(chain.after(hours))
        await solved.turn("fire_due")
    raised = [one for one in await solved.said() if isinstance(one, EscalationRaised)]
    assert {(one.promise, one.rung) for one in raised if one.promise == "aftercare"} == {
        ("aftercare", "director")
    }
    reads = bearer("deadlines:read", "deadlines:act", "journey:read") | HTML
    concern = f"/toezicht/termijn/{(await care(solved, chain)).deadline_id}"
    assert "Nazorg" in (await solved.client.get("/toezicht?belofte=aftercare", headers=reads)).text
    assert (
        f'href="/toezicht/melding/{chain.report_id}"'
        in (await solved.client.get(concern, headers=reads)).text
    )


async def test_what_the_case_sets_itself_takes_its_place_before_the_outcome_and_after_it(
    monitoring: Bench, chain: "Chain"
) -> None:
    term, other = uuid4(), replace(chain, report_id=uuid4(), assignment_id=uuid4())
    await monitoring.hears(set_by_case(chain, term))
    await come_to_an_outcome(monitoring, chain)
    assert (await care(monitoring, chain)).term_id == term
    await monitoring.hears(TermEnded(term_id=term, done=True, ended_at=chain.after(5)))
    assert (await care(monitoring, chain)).state is State.MET

    await come_to_an_outcome(monitoring, other)
    await monitoring.hears(set_by_case(other, uuid4()))
    ours, theirs = await cares(monitoring, other)
    assert (ours.state, ours.reason, theirs.state) == (State.CANCELLED, "set-by-case", State.RUNNING)


async def test_a_report_that_was_taken_back_needs_none_until_it_is_back(
    solved: Bench, chain: "Chain"
) -> None:
    await solved.hears(ReportWithdrawn(report_id=chain.report_id, withdrawn_at=chain.after(4)))
    assert (await care(solved, chain)).state is State.CANCELLED
    await solved.hears(ReportReinstated(report_id=chain.report_id, reinstated_at=chain.after(5)))
    assert (await care(solved, chain)).state is State.RUNNING


async def test_over_http_it_is_recorded_once_by_who_may(
    solved: Bench, chain: "Chain", bearer: Bearer
) -> None:
    clock = await care(solved, chain)
    path = f"/monitoring/v1/deadlines/{clock.deadline_id}/_record"
    solved.at(chain.after(3 * WEEKS))
    assert (await solved.client.post(path, json={}, headers=bearer("deadlines:read"))).status_code == 403
    who = bearer("deadlines:act", name="S. Voorbeeld")
    for _ in range(2):
        answer = await solved.client.post(path, json={"text": "Het bleef rustig."}, headers=who)
        assert (answer.status_code, answer.json()["state"]) == (200, "met"), answer.text
    said = [one for one in await solved.said() if getattr(one, "promise", None) == "aftercare"]
    assert [type(one) for one in said] == [DeadlineStarted, DeadlineMet]

    [outcome] = [one for one in await _about(solved, chain) if one.promise is Promise.OUTCOME]
    for deadline_id, slug, status in (
        (outcome.deadline_id, "said-elsewhere", 409),
        (uuid4(), "no-such-clock", 404),
    ):
        answer = await solved.client.post(
            f"/monitoring/v1/deadlines/{deadline_id}/_record", json={}, headers=who
        )
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, slug)


async def _about(bench: Bench, chain: "Chain") -> list[Deadline]:
    async with bench.transaction() as tx:
        return await clocks.list_about(tx, chain.report_id)


async def test_on_the_journey_it_is_asked_for_recorded_and_shown(
    solved: Bench, chain: "Chain", bearer: Bearer
) -> None:
    page = f"/toezicht/melding/{chain.report_id}"
    looks, acts = (
        bearer("journey:read") | HTML,
        bearer("journey:read", "deadlines:act", name="S. Voorbeeld") | HTML,
    )
    assert "Nazorg is gedaan" not in (await solved.client.get(page, headers=looks)).text
    assert "Nazorg is gedaan" in (await solved.client.get(page, headers=acts)).text
    too_long = await solved.client.post(f"{page}/nazorg", data={"tekst": "a" * 1001}, headers=acts)
    assert (too_long.status_code, "hoogstens 1000" in too_long.text) == (400, True)
    done = await solved.client.post(f"{page}/nazorg", data={"tekst": "Het bleef rustig."}, headers=acts)
    assert (done.status_code, done.headers["location"]) == (303, f"{page}?gedaan=nazorg")
    shown = (await solved.client.get(done.headers["location"], headers=looks)).text
    for words in ("De nazorg is vastgelegd.", "S. Voorbeeld", "Het bleef rustig."):
        assert words in shown
    assert "Nazorg is gedaan" not in shown


async def test_without_an_outcome_there_is_nothing_to_record(
    monitoring: Bench, chain: "Chain", bearer: Bearer
) -> None:
    await monitoring.hears(chain.registered())
    acts = bearer("journey:read", "deadlines:act") | HTML
    answer = await monitoring.client.post(
        f"/toezicht/melding/{chain.report_id}/nazorg", data={}, headers=acts
    )
    assert answer.status_code == 404
