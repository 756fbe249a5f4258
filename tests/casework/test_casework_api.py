"""Cases over HTTP: who may read what, and that reading leaves a trace."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from casework.tables import readings
from chassis.identity import new_id
from chassis.testing import Bench
from contracts.catalogue import CATALOGUE
from contracts.intake import ReportSubmitted, Signals
from contracts.monitoring import DeadlineStarted
from contracts.routing import AssignmentNoted

Example = Callable[..., Any]
Bearer = Callable[..., dict[str, str]]
URL = "/casework/v1/cases"


async def test_cases_are_given_in_pages_newest_first(
    casework: Bench, another_report: Callable[..., ReportSubmitted], bearer: Bearer
) -> None:
    for number in range(3):
        await casework.hears(another_report(at=f"nr-{number}"))
    first = await casework.client.get(f"{URL}?pageSize=2", headers=bearer("cases:read"))
    second = await casework.client.get(f"{URL}?pageSize=2&page=2", headers=bearer("cases:read"))
    assert [case["number"] for case in first.json()["items"]] == ["2026-000003", "2026-000002"]
    assert [case["number"] for case in second.json()["items"]] == ["2026-000001"]
    assert {name: second.json()[name] for name in ("page", "pageSize", "total")} == {
        "page": 2,
        "pageSize": 2,
        "total": 3,
    }


async def test_a_case_in_the_list_says_why_it_is_complex_and_what_is_due(
    casework: Bench, example: Example, bearer: Bearer
) -> None:
    await casework.hears(example(ReportSubmitted, signals=Signals(danger=True)), example(DeadlineStarted))
    (case,) = (await casework.client.get(URL, headers=bearer("cases:read"))).json()["items"]
    assert case["complex"] == ["danger"]
    assert case["nextDueAt"] == "2026-03-12T16:00:00Z"
    assert case["address"]["street"] == "Voorbeeldkade"
    assert case["reportCount"] == 1


async def test_a_page_that_cannot_be_is_refused(casework: Bench, bearer: Bearer) -> None:
    for query in ("page=0", "pageSize=0", "pageSize=101", "page=x"):
        answer = await casework.client.get(f"{URL}?{query}", headers=bearer("cases:read"))
        assert answer.status_code == 400


async def test_a_case_is_given_whole_without_who_reported(
    casework: Bench, example: Example, bearer: Bearer
) -> None:
    await casework.hears(*(example(entry.message) for entry in CATALOGUE if "casework" in entry.readers))
    case_id = await only_case(casework, bearer)
    answer = await casework.client.get(f"{URL}/{case_id}", headers=bearer("cases:read"))
    found = answer.json()
    assert found["tracks"] == ["care", "enforcement"]
    assert [report["reference"] for report in found["reports"]] == ["WO-7K3M-92QD"]
    assert {a["state"] for a in found["assignments"]} == {
        "answered",
        "declined",
        "undeliverable",
        "taken-back",
    }
    assert found["timeline"][0]["at"] >= found["timeline"][-1]["at"]
    for word in ("Noor Voorbeeld", "noor@", "+31", "geschreeuw"):
        assert word not in answer.text


async def test_a_care_note_is_left_out_for_who_does_not_read_care(
    casework: Bench, example: Example, bearer: Bearer
) -> None:
    await casework.hears(
        example(ReportSubmitted),
        example(AssignmentNoted, track="care", text="Bekend bij de wijkverpleegkundige."),
        example(AssignmentNoted, track="enforcement", text="Gedragsaanwijzing getekend."),
    )
    case_id = await only_case(casework, bearer)
    without = await casework.client.get(f"{URL}/{case_id}", headers=bearer("cases:read"))
    assert "wijkverpleegkundige" not in without.text
    assert "Gedragsaanwijzing" in without.text
    with_care = await casework.client.get(f"{URL}/{case_id}", headers=bearer("cases:read", "care:read"))
    assert "wijkverpleegkundige" in with_care.text


async def test_reading_a_case_is_written_down(casework: Bench, example: Example, bearer: Bearer) -> None:
    await casework.hears(example(ReportSubmitted))
    case_id = await only_case(casework, bearer)
    await casework.client.get(f"{URL}/{case_id}", headers=bearer("cases:read", name="R. Voorbeeld"))
    await casework.client.get(
        f"/zaken/{case_id}", headers=bearer("cases:read", "care:read", name="Z. Voorbeeld")
    )
    async with casework.transaction() as tx:
        rows = await tx.execute(select(readings.c.reader, readings.c.care).order_by(readings.c.id))
        assert [tuple(row) for row in rows] == [("R. Voorbeeld", False), ("Z. Voorbeeld", True)]


async def test_a_case_that_is_not_there_is_a_404(casework: Bench, bearer: Bearer) -> None:
    for where in (URL, "/zaken"):
        answer = await casework.client.get(f"{where}/{new_id()}", headers=bearer("cases:read"))
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:woonoverlast:problem:no-such-case")


async def test_only_who_may_reads_cases(casework: Bench, bearer: Bearer) -> None:
    for where in (URL, f"{URL}/{new_id()}", "/zaken", f"/zaken/{new_id()}"):
        assert (await casework.client.get(where)).status_code == 401
        assert (await casework.client.get(where, headers=bearer("care:read"))).status_code == 403


async def only_case(casework: Bench, bearer: Bearer) -> str:
    (case,) = (await casework.client.get(URL, headers=bearer("cases:read"))).json()["items"]
    return str(case["caseId"])
