"""What is no message, comes from another time or place, or is refused, is parked with its reason."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from witness import Refused, Witness, on_wire, opened

from chassis.identity import new_id
from chassis.tables import deferred
from chassis.testing import Bench
from contracts.intake import ReportSubmitted

REPORT = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"
OnBench = Callable[..., Awaitable[Bench]]


@pytest.fixture
async def routing(on_bench: OnBench) -> Bench:
    return await on_bench("routing")


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


async def test_a_refusal_is_parked_with_its_words_and_not_tried_again(
    listener: Bench, witness: Witness
) -> None:
    witness.fails_at["1"] = Refused("this never goes")
    await listener.hears(opened(new_id(), "1"))
    assert await listener.aside() == [("parked", "Refused", "this never goes")]


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


async def test_a_partner_says_only_what_partners_say(routing: Bench) -> None:
    """Its own exchange lets any key of its own pass; the type in the envelope is not the broker's to know."""
    report = ReportSubmitted.model_validate(json.loads(REPORT.read_text())["data"])
    await routing.hears(report, partner="police")
    [(state, _, detail)] = await routing.aside()
    assert (state, detail) == ("parked", "a partner does not say nl.woonoverlast.reports.submitted.v1")
    assert await routing.said() == []


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
