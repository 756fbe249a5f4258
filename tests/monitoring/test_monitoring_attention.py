"""People take up, put off and let go what stands on the board: each deed is kept, and nobody overrules another unseen."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from deeds import ME, OTHER, a_miss, act, on_board

from chassis.testing import Bench
from contracts.monitoring import AttentionTaken, EscalationRaised, Promise
from monitoring.domain.attention import Act, ChangedMeanwhile, NoConcernNow, NoSuchConcern
from monitoring.domain.board import Sieve
from monitoring.domain.clocks import Deadline, State
from monitoring.store import attention, board, clocks

if TYPE_CHECKING:
    from .conftest import Chain

Bearer = Callable[..., dict[str, str]]


async def the_clock(monitoring: Bench, deadline_id: UUID) -> Deadline:
    async with monitoring.transaction() as tx:
        return await clocks.get(tx, deadline_id)


async def called(monitoring: Bench) -> list[str]:
    return [str(one.rung) for one in await monitoring.said() if isinstance(one, EscalationRaised)]


async def history(monitoring: Bench, concern_id: UUID) -> list[tuple[Act, str | None]]:
    async with monitoring.transaction() as tx:
        return [(deed.act, deed.who) for deed in await attention.list_deeds(tx, concern_id)]


async def test_what_is_taken_up_is_announced_once_without_a_name(monitoring: Bench, chain: "Chain") -> None:
    concern_id = await a_miss(monitoring, chain)
    await act(monitoring, concern_id, Act.TAKE)
    await act(monitoring, concern_id, Act.TAKE)
    taken = [one for one in await monitoring.said() if isinstance(one, AttentionTaken)]
    assert taken == [
        AttentionTaken(
            deadline_id=concern_id,
            report_id=chain.report_id,
            promise=Promise.FIRST_ANSWER,
            holder="police",
            holder_name="Politie",
            taken_at=chain.after(5),
        )
    ]
    assert await history(monitoring, concern_id) == [(Act.TAKE, ME)]
    assert (await on_board(monitoring))[0].attention.taken_by == ME


async def test_nobody_is_called_about_what_a_person_has_until_they_let_go(
    monitoring: Bench, chain: "Chain"
) -> None:
    concern_id = await a_miss(monitoring, chain)
    await act(monitoring, concern_id, Act.TAKE)
    await act(monitoring, concern_id, Act.TAKE_OVER, OTHER)
    assert (await the_clock(monitoring, concern_id)).acknowledged_by == OTHER
    monitoring.at(chain.after(400))
    await monitoring.turn("fire_due")
    assert await called(monitoring) == []
    await act(monitoring, concern_id, Act.LET_GO, OTHER)
    assert (await the_clock(monitoring, concern_id)).acknowledged_by is None
    monitoring.at(chain.after(500))
    await monitoring.turn("fire_due")
    assert await called(monitoring) == ["partner"]


async def test_what_is_taken_before_its_end_is_missed_without_calling_anybody(
    monitoring: Bench, chain: "Chain"
) -> None:
    await monitoring.hears(chain.offered(hours=4))
    monitoring.at(chain.after(3))
    await monitoring.turn("fire_due")
    (almost,) = await on_board(monitoring)
    await act(monitoring, almost.concern_id, Act.TAKE)
    for hours in (4, 400):
        monitoring.at(chain.after(hours))
        await monitoring.turn("fire_due")
    assert (await the_clock(monitoring, almost.concern_id)).state is State.MISSED
    assert await called(monitoring) == []


async def test_what_is_paused_asks_for_no_attention(
    monitoring: Bench, chain: "Chain", bearer: Bearer
) -> None:
    concern_id = await a_miss(monitoring, chain)
    address = f"/monitoring/v1/deadlines/{concern_id}/_pause"
    went = await monitoring.client.post(address, headers=bearer("deadlines:act"), json={"reason": "reporter"})
    assert went.status_code == 200
    assert await on_board(monitoring) == []


async def test_what_is_stranded_is_taken_up_without_a_word_about_a_term(
    monitoring: Bench, chain: "Chain"
) -> None:
    await monitoring.hears(chain.undeliverable())
    await act(monitoring, chain.assignment_id, Act.TAKE)
    assert not [one for one in await monitoring.said() if isinstance(one, AttentionTaken)]
    assert (await on_board(monitoring))[0].attention.taken_by == ME


async def test_of_two_at_once_the_second_hears_who_was_first(monitoring: Bench, chain: "Chain") -> None:
    concern_id = await a_miss(monitoring, chain)
    went = await asyncio.gather(
        act(monitoring, concern_id, Act.TAKE, ME, seen=0),
        act(monitoring, concern_id, Act.TAKE, OTHER, seen=0),
        return_exceptions=True,
    )
    (refused,) = (one for one in went if one is not None)
    (first,) = (who for _, who in await history(monitoring, concern_id))
    assert isinstance(refused, ChangedMeanwhile)
    assert str(refused) == f"{first} pakt dit intussen op. Kijk opnieuw en beslis dan."
    assert (await on_board(monitoring))[0].attention.taken_by == first


async def test_a_note_is_kept_whatever_changed(monitoring: Bench, chain: "Chain") -> None:
    concern_id = await a_miss(monitoring, chain)
    await act(monitoring, concern_id, Act.TAKE, OTHER, seen=0)
    await act(monitoring, concern_id, Act.NOTE, ME, seen=0, text="Ik had al gebeld.")
    assert await history(monitoring, concern_id) == [(Act.NOTE, ME), (Act.TAKE, OTHER)]


async def test_what_is_put_off_comes_back_by_itself(monitoring: Bench, chain: "Chain") -> None:
    concern_id = await a_miss(monitoring, chain)
    await act(monitoring, concern_id, Act.SNOOZE, until=chain.after(8))
    assert await on_board(monitoring) == []
    (away,) = await on_board(monitoring, Sieve(snoozed=True))
    assert away.concern_id == concern_id
    monitoring.at(chain.after(7.9))
    await monitoring.turn("return_snoozed")
    assert await on_board(monitoring) == []
    async with monitoring.transaction() as tx:
        before = await board.version(tx)
    monitoring.at(chain.after(8))
    assert [one.concern_id for one in await on_board(monitoring)] == [concern_id]
    await monitoring.turn("return_snoozed")
    (back,) = await on_board(monitoring)
    assert back.alerted_at == chain.after(8)
    async with monitoring.transaction() as tx:
        assert await board.version(tx) > before
        assert [one.concern_id for one in await board.list_fresh(tx, chain.after(7.99), 50)] == [concern_id]
    assert await history(monitoring, concern_id) == [(Act.RETURN, None), (Act.SNOOZE, ME)]


async def test_what_is_late_meanwhile_comes_back_at_once(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(chain.offered(hours=4))
    monitoring.at(chain.after(3))
    await monitoring.turn("fire_due")
    (almost,) = await on_board(monitoring)
    await act(monitoring, almost.concern_id, Act.SNOOZE, until=chain.after(48))
    monitoring.at(chain.after(4))
    await monitoring.turn("fire_due")
    assert [one.concern_id for one in await on_board(monitoring)] == [almost.concern_id]
    assert await on_board(monitoring, Sieve(snoozed=True)) == []


async def test_nothing_is_done_about_what_is_settled_or_never_was(monitoring: Bench, chain: "Chain") -> None:
    concern_id = await a_miss(monitoring, chain)
    await monitoring.hears(chain.accepted(5))
    with pytest.raises(NoConcernNow):
        await act(monitoring, concern_id, Act.TAKE)
    with pytest.raises(NoSuchConcern):
        await act(monitoring, uuid4(), Act.TAKE)
    assert await history(monitoring, concern_id) == []
