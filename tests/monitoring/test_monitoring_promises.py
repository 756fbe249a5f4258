"""What partners and casework say starts, stops and holds the clocks of results, of cases and of the chain."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from chassis.clock import Steady, wall_clock
from chassis.testing import Bench
from contracts.casework import TermEnded, TermExtended, TermPaused, TermResumed, TermSet
from contracts.envelope import Message
from contracts.intake import ReportReinstated, ReportWithdrawn
from contracts.monitoring import (
    DeadlineApproaching,
    DeadlineCancelled,
    DeadlineExtended,
    DeadlineMet,
    DeadlineMissed,
    DeadlinePaused,
    DeadlineResumed,
    DeadlineStarted,
    EscalationRaised,
)
from monitoring.domain.clocks import Deadline, Promise, State
from monitoring.store import clocks

if TYPE_CHECKING:
    from .conftest import Chain


async def said(monitoring: Bench, promise: Promise) -> list[Any]:
    return [one for one in await monitoring.said() if getattr(one, "promise", None) == promise]


def kinds(messages: Sequence[Message]) -> list[type[Message]]:
    return [type(message) for message in messages]


async def the_clock(monitoring: Bench, chain: "Chain", promise: Promise) -> Deadline:
    async with monitoring.transaction() as tx:
        [clock] = [one for one in await clocks.list_about(tx, chain.report_id) if one.promise is promise]
        return clock


async def pass_hours(monitoring: Bench, chain: "Chain", *hours: float) -> None:
    for hour in hours:
        monitoring.at(chain.after(hour))
        await monitoring.turn("fire_due")


# --- A partner's result


async def test_who_takes_it_up_promises_a_result_by_the_end_that_it_was_given(
    monitoring: Bench, chain: "Chain"
) -> None:
    await monitoring.hears(chain.offered(hours=40), chain.accepted(1))
    await pass_hours(monitoring, chain, 30, 40)
    await monitoring.hears(chain.answered(41))
    started, approaching, missed, met = await said(monitoring, Promise.RESULT)
    assert kinds([started, approaching, missed, met]) == [
        DeadlineStarted,
        DeadlineApproaching,
        DeadlineMissed,
        DeadlineMet,
    ]
    assert (started.started_at, started.due_at) == (chain.began, chain.after(40))
    assert met.late


async def test_who_says_nothing_is_called_about_its_answer_alone(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.offered(hours=4))
    await pass_hours(monitoring, chain, 4)
    assert await said(monitoring, Promise.RESULT) == []


@pytest.mark.parametrize("said_first", ["declined", "answered"])
async def test_who_is_done_at_once_owes_nothing(monitoring: Bench, chain: "Chain", said_first: str) -> None:
    await monitoring.hears(chain.offered(hours=40), getattr(chain, said_first)(1))
    await pass_hours(monitoring, chain, 30, 40, 400)
    assert DeadlineMissed not in kinds(await monitoring.said())


async def test_a_first_answer_has_a_term_of_its_own(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.offered(hours=24 * 30))
    [started] = await said(monitoring, Promise.FIRST_ANSWER)
    assert started.due_at == datetime.fromisoformat("2026-11-30T23:59:59+01:00")


async def test_while_a_partner_wants_to_know_more_its_term_stands_still(
    monitoring: Bench, chain: "Chain"
) -> None:
    await monitoring.hears(chain.offered(hours=10), chain.queried(2), chain.queried(3))
    await pass_hours(monitoring, chain, 20)
    await monitoring.hears(chain.clarified(22), chain.clarified(23))
    started, paused, resumed = await said(monitoring, Promise.RESULT)
    assert kinds([started, paused, resumed]) == [DeadlineStarted, DeadlinePaused, DeadlineResumed]
    assert (paused.reason, paused.paused_at) == ("partner", chain.after(2))
    assert (resumed.resumed_at, resumed.due_at) == (chain.after(22), chain.after(30))


async def test_a_partner_that_goes_on_by_itself_has_its_term_back(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.offered(hours=10), chain.queried(2), chain.progressed(4))
    assert (await said(monitoring, Promise.RESULT))[-1].due_at == chain.after(12)


async def test_an_answer_ends_a_term_that_stood_still(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.offered(hours=10), chain.queried(2), chain.answered(30))
    met = (await said(monitoring, Promise.RESULT))[-1]
    assert isinstance(met, DeadlineMet)
    assert (await the_clock(monitoring, chain, Promise.RESULT)).next_at is None


async def test_a_clarification_before_its_question_waits(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.clarified(2))
    [(state, reason, _)] = await monitoring.aside()
    assert (state, reason) == ("retrying", "NoSuchClock")


# --- The chain


async def test_the_first_to_do_something_keeps_the_first_promise_of_the_chain(
    monitoring: Bench, chain: "Chain"
) -> None:
    await monitoring.hears(chain.registered(), chain.offered(hours=40), chain.accepted(1))
    assert kinds(await said(monitoring, Promise.FIRST_ACTION)) == [DeadlineStarted]
    await monitoring.hears(chain.progressed(2), chain.answered(3))
    started, met = await said(monitoring, Promise.FIRST_ACTION)
    assert (started.holder, met.met_at) == ("desk", chain.after(2))


async def test_the_outcome_comes_when_one_answered_and_nobody_is_asked_any_more(
    monitoring: Bench, chain: "Chain"
) -> None:
    other, third = (replace(chain, assignment_id=uuid4(), partner=name) for name in ("ggz", "mediation"))
    await monitoring.hears(chain.registered(), *(one.offered(hours=40) for one in (chain, other, third)))
    await monitoring.hears(other.declined(1), chain.answered(2))
    assert kinds(await said(monitoring, Promise.OUTCOME)) == [DeadlineStarted]
    await monitoring.hears(third.withdrawn(5))
    _, met = await said(monitoring, Promise.OUTCOME)
    assert isinstance(met, DeadlineMet)
    assert met.met_at == chain.after(5)


async def test_a_report_that_everybody_declined_has_no_outcome(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.registered(), chain.offered(), chain.declined(1))
    assert kinds(await said(monitoring, Promise.OUTCOME)) == [DeadlineStarted]


async def test_nothing_need_be_done_about_a_withdrawn_report_until_it_is_back(
    monitoring: Bench, chain: "Chain"
) -> None:
    withdrawn = ReportWithdrawn(report_id=chain.report_id, withdrawn_at=chain.after(1))
    await monitoring.hears(chain.registered(), withdrawn)
    before, cancelled = await said(monitoring, Promise.OUTCOME)
    assert isinstance(cancelled, DeadlineCancelled)
    await pass_hours(monitoring, chain, 2000)
    back = ReportReinstated(report_id=chain.report_id, reinstated_at=chain.after(2))
    await monitoring.hears(back)
    assert (await the_clock(monitoring, chain, Promise.OUTCOME)).due_at == before.due_at
    await pass_hours(monitoring, chain, 2000, 3000)
    assert DeadlineMissed in kinds(await said(monitoring, Promise.OUTCOME))


# --- The ladder


async def test_a_silence_climbs_the_ladder_a_rung_at_a_time(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.offered(hours=1))
    await pass_hours(monitoring, chain, *(hour / 2 for hour in range(2, 24 * 14)))
    raised = [one for one in await monitoring.said() if isinstance(one, EscalationRaised)]
    assert [one.rung for one in raised] == ["partner", "director", "coordinator"]
    # Missed on Monday at 14.00 here: after 4, 8 and 16 working hours, from nine to five.
    assert [one.rung_due_at.isoformat() for one in raised] == [
        "2026-11-24T09:00:00+00:00",
        "2026-11-25T09:00:00+00:00",
        "2026-11-27T09:00:00+00:00",
    ]


async def test_a_promise_of_the_desk_goes_to_the_director_first(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.registered())
    await pass_hours(monitoring, chain, 1, 200)
    [raised] = [one for one in await monitoring.said() if isinstance(one, EscalationRaised)]
    assert (raised.promise, raised.rung) == (Promise.CONFIRMATION, "director")


async def test_an_answer_ends_the_calling(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.offered(hours=1))
    await pass_hours(monitoring, chain, 1)
    await monitoring.hears(chain.accepted(2))
    await monitoring.hears(chain.answered(3))
    await pass_hours(monitoring, chain, 100, 200, 300)
    assert EscalationRaised not in kinds(await monitoring.said())


async def test_after_an_outage_the_oldest_come_first_and_say_when_they_were_due(
    monitoring: Bench, chain: "Chain"
) -> None:
    offers = [chain.offered(hours=hours).model_copy(update={"assignment_id": uuid4()}) for hours in (3, 1, 2)]
    await monitoring.hears(*offers)
    await pass_hours(monitoring, chain, 50)
    missed = [one for one in await monitoring.said() if isinstance(one, DeadlineMissed)]
    assert [one.due_at for one in missed] == [chain.after(hours) for hours in (1, 2, 3)]
    assert {one.missed_at for one in missed} == {chain.after(50)}


# --- Terms of a case


@dataclass(frozen=True)
class CaseTerm:
    chain: "Chain"
    term_id: UUID

    def set(self, amount: int = 2, unit: str = "weeks", *, statutory: bool = True) -> TermSet:
        return TermSet(
            term_id=self.term_id,
            case_id=uuid4(),
            report_id=self.chain.report_id,
            promise="statutory",
            what="awb-4:13",
            holder="desk",
            holder_name="Meldpunt",
            amount=amount,
            unit=unit,
            statutory=statutory,
            began_at=self.chain.began,
        )

    def paused(self, hours: float, reason: str = "court") -> TermPaused:
        return TermPaused(term_id=self.term_id, reason=reason, paused_at=self.chain.after(hours))

    def resumed(self, hours: float) -> TermResumed:
        return TermResumed(term_id=self.term_id, resumed_at=self.chain.after(hours))

    def extended(self, hours: float, weeks: int = 1) -> TermExtended:
        return TermExtended(
            term_id=self.term_id,
            amount=weeks,
            unit="weeks",
            reason="reasonable-term",
            extended_at=self.chain.after(hours),
        )

    def ended(self, hours: float, *, done: bool) -> TermEnded:
        return TermEnded(term_id=self.term_id, done=done, ended_at=self.chain.after(hours))


@pytest.fixture
def term(chain: "Chain") -> CaseTerm:
    return CaseTerm(chain, uuid4())


def ends(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T23:59:59+01:00")


async def test_a_statutory_term_of_a_case_stands_still_for_the_court(
    monitoring: Bench, term: CaseTerm
) -> None:
    await monitoring.hears(term.set(), term.paused(24), term.paused(25), term.resumed(72), term.resumed(73))
    await monitoring.hears(term.extended(80), term.ended(100, done=True), term.ended(101, done=True))
    messages = await said(monitoring, Promise.STATUTORY)
    assert kinds(messages) == [
        DeadlineStarted,
        DeadlinePaused,
        DeadlineResumed,
        DeadlineExtended,
        DeadlineMet,
    ]
    assert [one.due_at for one in messages[:4]] == [
        ends("2026-12-07"),
        ends("2026-12-07"),
        ends("2026-12-09"),
        ends("2026-12-16"),
    ]
    assert messages[0].about == "awb-4:13"


async def test_what_need_not_be_done_is_cancelled(monitoring: Bench, term: CaseTerm) -> None:
    await monitoring.hears(term.set(), term.ended(1, done=False))
    assert isinstance((await said(monitoring, Promise.STATUTORY))[-1], DeadlineCancelled)


async def test_a_term_that_was_set_twice_has_one_clock(monitoring: Bench, term: CaseTerm) -> None:
    await monitoring.hears(term.set(), term.set(amount=3))
    assert len(await said(monitoring, Promise.STATUTORY)) == 1


async def test_two_terms_of_one_case_have_two_clocks(monitoring: Bench, term: CaseTerm) -> None:
    await monitoring.hears(term.set(), replace(term, term_id=uuid4()).set())
    assert len(await said(monitoring, Promise.STATUTORY)) == 2


@pytest.mark.parametrize(
    ("events", "state", "reason"),
    [
        (["paused"], "retrying", "NoSuchClock"),
        (["resumed"], "retrying", "NoSuchClock"),
        (["extended"], "retrying", "NoSuchClock"),
        (["set 58 weeks"], "parked", "NotATerm"),
        (["set", "paused -1"], "parked", "BeforeItsTime"),
        (["set", "paused 5", "resumed 4"], "parked", "BeforeItsTime"),
        (["set", "extended 9000"], "parked", "TermIsOver"),
        (["set", "ended 1", "extended 2"], "parked", "ClockIsOver"),
    ],
    ids=str,
)
async def test_what_cannot_be_done_is_put_aside_with_its_reason(
    monitoring: Bench, term: CaseTerm, events: list[str], state: str, reason: str
) -> None:
    def message(words: str) -> Message:
        what, *rest = words.split()
        if what == "set":
            return term.set(amount=int(rest[0])) if rest else term.set()
        hours = float(rest[0]) if rest else 1
        return term.ended(hours, done=True) if what == "ended" else getattr(term, what)(hours)

    await monitoring.hears(*map(message, events))
    [(put, why, _)] = await monitoring.aside()
    assert (put, why) == (state, reason)


@pytest.mark.parametrize("amount", [0, -3])
async def test_a_term_of_nothing_is_parked(monitoring: Bench, term: CaseTerm, amount: int) -> None:
    await monitoring.hears(term.set().model_copy(update={"amount": amount}))
    [(state, _, _)] = await monitoring.aside()
    assert state == "parked"


async def test_a_pause_heard_after_the_term_was_called_missed_takes_that_back(
    monitoring: Bench, chain: "Chain", term: CaseTerm
) -> None:
    await monitoring.hears(term.set(amount=10, unit="hours", statutory=False))
    await pass_hours(monitoring, chain, 11)
    await monitoring.hears(term.paused(5), term.resumed(20))
    clock = await the_clock(monitoring, chain, Promise.STATUTORY)
    assert (clock.state, clock.due_at, clock.rung) == (State.WARNED, chain.after(25), None)
    await pass_hours(monitoring, chain, 24, 25)
    assert (await the_clock(monitoring, chain, Promise.STATUTORY)).state is State.MISSED


# --- A clock that jumps


async def test_nothing_fires_while_our_clock_is_minutes_off_and_all_of_it_does_later(
    monitoring: Bench, chain: "Chain"
) -> None:
    began = wall_clock()
    monitoring.at(began)
    await monitoring.hears(replace(chain, began=began).offered(hours=0.05))
    monitoring.at(began + timedelta(minutes=5))
    monitoring.service.database.compares_clocks = True
    assert not await monitoring.turn("fire_due")
    assert DeadlineMissed not in kinds(await monitoring.said())
    monitoring.service.database.clock = wall_clock
    await monitoring.turn("fire_due")
    monitoring.at(began + timedelta(minutes=5))
    await monitoring.turn("fire_due")
    assert DeadlineMissed in kinds(await monitoring.said())


@pytest.mark.parametrize("jump", [7200, -7200, 61])
def test_after_a_jump_of_the_database_two_readings_must_agree(jump: float) -> None:
    ticks = iter(range(100))
    steady = Steady("monitoring", lambda: False, lambda: float(next(ticks)))
    now = wall_clock()

    def reads(seconds: float) -> bool:
        return steady.reads(now + timedelta(seconds=seconds), now)

    assert [reads(0), reads(1), reads(2 + jump), reads(3 + jump), reads(4 + jump)] == [
        True,
        True,
        False,
        False,
        True,
    ]


def test_a_minute_is_no_jump() -> None:
    ticks = iter(range(100))
    steady = Steady("monitoring", lambda: False, lambda: float(next(ticks)))
    now = wall_clock()
    assert steady.reads(now, now)
    assert steady.reads(now + timedelta(seconds=59), now)
