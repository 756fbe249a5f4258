"""A partner answers over HTTPS in its own language: it has the same effect as by the queue, once, or a clear refusal."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted
from contracts.partners import PoliceReply, PoliceStatus
from contracts.routing import AssignmentAccepted, AssignmentNoted, AssignmentOffered
from routing.store import links

EXAMPLE = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"
PATH = "/routing/v1/partner-answers"
TYPE = {"Content-Type": "application/cloudevents+json"}
Bearer = Callable[..., dict[str, str]]


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    """With a question to the police and one to the corporation."""
    bench = await on_bench("routing")
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    await bench.hears(report.model_copy(update={"category": "INTIM"}))
    return bench


@pytest.fixture
def police(bearer: Bearer) -> dict[str, str]:
    return bearer("partner:answer", name="police") | TYPE


async def asked(routing: Bench, partner: str = "police") -> Any:
    said = await routing.said()
    return next(m.assignment_id for m in said if isinstance(m, AssignmentOffered) and m.partner == partner)


def an_event(assignment: object, status: str = "ontvangen", **changes: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "urn:nld:oin:00000000000000000000:systeem:police",
        "type": PoliceReply.type(),
        "subject": str(assignment),
        "time": datetime.now(UTC).isoformat(),
        "data": {"kenmerk": str(assignment), "status": status, "toelichting": "Wij gaan langs."},
    } | changes


async def test_an_answer_has_its_effect_once(routing: Bench, police: dict[str, str]) -> None:
    event = an_event(await asked(routing))
    before = len(await routing.said())
    first = await routing.client.post(PATH, json=event, headers=police)
    again = await routing.client.post(PATH, json=event, headers=police)
    assert [first.status_code, again.status_code] == [202, 202]
    assert [first.json(), again.json()] == [
        {"id": event["id"], "repeated": False},
        {"id": event["id"], "repeated": True},
    ]
    assert [type(m) for m in (await routing.said())[before:]] == [AssignmentAccepted, AssignmentNoted]


async def test_what_came_by_the_queue_has_no_second_effect_over_https(
    routing: Bench, police: dict[str, str]
) -> None:
    event = an_event(await asked(routing))
    await routing.receives(json.dumps(event).encode(), partner="police")
    before = await routing.said()
    answer = await routing.client.post(PATH, json=event, headers=police)
    assert answer.json()["repeated"]
    assert await routing.said() == before


@pytest.mark.parametrize(
    ("changes", "status", "slug", "words"),
    [
        (
            {"data": {"kenmerk": str(uuid4()), "status": "ontvangen"}},
            404,
            "no-such-assignment",
            "not an assignment",
        ),
        ({"data": {"kenmerk": "OTHERS", "status": "ontvangen"}}, 403, "not-your-assignment", "of police"),
        (
            {"type": "nl.woonoverlast.care-tasks.updated.v1"},
            400,
            "not-your-language",
            "police-replies.given.v1",
        ),
        ({"data": {"kenmerk": "MINE", "status": "misschien"}}, 400, "invalid-request", "/data/status"),
        ({"data": {}}, 400, "invalid-request", "/data/kenmerk, /data/status"),
        ({"specversion": "0.3"}, 400, "invalid-request", "/specversion"),
        ({"time": "2020-01-01T00:00:00Z"}, 400, "no-such-word", "too old"),
    ],
)
async def test_a_bad_answer_is_refused_with_its_reason_and_changes_nothing(
    routing: Bench, police: dict[str, str], changes: dict[str, Any], status: int, slug: str, words: str
) -> None:
    mine, others = await asked(routing), await asked(routing, "corporation")
    filled = json.loads(json.dumps(changes).replace("MINE", str(mine)).replace("OTHERS", str(others)))
    before = await routing.said()
    answer = await routing.client.post(PATH, json=an_event(mine) | filled, headers=police)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (status, f"urn:woonoverlast:problem:{slug}"), problem
    assert words in problem["detail"]
    assert await routing.said() == before
    async with routing.transaction() as tx:
        [(partner, _, way, _)] = await links.list_refused(tx)
    assert (partner, way) == ("police", "https")


async def test_an_answer_that_cannot_follow_is_a_conflict(routing: Bench, police: dict[str, str]) -> None:
    mine = await asked(routing)
    await routing.client.post(PATH, json=an_event(mine, "afgehandeld"), headers=police)
    answer = await routing.client.post(PATH, json=an_event(mine), headers=police)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "accepted cannot follow answered"
    async with routing.transaction() as tx:
        assert await links.list_refused(tx) == [("police", mine, "https", "CannotFollow")]


async def test_a_refused_answer_may_be_sent_again_when_it_is_right(
    routing: Bench, police: dict[str, str]
) -> None:
    mine = await asked(routing)
    event = an_event(mine, "misschien")
    assert (await routing.client.post(PATH, json=event, headers=police)).status_code == 400
    event["data"]["status"] = PoliceStatus.RECEIVED
    assert (await routing.client.post(PATH, json=event, headers=police)).json()["repeated"] is False


async def test_who_is_no_partner_or_lacks_the_scope_is_refused(routing: Bench, bearer: Bearer) -> None:
    event = an_event(await asked(routing))
    others = (TYPE, bearer("assignments:read", name="police") | TYPE, bearer("partner:answer") | TYPE)
    statuses = [
        (await routing.client.post(PATH, json=event, headers=headers)).status_code for headers in others
    ]
    assert statuses == [401, 403, 400]


async def test_size_kind_and_form_of_the_body(routing: Bench, police: dict[str, str]) -> None:
    event = an_event(await asked(routing))
    large = event | {"data": event["data"] | {"toelichting": "a" * 65_536}}
    plain = police | {"Content-Type": "application/json"}
    statuses = [
        (await routing.client.post(PATH, json=large, headers=police)).status_code,
        (await routing.client.post(PATH, json=event, headers=plain)).status_code,
        (await routing.client.post(PATH, content=b"{", headers=police)).status_code,
        (await routing.client.post(PATH, content=b"\xff\xfe", headers=police)).status_code,
        (await routing.client.post(PATH, content=b"[" * 60_000, headers=police)).status_code,
        (await routing.client.post(PATH, content=b"[]", headers=police)).status_code,
    ]
    assert statuses == [413, 415, 400, 400, 400, 400]


async def test_a_fault_names_no_value(routing: Bench, police: dict[str, str]) -> None:
    event = an_event(await asked(routing), "A. Voorbeeld")
    answer = await routing.client.post(PATH, json=event, headers=police)
    assert "Voorbeeld" not in answer.text


async def test_an_answer_from_the_future_is_refused(routing: Bench, police: dict[str, str]) -> None:
    ahead = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    answer = await routing.client.post(PATH, json=an_event(await asked(routing), time=ahead), headers=police)
    assert answer.status_code == 400
    assert "from the future" in answer.json()["detail"]
