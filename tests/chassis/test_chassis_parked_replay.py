"""What is replayed is what was chosen: in its order, once, and not faster than is asked."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from parked_desk import Desk, came_back
from sqlalchemy import select
from witness import opened

from chassis import by_hand
from chassis.identity import new_id
from chassis.tables import outbox


async def test_after_the_fault_is_mended_a_replayed_message_and_its_followers_go_in_order(desk: Desk) -> None:
    case = new_id()
    await desk.hears(case, "1", "bad", "3", "4")
    desk.fault.mend()
    ids = await desk.parked()
    assert await desk.does("_replay", ids=ids) == {"count": 1, "ids": ids}
    await desk.tries_again()
    assert desk.fault.numbers(case)[-4:] == ["1", "bad", "3", "4"]
    assert await desk.bench.aside() == []


async def test_a_replay_before_the_fault_is_mended_parks_it_again(desk: Desk) -> None:
    await desk.hears(new_id(), "bad")
    await desk.does("_replay", ids=await desk.parked())
    await desk.tries_again()
    assert [state for state, _, _ in await desk.bench.aside()] == ["parked"]


async def test_a_group_is_replayed_by_its_fingerprint(desk: Desk) -> None:
    for number in ("bad", "bad", "worse"):
        await desk.hears(new_id(), number)
    group = (await desk.asks("/groups"))["items"][0]
    desk.fault.mend()
    assert (await desk.does("_replay", fingerprint=group["fingerprint"]))["count"] == 2
    await desk.tries_again()
    assert [number for _, number in desk.fault.handled] == ["bad", "bad"]
    assert len(await desk.parked()) == 1


async def test_what_came_from_one_partner_is_replayed(desk: Desk) -> None:
    case = new_id()
    for partner in ("police", "ggz"):
        await desk.hears(case, "bad", partner=partner)
    desk.fault.mend()
    [mine] = await desk.parked(sender="police")
    assert (await desk.does("_replay", sender="police"))["ids"] == [mine]
    await desk.tries_again()
    assert [one["sender"] for one in (await desk.asks())["items"]] == ["ggz"]


async def test_what_came_back_from_one_partners_queue_is_sent_again(desk: Desk) -> None:
    now = datetime.now(UTC)
    desk.bench.at(now)
    for partner in ("police", "police", "police-north"):
        await came_back(desk, partner)
    ids = await desk.parked(receiver="police")
    assert (await desk.does("_replay", receiver="police", perSecond=2))["ids"] == ids
    async with desk.bench.transaction() as tx:
        sent = (await tx.execute(select(outbox).order_by(outbox.c.id))).all()
    assert [(row.exchange, row.routing_key, row.body) for row in sent] == [
        ("partner.clocks", "police.cases.opened.v1", '{"for": "police"}')
    ] * 2
    assert [row.not_before - now for row in sent] == [timedelta(0), timedelta(seconds=0.5)]
    assert [one["receiver"] for one in (await desk.asks())["items"]] == ["police-north"]


async def test_one_subject_is_replayed(desk: Desk) -> None:
    case, other = new_id(), new_id()
    await desk.hears(case, "bad", "2")
    await desk.hears(other, "bad")
    desk.fault.mend()
    await desk.does("_replay", subject=str(case))
    await desk.tries_again()
    assert desk.fault.handled == [(case, "bad"), (case, "2")]


async def test_all_that_is_given_must_match(desk: Desk) -> None:
    await desk.hears(new_id(), "bad")
    ids = await desk.parked()
    assert (await desk.does("_replay", ids=ids, subject="another"))["count"] == 0
    assert await desk.parked() == ids


@pytest.mark.parametrize("action", ["_replay", "_discard"])
async def test_a_dry_run_leaves_everything_as_it_was(desk: Desk, action: str) -> None:
    case = new_id()
    await desk.hears(case, "bad", "2")
    before = await desk.everything()
    said = await desk.does(action, subject=str(case), dryRun=True)
    assert said == {"count": 1, "ids": await desk.parked()}
    assert await desk.everything() == before


async def test_a_limit_is_kept(desk: Desk) -> None:
    for _ in range(3):
        await desk.hears(new_id(), "bad")
    [group] = (await desk.asks("/groups"))["items"]
    assert (await desk.does("_replay", fingerprint=group["fingerprint"], limit=2))["count"] == 2
    assert len(await desk.parked()) == 1


async def test_a_message_replayed_twice_is_handled_once(desk: Desk) -> None:
    case = new_id()
    await desk.hears(case, "bad")
    ids = await desk.parked()
    desk.fault.mend()
    both = await asyncio.gather(*(desk.does("_replay", ids=ids) for _ in range(2)))
    assert sorted(done["count"] for done in both) == [0, 1]
    await asyncio.gather(*(desk.bench.consumer.retry(ids[0]) for _ in range(2)))
    assert (await desk.does("_replay", ids=ids))["count"] == 0
    assert desk.fault.numbers(case) == ["bad"]


async def test_a_place_that_was_taken_stays_visible_when_it_is_replayed(desk: Desk) -> None:
    case = new_id()
    event = desk.bench.event(opened(case, "1"))
    usurper = event.model_copy(update={"id": str(new_id())})
    for one in (event, usurper):
        await desk.bench.receives(one.model_dump_json(exclude_none=True).encode())
    before = await desk.asks()
    await desk.does("_replay", ids=await desk.parked())
    await desk.tries_again()
    after = await desk.asks()
    assert [one["reason"] for one in after["items"]] == ["place taken"]
    assert after["items"][0]["fingerprint"] == before["items"][0]["fingerprint"]


async def test_a_pack_inside_a_pack_is_replayed_whole_or_not_at_all(desk: Desk) -> None:
    cases = [new_id(), new_id()]
    inner = b",".join(
        desk.bench.event(opened(case, "1")).model_dump_json(exclude_none=True).encode() for case in cases
    )
    await desk.bench.receives(b"[[" + inner + b"], []]")
    ids = await desk.parked()
    await desk.does("_replay", ids=ids)
    await desk.tries_again()
    assert desk.fault.handled == []
    assert await desk.parked() == ids


async def test_a_replay_while_the_subject_lives_on_keeps_its_order(desk: Desk) -> None:
    case = new_id()
    await desk.hears(case, "bad", *(str(n) for n in range(2, 10)))
    later = [desk.bench.event(opened(case, str(n))) for n in range(10, 30)]
    random.shuffle(later)
    desk.fault.mend()

    async def live() -> None:
        for event in later:
            await desk.bench.receives(event.model_dump_json(exclude_none=True).encode())

    async def replayed() -> None:
        await desk.does("_replay", subject=str(case))
        await desk.tries_again()

    await asyncio.gather(live(), replayed())
    await desk.tries_again()
    assert desk.fault.numbers(case) == ["bad", *(str(n) for n in range(2, 30))]


async def test_a_replay_is_spread_over_time(desk: Desk) -> None:
    for _ in range(4):
        await desk.hears(new_id(), "bad")
    now = datetime(2026, 11, 22, 10, tzinfo=UTC)
    desk.bench.at(now)
    await desk.does("_replay", ids=await desk.parked(), perSecond=2)
    planned = sorted(
        datetime.fromisoformat(one["nextAt"]) - now for one in (await desk.asks(state="retrying"))["items"]
    )
    assert planned == [timedelta(seconds=half / 2) for half in range(4)]


@pytest.mark.parametrize("action", ["_replay", "_discard"])
async def test_who_chooses_nothing_is_told_what_to_give(desk: Desk, action: str) -> None:
    await desk.hears(new_id(), "bad")
    refused = await desk.does(action, 400)
    assert "give ids, fingerprint, subject, sender or receiver" in refused["errors"][0]["detail"]
    assert len(await desk.parked()) == 1


async def test_a_choice_of_nothing_means_none(desk: Desk) -> None:
    await desk.hears(new_id(), "bad")
    async with desk.bench.transaction() as tx:
        assert await by_hand.choose(tx, by_hand.Choice(), 10) == []


@pytest.mark.parametrize(
    "spoilt",
    [
        {"ids": []},
        {"ids": [], "subject": "x"},
        {"ids": [2**63]},
        {"why": "  no  "},
        {"why": None},
        {"subject": "\x00"},
        {"limit": 10_001},
        {"perSecond": 0},
        {"dryrun": True},
    ],
    ids=str,
)
async def test_what_could_mean_more_than_was_wanted_is_refused(desk: Desk, spoilt: dict[str, Any]) -> None:
    await desk.does("_replay", 400, **({"ids": [1]} | spoilt))
