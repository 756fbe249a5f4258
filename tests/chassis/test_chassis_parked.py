"""A parked message is seen by who may, and it is written down who did what about it, and why."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from parked_desk import URL, WHY, Bearer, Desk

from chassis.identity import new_id
from chassis.tables import outbox


async def test_what_is_parked_is_listed_without_its_body(desk: Desk) -> None:
    case = new_id()
    await desk.hears(case, "bad", "2")
    [one] = (await desk.asks())["items"]
    assert (one["state"], one["reason"], one["detail"]) == ("parked", "Refused", "case 12 is closed")
    assert (one["name"], one["subject"], one["place"]) == ("cases.opened.v1", str(case), 1)
    assert one["source"].endswith("meldketen-casework")
    assert one["firstFailedAt"].endswith("Z")
    assert "body" not in one
    [follower] = (await desk.asks(state="waiting"))["items"]
    assert follower["place"] == 2


async def test_a_message_is_shown_where_it_stands_in_its_line(desk: Desk) -> None:
    case = new_id()
    await desk.hears(case, "1", "bad", "3", "4")
    [parked] = await desk.parked()
    spot = await desk.asks(f"/{parked}/line")
    assert (spot["ahead"], spot["behind"], spot["nextPlace"]) == (0, 2, 2)
    assert (spot["message"]["place"], spot["message"]["detail"]) == (2, "case 12 is closed")
    assert "body" not in spot["message"]
    last = [one["id"] for one in (await desk.asks(state="waiting"))["items"]][-1]
    spot = await desk.asks(f"/{last}/line")
    assert (spot["ahead"], spot["behind"], spot["nextPlace"]) == (2, 0, 2)
    assert (await desk.asks("/interventions"))["items"] == []


async def test_a_message_that_can_not_be_read_stands_in_no_line(desk: Desk) -> None:
    await desk.bench.receives(b"one", b"other")
    first, _ = await desk.parked()
    spot = await desk.asks(f"/{first}/line")
    assert (spot["ahead"], spot["behind"], spot["nextPlace"]) == (0, 0, None)


async def test_what_waits_is_counted_with_since_when(desk: Desk) -> None:
    async def backlog() -> Any:
        answer = await desk.bench.client.get("/monitoring/v1/backlog", headers=desk.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    nothing = {"unsent": 0, "unsentSince": None, "retrying": 0, "waiting": 0, "gap": 0, "parked": 0}
    assert await backlog() == nothing
    await desk.hears(new_id(), "bad", "2")
    async with desk.bench.transaction() as tx:
        row = {"exchange": "hub.events", "routing_key": "x", "body": "{}"}
        ten = datetime(2026, 11, 22, 10, tzinfo=UTC)
        hour = timedelta(hours=1)
        await tx.execute(outbox.insert().values(**row, written_at=ten))
        await tx.execute(outbox.insert().values(**row, written_at=ten - hour, not_before=ten + hour))
    found = await backlog()
    assert found | {"gap": 0} == nothing | {
        "unsent": 2,
        "unsentSince": "2026-11-22T10:00:00Z",
        "waiting": 1,
        "parked": 1,
    }


async def test_the_pages_together_hold_every_message_once(desk: Desk) -> None:
    for _ in range(5):
        await desk.hears(new_id(), "bad")
    seen: list[int] = []
    page: dict[str, Any] = {"next": 0}
    while page["next"] is not None:
        page = await desk.asks(limit=2, after=page["next"])
        assert len(page["items"]) <= 2
        seen += [one["id"] for one in page["items"]]
    assert seen == sorted(set(seen))
    assert len(seen) == 5


async def test_groups_are_messages_that_failed_in_the_same_way(desk: Desk) -> None:
    desk.fault.refused["other"] = "case 345 is closed"
    for number in ("bad", "other", "worse"):
        await desk.hears(new_id(), number)
    groups = (await desk.asks("/groups"))["items"]
    assert [group["count"] for group in groups] == [2, 1]
    assert groups[0]["detail"] in {"case 12 is closed", "case 345 is closed"}
    assert groups[1]["detail"] == "the roof is missing"
    assert len(await desk.parked(fingerprint=groups[0]["fingerprint"])) == 2


async def test_a_message_that_fails_in_another_way_goes_to_another_group(desk: Desk) -> None:
    """Also one that failed at its turn only, having waited before."""
    first, second = new_id(), new_id()
    await desk.hears(first, "bad", "worse")
    await desk.hears(second, "worse")
    del desk.fault.refused["bad"]
    await desk.does("_replay", subject=str(first))
    await desk.tries_again()
    [group] = (await desk.asks("/groups"))["items"]
    assert (group["reason"], group["count"]) == ("Refused", 2)


async def test_a_message_is_shown_with_its_body_and_that_is_written_down(desk: Desk) -> None:
    case = new_id()
    await desk.hears(case, "bad")
    [number] = await desk.parked()
    shown = await desk.asks(f"/{number}", why="a partner called")
    assert json.loads(shown["body"])["subject"] == str(case)
    assert shown["bodyEncoding"] == "utf-8"
    [read] = (await desk.asks("/interventions"))["items"]
    assert (read["action"], read["who"], read["why"]) == ("read", "O. Operator", "a partner called")
    _, [kept] = await desk.everything()
    assert kept.body == b""


async def test_a_body_that_is_no_text_is_shown_in_base64(desk: Desk) -> None:
    await desk.bench.receives(b"\xff\xfe")
    [number] = await desk.parked()
    shown = await desk.asks(f"/{number}")
    assert shown["bodyEncoding"] == "base64"
    assert base64.b64decode(shown["body"]) == b"\xff\xfe"


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "", "parked:read"),
        ("GET", "/groups", "parked:read"),
        ("GET", "/interventions", "parked:read"),
        ("GET", "/1/line", "parked:read"),
        ("GET", "/1", "parked:read-body"),
        ("POST", "/_replay", "parked:act"),
        ("POST", "/_discard", "parked:act"),
        ("POST", "/1/_edit", "parked:act"),
    ],
)
async def test_each_way_in_asks_for_its_own_scope(
    desk: Desk, bearer: Bearer, method: str, path: str, scope: str
) -> None:
    others = {"parked:read", "parked:read-body", "parked:act"} - {scope}

    async def status(**more: Any) -> int:
        body = None if method == "GET" else {"why": WHY, "ids": [1]}
        answer = await desk.bench.client.request(method, URL + path, json=body, **more)
        return int(answer.status_code)

    assert await status() == 401
    assert await status(headers=bearer(*others)) == 403
    assert await status(headers=bearer(scope)) not in {401, 403}


async def test_a_message_that_is_not_there_is_named(desk: Desk) -> None:
    answer = await desk.bench.client.get(f"{URL}/7", headers=desk.headers)
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:woonoverlast:problem:nothing-parked"
    refused = await desk.does("7/_edit", 404, event={})
    assert "7" in refused["detail"]


async def test_every_action_is_recorded_with_who_and_why(desk: Desk) -> None:
    for _ in range(3):
        await desk.hears(new_id(), "bad")
    one, two, three = await desk.parked()
    event = json.loads((await desk.asks(f"/{three}"))["body"])
    await desk.does("_replay", ids=[one], why="replayed for Ria")
    await desk.does("_discard", ids=[two], why="sent by mistake")
    await desk.does(f"{three}/_edit", event=event, why="tried in other words")
    page = await desk.asks("/interventions", limit=3)
    rest = await desk.asks("/interventions", after=page["next"])
    done = [(one["action"], one["deferredId"], one["why"]) for one in page["items"] + rest["items"]]
    assert done == [
        ("edit", three, "tried in other words"),
        ("discard", two, "sent by mistake"),
        ("replay", one, "replayed for Ria"),
        ("read", three, "to look at it"),
    ]
    assert {one["who"] for one in page["items"]} == {"O. Operator"}
    assert all("body" not in one for one in page["items"])
    _, kept = await desk.everything()
    assert {row.action for row in kept if row.body} == {"replay", "discard", "edit"}
