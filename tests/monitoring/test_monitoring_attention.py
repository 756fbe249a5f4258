"""People take up, put off and let go what stands on the board: each deed is kept, and nobody overrules another unseen."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.testing import Bench
from contracts.monitoring import AttentionTaken, EscalationRaised, Promise
from monitoring.domain.attention import (
    LONGEST_TEXT,
    Act,
    ActRefused,
    Attention,
    ChangedMeanwhile,
    Deed,
    DeedIncomplete,
    NoConcernNow,
    NoSuchConcern,
    SnoozeReason,
    do,
    is_snoozed,
)
from monitoring.domain.board import Concern, Sieve
from monitoring.domain.clocks import Deadline, State
from monitoring.handlers.attention import attend
from monitoring.main import terms_of
from monitoring.settings import Settings
from monitoring.store import attention, board, clocks

if TYPE_CHECKING:
    from .conftest import Chain

Bearer = Callable[..., dict[str, str]]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONCERN = UUID("019cd41f-1220-7006-8006-000000000006")
TERMS = terms_of(Settings(signing_key="k" * 32, database_url="nowhere", amqp_url="nowhere"))
ME, OTHER = "S. Voorbeeld", "T. Jansen"


def a_deed(act: Act, who: str | None = ME, at: datetime = NOON, **more: Any) -> Deed:
    if act is Act.SNOOZE:
        more = {"until": at + timedelta(hours=3), "why": SnoozeReason.CALLED} | more
    return Deed(CONCERN, act, who, at, **more)


def test_who_takes_it_up_has_it_until_they_let_go() -> None:
    taken = do(Attention(CONCERN), a_deed(Act.TAKE))
    assert (taken.taken_by, taken.taken_at, taken.revision) == (ME, NOON, 1)
    assert do(taken, a_deed(Act.TAKE)) == taken
    free = do(taken, a_deed(Act.LET_GO))
    assert (free.taken_by, free.taken_at, free.revision) == (None, None, 2)


def test_what_another_has_is_taken_over_and_not_taken() -> None:
    theirs = do(Attention(CONCERN), a_deed(Act.TAKE, OTHER))
    with pytest.raises(ActRefused, match=r"T\. Jansen pakt dit al op"):
        do(theirs, a_deed(Act.TAKE))
    with pytest.raises(ActRefused, match=r"T\. Jansen"):
        do(theirs, a_deed(Act.LET_GO))
    assert do(theirs, a_deed(Act.TAKE_OVER)).taken_by == ME


@pytest.mark.parametrize("act", [Act.LET_GO, Act.WAKE, Act.RETURN])
def test_what_was_not_done_cannot_be_undone(act: Act) -> None:
    with pytest.raises(ActRefused):
        do(Attention(CONCERN), a_deed(act))


@given(st.timedeltas(min_value=timedelta(days=-30), max_value=timedelta(days=30)))
def test_it_is_put_off_for_fourteen_days_at_most(length: timedelta) -> None:
    deed = a_deed(Act.SNOOZE, until=NOON + length)
    if timedelta(0) < length <= timedelta(days=14):
        away = do(Attention(CONCERN), deed)
        assert is_snoozed(away, NOON, NOON)
        assert not is_snoozed(away, NOON, deed.until or NOON)
    else:
        with pytest.raises(DeedIncomplete) as refused:
            do(Attention(CONCERN), deed)
        assert [field for field, _ in refused.value.faults] == ["until"]


@pytest.mark.parametrize(
    ("deed", "fields"),
    [
        (a_deed(Act.SNOOZE, until=None, why=None), ["until", "why"]),
        (a_deed(Act.SNOOZE, why=SnoozeReason.OTHER), ["text"]),
        (a_deed(Act.SNOOZE, text="a" * (LONGEST_TEXT + 1)), ["text"]),
        (a_deed(Act.NOTE), ["text"]),
        (a_deed(Act.NOTE, text="a" * (LONGEST_TEXT + 1)), ["text"]),
    ],
)
def test_every_fault_of_a_deed_is_named_at_once(deed: Deed, fields: list[str]) -> None:
    with pytest.raises(DeedIncomplete) as refused:
        do(Attention(CONCERN), deed)
    assert [field for field, _ in refused.value.faults] == fields
    assert [error["pointer"] for error in refused.value.errors] == [f"/{field}" for field in fields]


def test_what_grew_more_urgent_comes_back_before_its_time() -> None:
    away = do(Attention(CONCERN), a_deed(Act.SNOOZE))
    later = NOON + timedelta(hours=1)
    assert is_snoozed(away, NOON, later)
    assert not is_snoozed(away, later, later)


def test_what_is_put_off_does_not_return_early_by_itself() -> None:
    away = do(Attention(CONCERN), a_deed(Act.SNOOZE))
    with pytest.raises(ActRefused):
        do(away, a_deed(Act.RETURN, None))
    back = do(away, a_deed(Act.RETURN, None, NOON + timedelta(hours=3)))
    assert (back.snoozed_until, back.returned_at) == (None, NOON + timedelta(hours=3))


def test_a_note_is_in_nobodys_way() -> None:
    taken = do(Attention(CONCERN), a_deed(Act.TAKE))
    assert do(taken, a_deed(Act.NOTE, text="Gebeld.")) == taken


# On the bench.


async def a_miss(monitoring: Bench, chain: "Chain") -> UUID:
    """A question to a partner went unanswered until after its term."""
    await monitoring.hears(chain.opened(), chain.offered(hours=4))
    monitoring.at(chain.after(5))
    await monitoring.turn("fire_due")
    return (await on_board(monitoring))[0].concern_id


async def on_board(monitoring: Bench, sieve: Sieve | None = None) -> list[Concern]:
    async with monitoring.transaction() as tx:
        return await board.list_concerns(tx, sieve or Sieve(), 50)


async def act(
    monitoring: Bench, concern_id: UUID, act: Act, who: str = ME, seen: int | None = None, **more: Any
) -> None:
    async with monitoring.transaction() as tx:
        await attend(replace(a_deed(act, who, tx.now, **more), concern_id=concern_id), seen, tx, TERMS)


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


# On the pages.


@pytest.fixture
def mine(bearer: Bearer) -> dict[str, str]:
    return bearer("deadlines:read", "deadlines:act", name=ME) | {"Accept": "text/html"}


@pytest.fixture
def theirs(bearer: Bearer) -> dict[str, str]:
    return bearer("deadlines:read", "deadlines:act", name=OTHER) | {"Accept": "text/html"}


ROW = {"gezien": "0", "terug": "bord"}


async def test_a_plain_post_from_the_board_leads_back_to_the_same_board(
    monitoring: Bench, mine: dict[str, str], chain: "Chain"
) -> None:
    concern_id = await a_miss(monitoring, chain)
    went = await monitoring.client.post(
        f"/toezicht/termijn/{concern_id}/take?ernst=te-laat", headers=mine, data=ROW
    )
    assert (went.status_code, went.headers["location"]) == (303, "/toezicht?ernst=te-laat&gedaan=take")
    page = (await monitoring.client.get(went.headers["location"], headers=mine)).text
    assert "U pakt dit op." in page
    assert "Loslaten" in page


async def test_by_htmx_the_board_comes_back_with_what_came_of_it(
    monitoring: Bench, mine: dict[str, str], chain: "Chain"
) -> None:
    concern_id = await a_miss(monitoring, chain)
    went = await monitoring.client.post(
        f"/toezicht/termijn/{concern_id}/take", headers=mine | {"HX-Request": "true"}, data=ROW
    )
    assert went.status_code == 200
    assert "<html" not in went.text
    assert "U pakt dit op." in went.text.partition('id="uitslag"')[2]


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
async def test_who_comes_second_sees_the_board_as_it_is_and_why(
    monitoring: Bench, mine: dict[str, str], theirs: dict[str, str], chain: "Chain", htmx: dict[str, str]
) -> None:
    concern_id = await a_miss(monitoring, chain)
    address = f"/toezicht/termijn/{concern_id}/take"
    await monitoring.client.post(address, headers=theirs, data=ROW)
    went = await monitoring.client.post(address, headers=mine | htmx, data=ROW)
    assert went.status_code == 409
    assert "T. Jansen pakt dit intussen op. Kijk opnieuw en beslis dan." in went.text
    assert 'data-l="Pakt op" class="msw-table__keep">T. Jansen' in went.text


async def test_what_was_filled_in_is_not_lost_when_it_is_refused(
    monitoring: Bench, mine: dict[str, str], theirs: dict[str, str], chain: "Chain"
) -> None:
    concern_id = await a_miss(monitoring, chain)
    address = f"/toezicht/termijn/{concern_id}"
    filled = {"gezien": "0", "tot": "2026-11-24T09:00", "waarom": "called", "tekst": "Belt <morgen>."}
    await monitoring.client.post(f"{address}/take", headers=theirs, data=ROW)
    second = await monitoring.client.post(f"{address}/snooze", headers=mine, data=filled)
    assert second.status_code == 409
    assert "Belt &lt;morgen&gt;." in second.text
    late = await monitoring.client.post(
        f"{address}/snooze", headers=mine, data=filled | {"gezien": "1", "tot": "2026-12-24T09:00"}
    )
    assert late.status_code == 400
    assert 'href="#snooze-tot"' in late.text
    assert "Belt &lt;morgen&gt;." in late.text
    done = await monitoring.client.post(f"{address}/snooze", headers=mine, data=filled | {"gezien": "1"})
    assert (done.status_code, done.headers["location"]) == (303, f"{address}?gedaan=snooze")
    page = (await monitoring.client.get(done.headers["location"], headers=mine)).text
    assert "U stelde dit uit." in page
    assert f"{ME} stelde dit uit tot di 24 nov 09.00" in page
    assert "Haal terug op het bord" in page


@pytest.mark.parametrize("tot", ["", "morgen", "2026-11-24", "9999-99-99T99:99", "\x00", "2026-11-23T09:00"])
async def test_a_moment_that_is_none_is_asked_again(
    monitoring: Bench, mine: dict[str, str], chain: "Chain", tot: str
) -> None:
    concern_id = await a_miss(monitoring, chain)
    filled = {"tot": tot, "waarom": "called"}
    went = await monitoring.client.post(f"/toezicht/termijn/{concern_id}/snooze", headers=mine, data=filled)
    if tot == "2026-11-24":  # midnight, as the standard has it
        assert went.status_code == 303
    else:
        assert went.status_code == 400
        assert "Kies een moment dat nog komt." in went.text


async def test_a_note_with_signs_that_no_text_has_is_kept_without_them(
    monitoring: Bench, mine: dict[str, str], chain: "Chain"
) -> None:
    concern_id = await a_miss(monitoring, chain)
    address = f"/toezicht/termijn/{concern_id}"
    went = await monitoring.client.post(
        f"{address}/note", headers=mine, data={"tekst": "Gebeld\x00\r\nen gemaild"}
    )
    assert went.status_code == 303
    assert "Gebeld\nen gemaild" in (await monitoring.client.get(address, headers=mine)).text


async def test_what_nobody_can_do_is_refused(monitoring: Bench, mine: dict[str, str], chain: "Chain") -> None:
    concern_id = await a_miss(monitoring, chain)
    address = f"/toezicht/termijn/{concern_id}"
    assert (await monitoring.client.post(f"{address}/return", headers=mine, data={})).status_code == 409
    assert (await monitoring.client.post(f"{address}/dance", headers=mine, data={})).status_code == 400
    assert (await monitoring.client.post(f"{address}/note", headers=mine, data={})).status_code == 400
    away = f"/toezicht/termijn/{uuid4()}"
    assert (await monitoring.client.get(away, headers=mine)).status_code == 404
    assert (await monitoring.client.post(f"{away}/take", headers=mine, data={})).status_code == 404


async def test_what_is_settled_keeps_its_history(
    monitoring: Bench, mine: dict[str, str], chain: "Chain"
) -> None:
    concern_id = await a_miss(monitoring, chain)
    await act(monitoring, concern_id, Act.TAKE)
    await monitoring.hears(chain.accepted(5))
    page = (await monitoring.client.get(f"/toezicht/termijn/{concern_id}", headers=mine)).text
    assert "Dit vraagt geen aandacht meer" in page
    assert f"{ME} pakt dit op" in page
    assert not re.search(r'action="/toezicht', page)
    went = await monitoring.client.post(
        f"/toezicht/termijn/{concern_id}/note", headers=mine, data={"tekst": "x"}
    )
    assert went.status_code == 409


async def test_who_may_only_watch_is_offered_nothing_and_can_do_nothing(
    monitoring: Bench, bearer: Bearer, chain: "Chain"
) -> None:
    concern_id = await a_miss(monitoring, chain)
    reader = bearer("deadlines:read") | {"Accept": "text/html"}
    address = f"/toezicht/termijn/{concern_id}"
    for page in ("/toezicht", "/toezicht/wand", address):
        assert "Oppakken" not in (await monitoring.client.get(page, headers=reader)).text
    assert (await monitoring.client.post(f"{address}/take", headers=reader, data=ROW)).status_code == 403
    assert (await monitoring.client.post(f"{address}/take", data=ROW)).status_code == 401
