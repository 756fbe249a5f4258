"""Each message has its effect once, in the order of its subject; what cannot be handled is kept, and holds back only its own subject."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from witness import Refused, Witness, on_wire, opened

from chassis import aside
from chassis.identity import new_id
from chassis.subscriptions import Subscriptions, on
from chassis.tables import deferred, outbox
from chassis.testing import Bench
from chassis.transaction import Transaction
from contracts.casework import CaseOpened
from contracts.intake import ReportRegistered
from contracts.partners import PartnerAnswer

OnBench = Callable[..., Awaitable[Bench]]


def answer(assignment_id: UUID, state: str) -> PartnerAnswer:
    return PartnerAnswer.model_validate({"assignmentId": assignment_id, "state": state})


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


async def test_a_failure_is_given_up_after_its_tries(listener: Bench, witness: Witness) -> None:
    witness.fails_at["1"] = RuntimeError("never")
    await listener.hears(opened(new_id(), "1"))
    for _ in range(10):
        await revive(listener)
    [(state, _, detail)] = await listener.aside()
    assert state == "parked"
    assert detail == "RuntimeError: never"


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


async def test_a_message_from_yesterday_is_known_when_it_comes_again_today(
    listener: Bench, witness: Witness
) -> None:
    [body] = on_wire(listener, opened(new_id(), "1"))
    time = datetime.now(UTC) - timedelta(days=1)
    body = json.dumps(json.loads(body) | {"time": time.isoformat()}).encode()
    await listener.receives(body)
    await listener.receives(body)
    assert len(witness.seen) == 1


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
