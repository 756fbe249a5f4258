"""Apps that speak Open311 GeoReport v2 can report and see what became of it, and never see anybody else's report."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.testing import Bench
from contracts.intake import ReportSubmitted
from intake.adapters.geo_report import address
from intake.domain.pins import hash_pin
from intake.store import pins

URL = "/open311/v2"
FILLED = {
    "service_code": "gel-ernst",
    "address_string": "Voorbeeldkade 101 bis, 2599 ZX Demostad",
    "description": "Elke nacht muziek.",
    "first_name": "A.",
    "last_name": "Voorbeeld",
    "email": "a.voorbeeld@example.nl",
    "lat": "52.1",
    "long": "4.3",
    "api_key": "x",
}


@pytest.fixture
async def intake(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("intake")


async def post(intake: Bench, ending: str = ".json", **changes: str) -> Any:
    filled = {name: value for name, value in (FILLED | changes).items() if value != "-"}
    return await intake.client.post(f"{URL}/requests{ending}", data=filled)


@pytest.mark.parametrize("ending", [".json", ".xml", ""])
async def test_a_request_becomes_a_report_and_is_found_by_its_number_alone(
    intake: Bench, ending: str
) -> None:
    answer = await post(intake, ending)
    assert answer.status_code == 201
    report = (await intake.said())[0]
    assert isinstance(report, ReportSubmitted)
    assert (report.category, report.address.key) == ("GEL-ERNST", "2599zx-101-bis")
    assert (report.reporter.name, report.reporter.email) == ("A. Voorbeeld", "a.voorbeeld@example.nl")
    assert report.reference in answer.text

    found = await intake.client.get(f"{URL}/requests/{report.reference}{ending}")
    assert (found.status_code, report.reference in found.text) == (200, True)
    for personal in ("muziek", "2599", "Voorbeeld", "101", "example.nl"):
        assert personal not in found.text
    listed = await intake.client.get(f"{URL}/requests{ending}")
    assert listed.status_code == 200
    assert report.reference not in listed.text


async def test_json_and_xml_say_the_same(intake: Bench) -> None:
    services = (await intake.client.get(f"{URL}/services.json")).json()
    as_xml = ET.fromstring((await intake.client.get(f"{URL}/services.xml")).content)
    assert as_xml.tag == "services"
    assert [one.findtext("service_code") for one in as_xml] == [one["service_code"] for one in services]
    assert {one.findtext("metadata") for one in as_xml} == {"true"}
    defined = (await intake.client.get(f"{URL}/services/BUREN.json")).json()
    as_xml = ET.fromstring((await intake.client.get(f"{URL}/services/BUREN.xml")).content)
    assert [one["code"] for one in defined["attributes"]] == ["postcode", "house_number", "addition"]
    assert [one.findtext("code") for one in as_xml.findall("attributes/attribute")] == [
        "postcode",
        "house_number",
        "addition",
    ]
    reference = (await post(intake)).json()[0]["service_request_id"]
    found = ET.fromstring((await intake.client.get(f"{URL}/requests/{reference.lower()}.xml")).content)
    assert found.findtext("request/service_request_id") == reference
    assert found.findtext("request/status") == "open"


async def test_an_address_may_come_in_attributes(intake: Bench) -> None:
    told = {"attribute[postcode]": "2599zx", "attribute[house_number]": "7", "attribute[addition]": "a"}
    assert (await post(intake, address_string="-", **told)).status_code == 201
    report = (await intake.said())[0]
    assert isinstance(report, ReportSubmitted)
    assert report.address.key == "2599zx-7-a"


FAULTS: list[tuple[dict[str, str], int, str]] = [
    ({"service_code": "HERRIE"}, 404, "service_code"),
    ({"service_code": "-"}, 404, "service_code"),
    ({"description": "-"}, 400, "description"),
    ({"address_string": "-"}, 400, "address_string"),
    ({"address_string": "Plein 1945 12, 2599 ZX"}, 400, "address_string"),
    ({"email": "geen"}, 400, "email"),
    ({"phone": "bel me"}, 400, "phone"),
    ({"attribute[postcode]": "2599 ZX"}, 400, "attribute[house_number]"),
]


async def test_a_fault_comes_in_geo_reports_own_form(intake: Bench) -> None:
    for changes, status, named in FAULTS:
        in_json, in_xml = [await post(intake, ending, **changes) for ending in (".json", ".xml")]
        assert in_json.status_code == in_xml.status_code == status
        [error] = in_json.json()
        [described] = ET.fromstring(in_xml.content).findall("error/description")
        assert (error["code"], error["description"]) == (status, described.text)
        assert error["description"].startswith(named)
    assert await intake.said() == []


async def test_a_number_that_nobody_got_is_no_report(intake: Bench) -> None:
    for path in (
        "requests/WO-AAAA-AAAA.json",
        "requests/%00.json",
        "services/HERRIE.xml",
        "services/%EF%BF%BF.xml",
    ):
        answer = await intake.client.get(f"{URL}/{path}")
        assert (answer.status_code, "404" in answer.text) == (404, True)


async def test_a_body_that_is_no_form_is_refused(intake: Bench) -> None:
    kind = {"Content-Type": "multipart/form-data"}
    answer = await intake.client.post(f"{URL}/requests.json", content=b"--x", headers=kind)
    assert (answer.status_code, answer.json()[0]["code"]) == (400, 400)
    answer = await intake.client.post(f"{URL}/requests.json", json=FILLED)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("line", "number", "addition"),
    [
        ("2599 ZX 101", "101", ""),
        ("2599zx, 101", "101", ""),
        ("2599ZX 101-2", "101", "2"),
        ("2599 ZX 101 a", "101", "a"),
        ("Voorbeeldkade 101, 2599 ZX", "101", ""),
        ("Voorbeeldkade  101A 2599ZX Demostad", "101", "A"),
        ("1e Voorbeeldkade", "", ""),
        ("Plein 1945 12, 2599 ZX", "", ""),
        ("Voorbeeldkade 101 en 103, 2599 ZX", "", ""),
        ("2599 ZX 101 Ede", "", ""),
        ("Voorbeeldkade 101", "", ""),
        ("2599 ZX", "", ""),
    ],
)
def test_a_line_is_an_address_where_it_can_only_mean_one(line: str, number: str, addition: str) -> None:
    if not number:
        with pytest.raises(ValueError, match="attribute"):
            address(line)
        return
    found = address(line)
    assert found["postcode"].upper().replace(" ", "") == "2599ZX"
    assert (found["houseNumber"], found["addition"]) == (number, addition)


@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9 ,-]{0,60}"))
def test_any_line_is_an_address_or_refused(line: str) -> None:
    with suppress(ValueError):
        assert address(line)["houseNumber"].isdigit()


async def test_a_request_is_closed_when_its_report_is_over(intake: Bench) -> None:
    reference = (await post(intake)).json()[0]["service_request_id"]
    path = f"{URL}/requests/{reference}.json"
    [request] = (await intake.client.get(path)).json()
    assert request["status"] == "open"
    assert request["expected_datetime"] is not None
    await intake.client.post(f"/volgen/{reference}/intrekken")
    [request] = (await intake.client.get(path)).json()
    assert (request["status"], request["expected_datetime"]) == ("closed", None)


async def test_a_report_with_a_pin_is_not_there(intake: Bench) -> None:
    reference = (await post(intake)).json()[0]["service_request_id"]
    submitted = (await intake.said())[0]
    assert isinstance(submitted, ReportSubmitted)
    async with intake.transaction() as tx:
        await pins.add(tx, [(submitted.report_id, hash_pin("482913", b"salt"))])
    unknown = await intake.client.get(f"{URL}/requests/WO-2222-2222.json")
    locked = await intake.client.get(f"{URL}/requests/{reference}.json")
    assert (locked.status_code, locked.content) == (unknown.status_code, unknown.content)
