"""A report is written down once, in one shape, and announced."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from chassis.identity import new_id
from chassis.testing import Bench
from contracts.intake import ReportRegistered, ReportSubmitted, ReportTold
from contracts.routing import ReportWanted

OnBench = Callable[..., Awaitable[Bench]]
URL = "/intake/v1/reports"


@pytest.fixture
async def intake(on_bench: OnBench) -> Bench:
    return await on_bench("intake")


def a_report(**changes: Any) -> dict[str, Any]:
    return {
        "category": "gel-ernst",
        "story": "Elke nacht muziek.",
        "address": {"postcode": "2599zx", "houseNumber": 101, "addition": "bis"},
        "reporter": {"name": "A. Voorbeeld", "phone": "070 000 00 00", "email": "A.Voorbeeld@Example.NL"},
    } | changes


async def test_an_accepted_report_is_announced_whole_and_without_persons(intake: Bench) -> None:
    answer = await intake.client.post(URL, json=a_report())
    assert answer.status_code == 202
    submitted, registered = await intake.said()
    assert isinstance(submitted, ReportSubmitted)
    assert submitted.reference == answer.json()["reference"]
    assert (submitted.category, submitted.address.postcode, submitted.address.addition) == (
        "GEL-ERNST",
        "2599 ZX",
        "BIS",
    )
    assert (submitted.reporter.phone, submitted.reporter.email) == ("+31700000000", "A.Voorbeeld@example.nl")
    assert isinstance(registered, ReportRegistered)
    assert registered.reachable
    assert registered.area
    assert "oorbeeld" not in registered.model_dump_json()


async def test_every_spelling_of_an_address_is_one_address(intake: Bench) -> None:
    for postcode, addition in (("2599zx", "bis"), ("25 99 ZX", "BIS"), ("2599-ZX", " Bis ")):
        address = {"postcode": postcode, "houseNumber": 101, "addition": addition}
        assert (await intake.client.post(URL, json=a_report(address=address))).status_code == 202
    said = [message for message in await intake.said() if isinstance(message, ReportSubmitted)]
    assert {message.address.key for message in said} == {"2599zx-101-bis"}


async def test_a_report_that_routing_wants_is_told_again_whole(intake: Bench) -> None:
    await intake.client.post(URL, json=a_report())
    submitted = (await intake.said())[0]
    assert isinstance(submitted, ReportSubmitted)
    await intake.hears(ReportWanted(report_id=submitted.report_id, wanted_at="2026-03-12T09:00:00Z"))
    told = (await intake.said())[-1]
    assert isinstance(told, ReportTold)
    assert told.model_dump() == submitted.model_dump()


async def test_a_report_that_is_wanted_and_not_there_is_kept_for_a_person(intake: Bench) -> None:
    await intake.hears(ReportWanted(report_id=new_id(), wanted_at="2026-03-12T09:00:00Z"))
    assert [(state, reason) for state, reason, _ in await intake.aside()] == [("retrying", "NoSuchReport")]


async def test_the_same_key_and_body_give_the_same_receipt(intake: Bench) -> None:
    first = await intake.client.post(URL, json=a_report(), headers={"Idempotency-Key": "key-number-1"})
    again = await intake.client.post(URL, json=a_report(), headers={"Idempotency-Key": "key-number-1"})
    assert again.json() == first.json()
    assert len(await intake.said()) == 2


async def test_the_same_key_with_another_body_is_refused(intake: Bench) -> None:
    await intake.client.post(URL, json=a_report(), headers={"Idempotency-Key": "key-number-1"})
    answer = await intake.client.post(
        URL, json=a_report(story="Iets anders."), headers={"Idempotency-Key": "key-number-1"}
    )
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("key-used-before")
    assert len(await intake.said()) == 2


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"category": None}, "/category"),
        ({"address": None}, "/address"),
        ({"address": {"postcode": "0599 ZX", "houseNumber": 1}}, "/address/postcode"),
        ({"address": {"postcode": "2599 SS", "houseNumber": 1}}, "/address/postcode"),
        ({"address": {"postcode": "2599 ZX", "houseNumber": 0}}, "/address/houseNumber"),
        ({"reporter": {"phone": "bel me"}}, "/reporter/phone"),
        ({"reporter": {"email": "geen adres"}}, "/reporter/email"),
        ({"story": " "}, "/story"),
        ({"story": "a" * 10_001}, "/story"),
        ({"unknown": 1}, "/unknown"),
    ],
)
async def test_a_fault_is_named_by_its_place(intake: Bench, change: dict[str, Any], pointer: str) -> None:
    answer = await intake.client.post(URL, json=a_report(**change))
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert await intake.said() == []


async def test_all_faults_come_together(intake: Bench) -> None:
    answer = await intake.client.post(URL, json={"story": "x", "address": {"postcode": "x"}})
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/category",
        "/address/postcode",
        "/address/houseNumber",
    }


async def test_an_unknown_category_names_the_known_ones(intake: Bench) -> None:
    answer = await intake.client.post(URL, json=a_report(category="HERRIE"))
    assert answer.status_code == 400
    assert "GEL-ERNST" in answer.json()["detail"]


async def test_a_body_that_is_not_json_is_refused(intake: Bench) -> None:
    answer = await intake.client.post(
        URL, content=b'{"category": ', headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:woonoverlast:problem:not-json")


async def test_two_megabytes_of_text_are_refused(intake: Bench) -> None:
    answer = await intake.client.post(URL, json=a_report(story="a" * 2_000_000))
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert await intake.said() == []


async def test_a_phone_report_wants_the_desks_scope(
    intake: Bench, bearer: Callable[..., dict[str, str]]
) -> None:
    assert (await intake.client.post(URL, json=a_report(channel="phone"))).status_code == 403
    answer = await intake.client.post(URL, json=a_report(channel="phone"), headers=bearer("reports:phone"))
    assert answer.status_code == 202


async def test_only_who_may_reads_a_report(intake: Bench, bearer: Callable[..., dict[str, str]]) -> None:
    where = (await intake.client.post(URL, json=a_report())).headers["location"]
    assert (await intake.client.get(where)).status_code == 401
    assert (await intake.client.get(where, headers=bearer("contacts:read"))).status_code == 403
    report = (await intake.client.get(where, headers=bearer("reports:read"))).json()
    assert report["story"] == "Elke nacht muziek."
    contact = (await intake.client.get(f"{where}/contact", headers=bearer("contacts:read"))).json()
    assert set(contact) == {"reference", "name", "email", "language"}


async def test_an_anonymous_reporter_has_no_name(intake: Bench) -> None:
    await intake.client.post(URL, json=a_report(reporter={"name": "A. Voorbeeld", "anonymous": True}))
    submitted = (await intake.said())[0]
    assert isinstance(submitted, ReportSubmitted)
    assert submitted.reporter.name is None


async def test_every_answer_has_the_headers_of_the_house(intake: Bench) -> None:
    answer = await intake.client.get("/health/live")
    assert answer.headers["api-version"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_about_one_address_so_many_reports_are_taken_and_the_phone_stays_open(
    on_bench: Callable[..., Awaitable[Bench]], bearer: Callable[..., dict[str, str]]
) -> None:
    intake = await on_bench("intake")
    address = {"postcode": "2599 ZX", "houseNumber": 7}
    report: dict[str, Any] = {"category": "BUREN", "story": "Ruzie.", "address": address}
    post = partial(intake.client.post, "/intake/v1/reports")
    assert {(await post(json=report)).status_code for _ in range(30)} == {202}
    refused = await post(json=report)
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:woonoverlast:problem:too-often")
    next_door = report | {"address": address | {"houseNumber": 9}}
    assert (await post(json=next_door)).status_code == 202
    by_phone = await post(json=report | {"channel": "phone"}, headers=bearer("reports:phone"))
    assert by_phone.status_code == 202
