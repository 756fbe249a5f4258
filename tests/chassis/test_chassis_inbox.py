"""Each message has its effect once, in the order of its subject; what cannot be handled is kept, and holds back only its own subject."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from chassis import aside
from chassis.identity import new_id
from chassis.service import Service
from chassis.subscriptions import Subscriptions, on
from chassis.tables import deferred, outbox
from chassis.testing import Bench
from chassis.transaction import Transaction
from contracts.casework import CaseOpened
from contracts.envelope import Message
from contracts.intake import ReportRegistered, ReportSubmitted
from contracts.partners import PartnerAnswer

REPORT = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"
OnBench = Callable[..., Awaitable[Bench]]


class Refused(Exception):
    """A refusal that trying again would not change."""


@dataclass
class Witness:
    """A service's handler that keeps what it saw, and fails where it is told to."""

    seen: list[tuple[UUID, str]] = field(default_factory=list)
    fails_at: dict[str, Exception] = field(default_factory=dict)

    async def hear(self, event: CaseOpened, tx: Transaction) -> None:
        if event.number in self.fails_at:
            raise self.fails_at[event.number]
        self.seen.append((event.case_id, event.number))
        tx.publish(event)

    def numbers(self, case_id: UUID) -> list[str]:
        return [number for seen, number in self.seen if seen == case_id]


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
async def routing(on_bench: OnBench) -> Bench:
    return await on_bench("routing")


@pytest.fixture
async def listener(on_bench: OnBench, witness: Witness) -> Bench:
    """Monitoring's queue and tables, with a handler of the test."""
    plain = await on_bench("monitoring")
    heard = Subscriptions(on(CaseOpened, witness.hear), refusals=(Refused,))
    service: Service = replace(plain.service, subscriptions=heard)
    return Bench(service, plain.client)


def opened(case_id: UUID, number: str) -> CaseOpened:
    return CaseOpened.model_validate(
        {"caseId": case_id, "number": number, "reportId": new_id(), "openedAt": "2026-11-22T10:00:00Z"}
    )


def answer(assignment_id: UUID, state: str) -> PartnerAnswer:
    return PartnerAnswer.model_validate({"assignmentId": assignment_id, "state": state})


def on_wire(bench: Bench, *messages: Message) -> list[bytes]:
    return [bench.event(message).model_dump_json(exclude_none=True).encode() for message in messages]


async def test_a_message_heard_a_hundred_times_has_one_effect(listener: Bench, witness: Witness) -> None:
    case = new_id()
    [body] = on_wire(listener, opened(case, "1"))
    await listener.receives(*[body] * 50)
    await listener.receives(*[body] * 50)
    assert witness.numbers(case) == ["1"]
    assert len(await listener.said()) == 1


async def test_messages_of_a_subject_wait_for_their_turn(listener: Bench, witness: Witness) -> None:
    case, other = new_id(), new_id()
    first, second, third = on_wire(listener, *(opened(case, n) for n in "123"))
    await listener.receives(third, *on_wire(listener, opened(other, "1")))
    await listener.receives(second)
    assert witness.seen == [(other, "1")]
    assert [state for state, _, _ in await listener.aside()] == ["waiting", "waiting"]
    await listener.receives(first)
    await revive(listener)
    assert witness.numbers(case) == ["1", "2", "3"]
    assert await listener.aside() == []


async def test_a_message_that_fails_holds_back_only_its_own_subject(
    listener: Bench, witness: Witness
) -> None:
    case, other = new_id(), new_id()
    witness.fails_at["2"] = RuntimeError("not now")
    bodies = on_wire(listener, *(opened(case, n) for n in "123"), opened(other, "1"))
    await listener.receives(*bodies)
    assert witness.numbers(case)[-1] == "1"
    assert witness.numbers(other)[-1] == "1"
    assert [state for state, _, _ in await listener.aside()] == ["retrying", "waiting"]
    del witness.fails_at["2"]
    await revive(listener)
    assert witness.numbers(case)[-3:] == ["1", "2", "3"]
    assert await listener.aside() == []


async def test_what_many_messages_need_is_read_once_before_the_first_of_them(on_bench: OnBench) -> None:
    looked: list[list[str]] = []
    found: list[dict[str, str]] = []

    async def look(events: list[CaseOpened], tx: Transaction) -> None:
        looked.append([event.number for event in events])
        tx.kept["numbers"] = {event.number: f"seen {event.number}" for event in events}

    async def hear(event: CaseOpened, tx: Transaction) -> None:
        if event.number == "2":
            raise Refused
        found.append({event.number: tx.kept["numbers"][event.number]})

    plain = await on_bench("monitoring")
    heard = Subscriptions(on(CaseOpened, hear, look=look), refusals=(Refused,))
    bench = Bench(replace(plain.service, subscriptions=heard), plain.client)
    await bench.hears(opened(new_id(), "1"), opened(new_id(), "3"))
    assert (looked, found) == ([["1", "3"]], [{"1": "seen 1"}, {"3": "seen 3"}])
    await bench.hears(opened(new_id(), "2"), opened(new_id(), "4"))
    assert looked[1:] == [["2", "4"], ["2"], ["4"]]
    assert found[2:] == [{"4": "seen 4"}]


async def test_a_rolled_back_batch_leaves_no_effect_twice(listener: Bench, witness: Witness) -> None:
    """The handler ran twice for the good one, but only the second time was committed."""
    case, other = new_id(), new_id()
    witness.fails_at["bad"] = RuntimeError("not now")
    await listener.receives(*on_wire(listener, opened(case, "1"), opened(other, "bad")))
    assert [str(message.subject) for message in await listener.said()] == [str(case)]


async def test_a_refusal_is_parked_with_its_words_and_not_tried_again(
    listener: Bench, witness: Witness
) -> None:
    witness.fails_at["1"] = Refused("this never goes")
    await listener.hears(opened(new_id(), "1"))
    assert await listener.aside() == [("parked", "Refused", "this never goes")]


async def test_a_failure_is_given_up_after_its_tries(listener: Bench, witness: Witness) -> None:
    witness.fails_at["1"] = RuntimeError("never")
    await listener.hears(opened(new_id(), "1"))
    for _ in range(10):
        await revive(listener)
    [(state, _, detail)] = await listener.aside()
    assert state == "parked"
    assert detail == "RuntimeError: never"


SPOILT: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({"id": None}, "not a CloudEvent: id"),
    "no version": ({"specversion": None}, "not a CloudEvent: specversion"),
    "old version": ({"specversion": "0.3"}, "not a CloudEvent: specversion"),
    "sequence in words": ({"sequence": "first"}, "not a CloudEvent: sequence"),
    "no time": ({"time": "yesterday"}, "not a CloudEvent: time"),
    "a list as data": ({"data": [1]}, "not a CloudEvent: data"),
    "unknown type": ({"type": "nl.woonoverlast.cases.vanished.v1"}, "unknown type"),
    "unknown major": ({"type": "nl.woonoverlast.cases.opened.v9"}, "unknown type"),
    "data that lacks": ({"data": {"number": "1"}}, "invalid data: caseId"),
    "another subject": ({"subject": "somebody else"}, "the subject is not"),
    "a control sign in the id": ({"id": "a\x00b"}, "not a CloudEvent: id"),
    "a control sign in the subject": ({"subject": "a\x00b"}, "not a CloudEvent: subject"),
    "a place beyond counting": ({"follows": "monitoring=99999999999"}, "not a CloudEvent: follows"),
    "a control sign in the data": ({"data": {"caseId": "a\x00b"}}, "invalid data: caseId"),
    "too large": ({"extra": "x" * 70_000}, "too large"),
}


@pytest.mark.parametrize("fault", SPOILT)
async def test_what_is_no_message_is_parked_with_its_reason(
    listener: Bench, witness: Witness, fault: str
) -> None:
    changes, reason = SPOILT[fault]
    [body] = on_wire(listener, opened(new_id(), "1"))
    content = {name: value for name, value in (json.loads(body) | changes).items() if value is not None}
    other = new_id()
    await listener.receives(json.dumps(content).encode(), *on_wire(listener, opened(other, "1")))
    [(state, _, detail)] = await listener.aside()
    assert state == "parked"
    assert reason in str(detail)
    assert witness.numbers(other) == ["1"]


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"{", b"null", b"[1, 2]", b"[" * 100_000])
async def test_bytes_that_mean_nothing_are_kept_as_they_came(listener: Bench, body: bytes) -> None:
    await listener.receives(body)
    async with listener.transaction() as tx:
        kept = (await tx.execute(select(deferred.c.state, deferred.c.body))).all()
    assert kept
    assert all(row.state == "parked" for row in kept)


async def test_one_bad_message_in_a_pack_costs_only_itself(listener: Bench, witness: Witness) -> None:
    cases = [new_id() for _ in range(3)]
    one, two, three = on_wire(listener, *(opened(case, "1") for case in cases))
    await listener.receives(b"[" + b",".join([one, b'{"specversion": "1.0"}', two, three]) + b"]")
    assert [case for case, _ in witness.seen] == cases
    assert [state for state, _, _ in await listener.aside()] == ["parked"]


async def test_unknown_fields_of_a_newer_version_are_no_fault(listener: Bench, witness: Witness) -> None:
    [body] = on_wire(listener, opened(new_id(), "1"))
    content = json.loads(body)
    content["data"]["addedLater"] = 1
    content["anattribute"] = "later"
    await listener.receives(json.dumps(content).encode())
    assert len(witness.seen) == 1


async def test_a_place_taken_twice_is_parked(listener: Bench) -> None:
    case = new_id()
    [body] = on_wire(listener, opened(case, "1"))
    again = json.loads(body) | {"id": str(new_id())}
    await listener.receives(body)
    await listener.receives(json.dumps(again).encode())
    assert [reason for _, reason, _ in await listener.aside()] == ["place taken"]


async def test_numbers_count_per_subject_and_reader(on_bench: OnBench) -> None:
    """The sequence counts everything said about a subject; `follows` counts for each reader what it hears."""
    intake = await on_bench("intake")
    report = {"category": "BUREN", "story": "x", "address": {"postcode": "2599 ZX", "houseNumber": 1}}
    await intake.client.post("/intake/v1/reports", json=report)
    [_, registered] = await intake.said()
    assert isinstance(registered, ReportRegistered)
    async with intake.transaction() as tx:
        tx.publish(registered)
    bodies = [json.loads(body) for body in await outbox_bodies(intake)]
    assert [event["sequence"] for event in bodies] == ["1", "2", "3"]
    assert [event["follows"] for event in bodies] == [
        "routing=1 casework=1",
        "monitoring=1 notifications=1",
        "monitoring=2 notifications=2",
    ]


async def outbox_bodies(bench: Bench) -> list[str]:
    async with bench.transaction() as tx:
        return list((await tx.execute(select(outbox.c.body).order_by(outbox.c.id))).scalars())


async def revive(bench: Bench) -> None:
    """Let everything that was put aside have its try now, until nothing is due."""
    for _ in range(5):
        async with bench.transaction() as tx:
            due = (
                update(deferred)
                .where(deferred.c.state == "retrying")
                .values(next_at=tx.now)
                .returning(deferred.c.id)
            )
            ids = list((await tx.execute(due)).scalars())
        for deferred_id in sorted(ids):
            await bench.consumer.retry(deferred_id)
        if not ids:
            return


@pytest.mark.parametrize(("days", "reason"), [(1, "from the future"), (-40, "too old")])
async def test_a_message_of_another_time_is_parked(
    listener: Bench, witness: Witness, days: int, reason: str
) -> None:
    [body] = on_wire(listener, opened(new_id(), "1"))
    time = datetime.now(UTC) + timedelta(days=days)
    await listener.receives(json.dumps(json.loads(body) | {"time": time.isoformat()}).encode())
    [(state, why, detail)] = await listener.aside()
    assert (state, why) == ("parked", "untimely")
    assert reason in str(detail)
    assert witness.seen == []


async def test_a_message_from_yesterday_is_known_when_it_comes_again_today(
    listener: Bench, witness: Witness
) -> None:
    [body] = on_wire(listener, opened(new_id(), "1"))
    time = datetime.now(UTC) - timedelta(days=1)
    body = json.dumps(json.loads(body) | {"time": time.isoformat()}).encode()
    await listener.receives(body)
    await listener.receives(body)
    assert len(witness.seen) == 1


async def test_a_partner_says_only_what_partners_say(routing: Bench) -> None:
    """Its own exchange lets any key of its own pass; the type in the envelope is not the broker's to know."""
    report = ReportSubmitted.model_validate(json.loads(REPORT.read_text())["data"])
    await routing.hears(report, partner="police")
    [(state, _, detail)] = await routing.aside()
    assert (state, detail) == ("parked", "a partner does not say nl.woonoverlast.reports.submitted.v1")
    assert await routing.said() == []


async def test_what_a_partner_says_waits_behind_what_it_said_before_and_is_tried_again(
    on_bench: OnBench,
) -> None:
    """A partner counts no places in line: what comes first is handled first."""
    broken, heard = True, list[str]()

    async def hear(event: PartnerAnswer, _tx: Transaction) -> None:
        if broken and event.state == "accepted":
            raise RuntimeError("not now")
        heard.append(event.state)

    plain = await on_bench("routing")
    bench = Bench(replace(plain.service, subscriptions=Subscriptions(on(PartnerAnswer, hear))), plain.client)
    one, other = new_id(), new_id()
    await bench.hears(
        *(answer(one, s) for s in ("accepted", "answered")), answer(other, "declined"), partner="fire-brigade"
    )
    await bench.hears(answer(one, "answered"), partner="police")
    assert heard == ["declined", "answered"]
    assert [reason for _, reason, _ in await bench.aside()] == ["RuntimeError", aside.BEHIND]
    broken = False
    bench.at(datetime.now(UTC) + timedelta(seconds=5))
    for _ in range(2):
        async with bench.transaction() as tx:
            [due] = await aside.due(tx)
        await bench.consumer.retry(due)
    assert heard[2:] == ["accepted", "answered"]
    assert await bench.aside() == []


async def test_a_source_that_does_not_say_this_is_parked(listener: Bench) -> None:
    [body] = on_wire(listener, opened(new_id(), "1"))
    forged = json.loads(body) | {"source": f"urn:nld:oin:{'0' * 20}:systeem:meldketen-intake"}
    await listener.receives(json.dumps(forged).encode())
    [(state, _, detail)] = await listener.aside()
    assert state == "parked"
    assert "does not say" in str(detail)


async def test_the_same_rubbish_twice_is_parked_once(listener: Bench) -> None:
    await listener.receives(b"{")
    await listener.receives(b"{")
    assert len(await listener.aside()) == 1


async def test_a_gap_is_counted_after_a_while(listener: Bench) -> None:
    case = new_id()
    first, second = on_wire(listener, *(opened(case, n) for n in "12"))
    await listener.receives(second)

    async def gaps() -> int:
        async with listener.transaction() as tx:
            return (await aside.count(tx))["gap"]

    assert await gaps() == 0
    listener.at(datetime.now(UTC) + timedelta(minutes=2))
    assert await gaps() == 1
    await listener.receives(first)
    await revive(listener)
    assert await gaps() == 0
