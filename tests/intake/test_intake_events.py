"""A portal pushes its reports as CloudEvents, in both modes, and each becomes one report."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import pytest

from chassis.testing import Bench
from contracts.intake import ReportSubmitted

URL = "/intake/v1/events"
TYPE = "nl.woonoverlast.reports.filed.v1"
STRUCTURED = {"Content-Type": "application/cloudevents+json"}
REPORT = {
    "category": "GEL-ERNST",
    "story": "Elke nacht muziek.",
    "address": {"postcode": "2599 ZX", "houseNumber": 101},
}
Answer = Any


@pytest.fixture
async def intake(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("intake")


@pytest.fixture
def portal(bearer: Callable[..., dict[str, str]]) -> dict[str, str]:
    return bearer("events:send", name="portal")


def an_event(**changes: Any) -> dict[str, Any]:
    event = {"specversion": "1.0", "id": "a-1", "source": "urn:nld:portaal", "type": TYPE, "data": REPORT}
    return {name: value for name, value in (event | changes).items() if value != "-"}


def in_headers(**changes: str) -> dict[str, str]:
    event = an_event(**changes)
    return {f"ce-{name}": str(value) for name, value in event.items() if name != "data"}


@pytest.mark.parametrize(
    "kind",
    [
        "application/cloudevents+json",
        "application/cloudevents+json; charset=UTF-8",
        'APPLICATION/CloudEvents+JSON;charset="utf-8"',
    ],
)
async def test_a_structured_event_becomes_a_report(intake: Bench, portal: dict[str, str], kind: str) -> None:
    event = json.dumps(an_event(subject=None, comesfrom="a-portal"))
    answer = await intake.client.post(URL, content=event, headers=portal | {"Content-Type": kind})
    assert answer.status_code == 202
    report = (await intake.said())[0]
    assert isinstance(report, ReportSubmitted)
    assert (report.reference, report.story) == (answer.json()["reference"], "Elke nacht muziek.")


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
async def test_an_event_in_headers_becomes_the_same_report(
    intake: Bench, portal: dict[str, str], kind: str
) -> None:
    source = "urn:nld:café en 'bar'"
    headers = in_headers(source=quote(source)) | {"Content-Type": kind}
    first = await intake.client.post(URL, content=json.dumps(REPORT), headers=portal | headers)
    assert first.status_code == 202
    again = await intake.client.post(URL, json=an_event(source=source), headers=portal | STRUCTURED)
    assert again.json() == first.json()
    assert len(await intake.said()) == 2


async def test_the_same_event_twice_is_one_report_and_another_one_under_its_id_is_refused(
    intake: Bench, portal: dict[str, str], bearer: Callable[..., dict[str, str]]
) -> None:
    async def push(who: dict[str, str], **changes: Any) -> Answer:
        return await intake.client.post(URL, json=an_event(**changes), headers=who | STRUCTURED)

    first = await push(portal)
    assert (await push(portal)).json() == first.json()
    other = await push(portal, data=REPORT | {"story": "Iets anders."})
    assert (other.status_code, other.json()["type"]) == (409, "urn:woonoverlast:problem:key-used-before")
    assert (await push(portal, source="urn:nld:elders")).json() != first.json()
    assert (await push(bearer("events:send", name="other portal"))).json() != first.json()


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"id": "-"}, "/id"),
    ({"type": "nl.elders.iets.v1"}, "/type"),
    ({"specversion": "0.3"}, "/specversion"),
    ({"time": "gisteren"}, "/time"),
    ({"data": "-"}, "/data"),
    ({"data": REPORT | {"story": ""}}, "/data/story"),
    ({"data": REPORT | {"address": {"postcode": "x", "houseNumber": 1}}}, "/data/address/postcode"),
]


async def test_a_fault_of_an_event_is_named_by_its_place(intake: Bench, portal: dict[str, str]) -> None:
    for changes, pointer in FAULTS:
        answer = await intake.client.post(URL, json=an_event(**changes), headers=portal | STRUCTURED)
        assert answer.status_code == 400
        assert [(error["in"], error["pointer"]) for error in answer.json()["errors"]] == [("body", pointer)]
    assert await intake.said() == []


async def test_a_fault_in_a_header_is_named_by_the_header(intake: Bench, portal: dict[str, str]) -> None:
    headers = in_headers(id="-", specversion="2") | {"Content-Type": "application/json"}
    answer = await intake.client.post(
        URL, content=json.dumps(REPORT | {"story": ""}), headers=portal | headers
    )
    assert {(error["in"], error["pointer"]) for error in answer.json()["errors"]} == {
        ("header", "/ce-id"),
        ("header", "/ce-specversion"),
        ("body", "/story"),
    }


async def test_what_is_not_json_is_refused(intake: Bench, portal: dict[str, str]) -> None:
    for body in (b"{", b"\xff\xfe", b"[" * 100_000, b'{"id": ' + b"9" * 5000 + b"}"):
        answer = await intake.client.post(URL, content=body, headers=portal | STRUCTURED)
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:woonoverlast:problem:not-json")


async def test_json_that_is_no_event_is_refused(intake: Bench, portal: dict[str, str]) -> None:
    for body in (b"[]", b"1", b"null", b'"x"'):
        for headers in (STRUCTURED, in_headers() | {"Content-Type": "application/json"}):
            answer = await intake.client.post(URL, content=body, headers=portal | headers)
            assert (answer.status_code, answer.json()["type"]) == (
                400,
                "urn:woonoverlast:problem:invalid-request",
            )


OTHER_TYPES = (
    "application/cloudevents-batch+json",
    "application/cloudevents+xml",
    "application/cloudevents+json; charset=iso-8859-1",
    "text/plain",
    "nonsense",
    "",
)


async def test_other_media_types_are_refused(intake: Bench, portal: dict[str, str]) -> None:
    event, slug = json.dumps(an_event()), "urn:woonoverlast:problem:unsupported-media-type"
    for kind in OTHER_TYPES:
        answer = await intake.client.post(URL, content=event, headers=portal | {"Content-Type": kind})
        assert (answer.status_code, answer.json()["type"]) == (415, slug)


async def test_only_a_known_portal_pushes_and_never_as_the_phone_desk(
    intake: Bench, portal: dict[str, str], bearer: Callable[..., dict[str, str]]
) -> None:
    assert (await intake.client.post(URL, json=an_event(), headers=STRUCTURED)).status_code == 401
    answer = await intake.client.post(URL, json=an_event(), headers=STRUCTURED | bearer("reports:read"))
    assert answer.status_code == 403
    phoned = an_event(data=REPORT | {"channel": "phone"})
    assert (await intake.client.post(URL, json=phoned, headers=STRUCTURED | portal)).status_code == 403


async def test_a_sender_asks_before_it_begins(intake: Bench) -> None:
    asked = {"WebHook-Request-Origin": "portaal.example.nl", "WebHook-Request-Rate": "120"}
    answer = await intake.client.request("OPTIONS", URL, headers=asked)
    assert answer.status_code == 200
    assert answer.headers["webhook-allowed-origin"] == "portaal.example.nl"
    assert answer.headers["webhook-allowed-rate"] == "*"
    assert "POST" in answer.headers["allow"]
    assert (await intake.client.request("OPTIONS", URL)).status_code == 400
