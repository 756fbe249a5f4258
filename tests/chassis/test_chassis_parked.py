"""A parked message is seen, replayed, mended or let go by who may, and it is written down who did it and why."""

import asyncio
import base64
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from chassis import aside, by_hand
from chassis.identity import new_id
from chassis.incoming import Incoming
from chassis.subscriptions import Subscriptions, on
from chassis.tables import deferred, interventions, outbox
from chassis.testing import Bench
from chassis.transaction import Transaction
from contracts.casework import CaseOpened
from contracts.partners import PoliceReply, PoliceStatus

URL = "/monitoring/v1/parked-messages"
WHY = "the register knows the case again"
Bearer = Callable[..., dict[str, str]]


class Refused(Exception):
    """A refusal that trying again would not change."""


@dataclass
class Fault:
    """What refuses these numbers, until it is mended, and keeps what came through."""

    refused: dict[str, str] = field(default_factory=dict)
    handled: list[tuple[UUID, str]] = field(default_factory=list)

    async def hear(self, event: CaseOpened, _tx: Transaction) -> None:
        self._judge(event.case_id, event.number)

    async def hear_partner(self, reply: PoliceReply, _tx: Transaction) -> None:
        self._judge(reply.kenmerk, reply.toelichting or "")

    def _judge(self, case: UUID, number: str) -> None:
        if number in self.refused:
            raise Refused(self.refused[number])
        self.handled.append((case, number))

    def mend(self) -> None:
        self.refused.clear()

    def numbers(self, case: UUID) -> list[str]:
        return [number for handled, number in self.handled if handled == case]


@dataclass
class Desk:
    """Monitoring with a handler of the test, and somebody who may do everything with what it parked."""

    bench: Bench
    fault: Fault
    headers: dict[str, str]

    async def hears(self, case: UUID, *numbers: str, partner: str | None = None) -> None:
        said = replied if partner else opened
        await self.bench.hears(*(said(case, number) for number in numbers), partner=partner)

    async def asks(self, path: str = "", **params: Any) -> Any:
        answer = await self.bench.client.get(URL + path, params=params, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def does(self, action: str, status: int = 200, **more: Any) -> Any:
        body = {"why": WHY} | more
        answer = await self.bench.client.post(f"{URL}/{action}", json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def parked(self, **params: Any) -> list[int]:
        return [one["id"] for one in (await self.asks(**params))["items"]]

    async def tries_again(self) -> None:
        """Everything that is to be tried has its try now, until nothing is left to try."""
        while True:
            async with self.bench.transaction() as tx:
                retrying = update(deferred).where(deferred.c.state == "retrying").values(next_at=tx.now)
                ids = sorted((await tx.execute(retrying.returning(deferred.c.id))).scalars())
            for deferred_id in ids:
                await self.bench.consumer.retry(deferred_id)
            if not ids:
                return

    async def everything(self) -> tuple[list[Any], list[Any]]:
        async with self.bench.transaction() as tx:
            rows = (await tx.execute(select(deferred).order_by(deferred.c.id))).all()
            return list(rows), list((await tx.execute(select(interventions))).all())


@pytest.fixture
async def desk(on_bench: Callable[..., Awaitable[Bench]], bearer: Bearer) -> Desk:
    plain = await on_bench("monitoring")
    fault = Fault({"bad": "case 12 is closed", "worse": "the roof is missing"})
    heard = Subscriptions(
        on(CaseOpened, fault.hear), on(PoliceReply, fault.hear_partner), refusals=(Refused,)
    )
    bench = Bench(replace(plain.service, subscriptions=heard), plain.client)
    return Desk(bench, fault, bearer("parked:read", "parked:read-body", "parked:act", name="O. Operator"))


def opened(case: UUID, number: str) -> CaseOpened:
    return CaseOpened.model_validate(
        {"caseId": case, "number": number, "reportId": new_id(), "openedAt": "2026-11-22T10:00:00Z"}
    )


def replied(case: UUID, number: str) -> PoliceReply:
    return PoliceReply(kenmerk=case, status=PoliceStatus.RECEIVED, toelichting=number)


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


async def came_back(desk: Desk, partner: str) -> None:
    dead = Incoming(json.dumps({"for": partner}).encode())
    async with desk.bench.transaction() as tx:
        await aside.put(tx, dead, "parked", "dead letter", bound_for=f"{partner}.cases.opened.v1")


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
