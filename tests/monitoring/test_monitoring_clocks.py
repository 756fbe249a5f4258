"""Monitoring starts a clock for every promise, and says what it does."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from term_versions import put_on_terms, version

from chassis import aside
from chassis.clock import Steady
from chassis.testing import Bench
from contracts.catalogue import CATALOGUE
from contracts.envelope import Message
from contracts.monitoring import DeadlineApproaching, DeadlineMet, DeadlineMissed, DeadlineStarted, Promise
from contracts.notifications import Kind
from monitoring import handlers
from monitoring.domain.board import Sieve
from monitoring.handlers.clocks import Terms, fire_due
from monitoring.main import terms_of
from monitoring.settings import Settings
from monitoring.store import board, clocks, reports

if TYPE_CHECKING:
    from .conftest import Chain

OnBench = Callable[..., Awaitable[Bench]]


async def said_of(monitoring: Bench, promise: Promise) -> list[Message]:
    """What was said about clocks of one promise."""
    return [one for one in await monitoring.said() if getattr(one, "promise", None) == promise]


def the_terms() -> Terms:
    return terms_of(Settings(signing_key="k" * 32, database_url="nowhere", amqp_url="nowhere"))


def kinds(said: list[Message]) -> list[type[Message]]:
    return [type(message) for message in said]


async def test_monitoring_hears_all_that_the_catalogue_sends_it(monitoring: Bench) -> None:
    sent = {entry.message for entry in CATALOGUE if "monitoring" in entry.readers}
    assert set(monitoring.service.subscriptions) == sent


async def test_no_clock_runs_for_a_report_that_was_imported(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.registered().model_copy(update={"imported": True}), chain.opened())
    monitoring.at(chain.after(1000))
    assert not await monitoring.turn("fire_due")
    assert await monitoring.said() == []


async def test_a_full_life_warned_once_missed_once_and_met_late(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.offered(hours=4))
    for hours in (0, 2.9, 3, 3.1, 3.9, 4, 4.1):
        monitoring.at(chain.after(hours))
        await monitoring.turn("fire_due")
    await monitoring.hears(chain.accepted(5))
    started, approaching, missed, met = await said_of(monitoring, Promise.FIRST_ANSWER)
    assert isinstance(started, DeadlineStarted)
    assert (started.promise, started.holder, started.due_at) == (
        Promise.FIRST_ANSWER,
        "police",
        chain.after(4),
    )
    assert isinstance(approaching, DeadlineApproaching)
    assert approaching.warned_at == chain.after(3)
    assert isinstance(missed, DeadlineMissed)
    assert missed.missed_at == chain.after(4)
    assert isinstance(met, DeadlineMet)
    assert (met.met_at, met.late) == (chain.after(5), True)
    assert len({message.subject for message in (started, approaching, missed, met)}) == 1


async def test_what_is_met_in_time_fires_no_more(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.offered(hours=4), chain.declined(1))
    monitoring.at(chain.after(100))
    assert not await monitoring.turn("fire_due")
    said = await monitoring.said()
    assert kinds(said) == [DeadlineStarted, DeadlineMet]
    assert isinstance(said[-1], DeadlineMet)
    assert not said[-1].late


async def test_a_promise_has_one_clock(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.registered(), chain.offered(), chain.registered(), chain.offered())
    assert kinds(await monitoring.said()) == [DeadlineStarted] * 4


async def test_only_the_first_answer_counts(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.offered(hours=4), chain.accepted(1), chain.answered(9))
    said = await said_of(monitoring, Promise.FIRST_ANSWER)
    assert kinds(said) == [DeadlineStarted, DeadlineMet]
    assert isinstance(said[-1], DeadlineMet)
    assert said[-1].met_at == chain.after(1)


async def test_an_answer_given_in_time_and_heard_late_is_in_time(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.offered(hours=4))
    monitoring.at(chain.after(6))
    await monitoring.turn("fire_due")
    await monitoring.hears(chain.accepted(3.5))
    met = (await said_of(monitoring, Promise.FIRST_ANSWER))[-1]
    assert isinstance(met, DeadlineMet)
    assert not met.late


async def test_who_can_be_reached_is_promised_a_confirmation_within_the_hour(
    monitoring: Bench, chain: "Chain"
) -> None:
    await monitoring.hears(chain.registered(), chain.confirmed(0.2))
    started, met = await said_of(monitoring, Promise.CONFIRMATION)
    assert isinstance(started, DeadlineStarted)
    assert (started.promise, started.holder, started.due_at) == (
        Promise.CONFIRMATION,
        "desk",
        chain.after(1),
    )
    assert isinstance(met, DeadlineMet)


async def test_who_can_not_be_reached_is_promised_none(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.registered(reachable=False))
    assert await said_of(monitoring, Promise.CONFIRMATION) == []


async def test_a_message_that_is_no_confirmation_confirms_nothing(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.registered(), chain.confirmed(0.2, Kind.PROGRESS))
    assert kinds(await said_of(monitoring, Promise.CONFIRMATION)) == [DeadlineStarted]


async def test_a_confirmation_heard_before_its_report_waits_for_it(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.confirmed(0.2))
    [(state, reason, _)] = await monitoring.aside()
    assert (state, reason) == ("retrying", "NoSuchClock")
    await monitoring.hears(chain.registered())
    monitoring.at(chain.after(1))
    async with monitoring.transaction() as tx:
        [waiting] = await aside.due(tx)
    await monitoring.consumer.retry(waiting)
    assert await monitoring.aside() == []
    assert kinds(await said_of(monitoring, Promise.CONFIRMATION)) == [DeadlineStarted, DeadlineMet]


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 2, 0), (2, 0, 1), (0, 2, 1)], ids=str)
async def test_in_whatever_order_and_however_often_things_are_heard_the_clocks_are_the_same(
    monitoring: Bench, chain: "Chain", order: tuple[int, ...]
) -> None:
    await monitoring.hears(chain.registered())
    told = [monitoring.event(one) for one in (chain.offered(hours=40), chain.accepted(1), chain.answered(3))]
    for number in (*order, *order):
        await monitoring.receives(told[number].model_dump_json(exclude_none=True).encode())
    for hours in (1, 2, 3):
        monitoring.at(chain.after(hours))
        async with monitoring.transaction() as tx:
            waiting = await aside.due(tx)
        for one in waiting:
            await monitoring.consumer.retry(one)
    assert await monitoring.aside() == []
    async with monitoring.transaction() as tx:
        met = {
            str(one.promise): one.met_at for one in await clocks.list_about(tx, chain.report_id) if one.met_at
        }
    assert met == {
        "first-answer": chain.after(1),
        "result": chain.after(3),
        "first-action": chain.after(3),
        "outcome": chain.after(3),
    }


async def test_two_ticks_at_once_fire_every_clock_once(monitoring: Bench, chain: "Chain") -> None:
    offers = [chain.offered(hours=4).model_copy(update={"assignment_id": uuid4()}) for _ in range(20)]
    await monitoring.hears(*offers)
    monitoring.at(chain.after(5))
    async with monitoring.transaction() as one, monitoring.transaction() as other:
        claimed = await clocks.claim_due(one, 12)
        assert len(claimed) == 12
        async with asyncio.timeout(5):
            assert not await fire_due(other, the_terms(), Steady("monitoring", lambda: False))
        assert len(other.announcements) == 8
    await asyncio.gather(*(monitoring.turn("fire_due") for _ in range(2)))
    assert not await monitoring.turn("fire_due")
    missed = [message for message in await monitoring.said() if isinstance(message, DeadlineMissed)]
    assert len(missed) == len({one.deadline_id for one in missed}) == 20


async def test_a_full_turn_says_that_there_may_be_more(
    monitoring: Bench, chain: "Chain", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers.clocks, "FIRED_TOGETHER", 2)
    offers = [chain.offered(hours=hours).model_copy(update={"assignment_id": uuid4()}) for hours in (3, 1, 2)]
    await monitoring.hears(*offers)
    monitoring.at(chain.after(5))
    assert await monitoring.turn("fire_due")
    assert not await monitoring.turn("fire_due")
    missed = [message for message in await monitoring.said() if isinstance(message, DeadlineMissed)]
    assert [one.due_at for one in missed] == [chain.after(hours) for hours in (1, 2, 3)]


async def test_the_share_of_the_term_that_warns_can_be_set(monitoring: Bench, chain: "Chain") -> None:
    halfway = version(
        "2027-01.1", ("warn_share = 0.75", "warn_share = 0.5"), ("within = 1\n", "within = 10\n")
    )
    await put_on_terms(monitoring, halfway)
    await monitoring.hears(chain.registered())
    monitoring.at(chain.after(5))
    await monitoring.turn("fire_due")
    approaching = (await said_of(monitoring, Promise.CONFIRMATION))[-1]
    assert isinstance(approaching, DeadlineApproaching)
    assert approaching.due_at - approaching.warned_at == timedelta(hours=5)


async def test_a_question_from_a_partner_is_its_first_answer(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.registered(), chain.offered(), chain.queried(2))
    met = (await said_of(monitoring, Promise.FIRST_ANSWER))[-1]
    assert isinstance(met, DeadlineMet)
    assert not met.late


@pytest.mark.parametrize("after_hours", [1, 5])
async def test_the_clock_of_a_question_that_was_taken_back_runs_no_more(
    monitoring: Bench, chain: "Chain", after_hours: float
) -> None:
    await monitoring.hears(chain.registered(), chain.offered(hours=4), chain.undeliverable())
    monitoring.at(chain.after(after_hours))
    await monitoring.turn("fire_due")
    async with monitoring.transaction() as tx:
        before = await board.version(tx)
    await monitoring.hears(chain.withdrawn(after_hours))
    said = await monitoring.said()
    monitoring.at(chain.after(9))
    await monitoring.turn("fire_due")
    assert await monitoring.said() == said
    async with monitoring.transaction() as tx:
        concerns = await board.list_concerns(tx, Sieve(), 10)
        assert {concern.promise for concern in concerns} <= {Promise.CONFIRMATION}
        assert await board.version(tx) > before
        assert (await board.tally(tx, chain.began, Sieve())).with_partner == 0


async def test_every_change_a_board_could_show_raises_the_version(monitoring: Bench, chain: "Chain") -> None:
    async def version() -> int:
        async with monitoring.transaction() as tx:
            return await board.version(tx)

    versions = [await version()]
    for message in (
        chain.registered(),
        chain.opened(),
        chain.undeliverable(),
        chain.offered(),
        chain.accepted(1),
    ):
        await monitoring.hears(message)
        versions.append(await version())
    monitoring.at(chain.after(1))
    await monitoring.turn("fire_due")
    versions.append(await version())
    assert versions == sorted(set(versions))


async def test_a_change_that_commits_after_a_younger_one_raises_the_version_too(monitoring: Bench) -> None:
    async with monitoring.transaction() as slow:
        reports.describe(slow, uuid4(), category_name="Geluid")
        await slow.flush()
        async with monitoring.transaction() as quick:
            reports.describe(quick, uuid4(), category_name="Geluid")
        async with monitoring.transaction() as tx:
            before = await board.version(tx)
    async with monitoring.transaction() as tx:
        assert await board.version(tx) > before
