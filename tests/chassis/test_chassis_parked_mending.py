"""A parked message is mended or let go: it stays the same message, and its line moves on."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from parked_desk import WHY, Desk, came_back
from sqlalchemy import select
from witness import opened

from chassis.identity import new_id
from chassis.tables import outbox


async def test_a_discarded_message_lets_its_line_move_on(desk: Desk) -> None:
    case = new_id()
    await desk.hears(case, "bad", "2", "3")
    assert (await desk.does("_discard", subject=str(case)))["count"] == 1
    await desk.tries_again()
    assert desk.fault.numbers(case) == ["2", "3"]
    await desk.hears(case, "4")
    assert desk.fault.numbers(case) == ["2", "3", "4"]


async def test_a_message_from_another_time_is_discarded_though_its_line_has_not_begun(desk: Desk) -> None:
    case = new_id()
    desk.bench.at(datetime.now(UTC) - timedelta(days=40))
    old = desk.bench.event(opened(case, "1")).model_dump_json(exclude_none=True).encode()
    desk.bench.at(datetime.now(UTC))
    await desk.bench.receives(old)
    await desk.hears(case, "2")
    assert (await desk.does("_discard", subject=str(case)))["count"] == 1
    await desk.tries_again()
    assert desk.fault.numbers(case) == ["2"]


async def test_a_message_whose_turn_has_not_come_is_not_discarded(desk: Desk) -> None:
    """Its line would wait for its place for ever."""
    case = new_id()
    first, second = (desk.bench.event(opened(case, number)) for number in "12")
    body = second.model_copy(update={"time": second.time - timedelta(days=40)})
    await desk.bench.receives(body.model_dump_json(exclude_none=True).encode())
    assert (await desk.does("_discard", subject=str(case)))["count"] == 0
    await desk.bench.receives(first.model_dump_json(exclude_none=True).encode())
    assert (await desk.does("_discard", subject=str(case)))["count"] == 1
    await desk.hears(case, "3")
    assert desk.fault.numbers(case) == ["1", "3"]


async def test_an_edited_message_is_handled_and_the_original_stays_in_the_record(desk: Desk) -> None:
    case = new_id()
    await desk.hears(case, "bad", "2")
    [number] = await desk.parked()
    original = (await desk.asks(f"/{number}"))["body"]
    event = json.loads(original)
    event["data"]["number"] = "good"
    assert await desk.does(f"{number}/_edit", event=event) == {"count": 1, "ids": [number]}
    await desk.tries_again()
    assert desk.fault.numbers(case) == ["good", "2"]
    _, [_, kept] = await desk.everything()
    assert (kept.action, kept.who, kept.why, kept.body) == ("edit", "O. Operator", WHY, original.encode())


@pytest.mark.parametrize("changed", ["id", "source", "subject", "follows"])
async def test_an_edited_message_stays_the_same_message(desk: Desk, changed: str) -> None:
    await desk.hears(new_id(), "bad")
    [number] = await desk.parked()
    event = json.loads((await desk.asks(f"/{number}"))["body"])
    refused = await desk.does(f"{number}/_edit", 400, event=event | {changed: "monitoring=2"})
    assert refused["type"] == "urn:woonoverlast:problem:not-an-event"
    assert await desk.parked() == [number]


async def test_what_is_no_event_is_refused_with_its_faults(desk: Desk) -> None:
    await desk.bench.receives(b"{")
    [number] = await desk.parked()
    refused = await desk.does(f"{number}/_edit", 400, event={"specversion": "1.0"})
    assert "not a CloudEvent: id" in refused["detail"]


async def test_rubbish_becomes_a_message_once(desk: Desk) -> None:
    """What is written instead of rubbish counts as taken in: it cannot come a second time, by whatever way."""
    case = new_id()
    await desk.bench.receives(b"{")
    await desk.bench.receives(b"[")
    one, other = await desk.parked()
    event = json.loads(desk.bench.event(opened(case, "1")).model_dump_json(exclude_none=True))
    await desk.does(f"{one}/_edit", event=event)
    refused = await desk.does(f"{other}/_edit", 400, event=event)
    assert "came before" in refused["detail"]
    await desk.tries_again()
    await desk.bench.receives(json.dumps(event).encode())
    assert desk.fault.numbers(case) == ["1"]


async def test_rubbish_mended_before_its_turn_is_handled_at_its_turn(desk: Desk) -> None:
    case = new_id()
    first, second = (json.loads(desk.bench.event(opened(case, n)).model_dump_json()) for n in "12")
    await desk.bench.receives(b"{")
    await desk.does(f"{(await desk.parked())[0]}/_edit", event=second)
    await desk.tries_again()
    await desk.bench.receives(json.dumps(first).encode())
    await desk.tries_again()
    assert desk.fault.numbers(case) == ["1", "2"]


async def test_an_edited_message_to_a_partner_is_sent_as_it_is_now(desk: Desk) -> None:
    await came_back(desk, "police")
    [number] = await desk.parked()
    event = desk.bench.event(opened(new_id(), "1")).model_dump(mode="json", exclude_none=True)
    await desk.does(f"{number}/_edit", event=event)
    async with desk.bench.transaction() as tx:
        [sent] = (await tx.execute(select(outbox))).all()
    assert (sent.routing_key, json.loads(sent.body)) == ("police.cases.opened.v1", event)
    assert await desk.parked() == []
