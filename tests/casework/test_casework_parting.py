"""A report is joined to the case that an agent chose, and taken out of one in which it does not belong."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from chassis.identity import new_id
from chassis.testing import Bench
from contracts.casework import CaseJoined, CaseOpened
from contracts.intake import ReportSubmitted

AnotherReport = Callable[..., ReportSubmitted]
Bearer = Callable[..., dict[str, str]]
WHY = {"why": "Gaat over de buren aan de andere kant."}


async def where(casework: Bench) -> dict[UUID, UUID]:
    """The case of each report, as casework announced it."""
    said = [message for message in await casework.said() if isinstance(message, (CaseOpened, CaseJoined))]
    return {message.report_id: message.case_id for message in said}


async def part(casework: Bench, bearer: Bearer, case_id: UUID, report_id: UUID, *scopes: str) -> Any:
    return await casework.client.post(
        f"/casework/v1/cases/{case_id}/reports/{report_id}/_part",
        json=WHY,
        headers=bearer(*(scopes or ("cases:direct",)), name="M. de Vries"),
    )


async def timeline(casework: Bench, bearer: Bearer, case_id: UUID) -> list[tuple[str, str | None]]:
    answer = await casework.client.get(f"/casework/v1/cases/{case_id}", headers=bearer("cases:read"))
    return [(entry["what"], entry.get("text")) for entry in answer.json()["timeline"]]


async def test_an_agent_chooses_the_case_that_a_report_joins(
    casework: Bench, another_report: AnotherReport
) -> None:
    first = another_report()
    await casework.hears(first)
    chosen = (await where(casework))[first.report_id]
    await casework.hears(next_door := another_report("2599zx-14", joins=chosen))
    assert (await where(casework))[next_door.report_id] == chosen


async def test_a_choice_that_is_no_case_is_left_to_the_address(
    casework: Bench, another_report: AnotherReport
) -> None:
    await casework.hears(first := another_report(), second := another_report(joins=new_id()))
    cases = await where(casework)
    assert cases[first.report_id] == cases[second.report_id]


async def test_a_report_of_the_same_address_gets_a_case_of_its_own(
    casework: Bench, another_report: AnotherReport, bearer: Bearer
) -> None:
    await casework.hears(first := another_report(), second := another_report())
    both = (await where(casework))[first.report_id]
    parted = await part(casework, bearer, both, second.report_id)
    assert (parted.status_code, parted.json()["number"]) == (200, "2026-000002")
    mine = (await where(casework))[second.report_id]
    assert str(mine) == parted.json()["caseId"] != str(both)
    assert ("parted-off", WHY["why"]) in await timeline(casework, bearer, both)
    assert ("parted", WHY["why"]) in await timeline(casework, bearer, mine)
    await casework.hears(third := another_report())
    assert (await where(casework))[third.report_id] == both


async def test_a_report_of_another_address_goes_to_the_case_there(
    casework: Bench, another_report: AnotherReport, bearer: Bearer
) -> None:
    await casework.hears(first := another_report(), there := another_report("2599zx-14"))
    cases = await where(casework)
    await casework.hears(wrong := another_report("2599zx-14", joins=cases[first.report_id]))
    assert (await part(casework, bearer, cases[first.report_id], wrong.report_id)).status_code == 200
    assert (await where(casework))[wrong.report_id] == cases[there.report_id]


async def test_the_only_report_of_a_case_stays(
    casework: Bench, another_report: AnotherReport, bearer: Bearer
) -> None:
    await casework.hears(first := another_report())
    case_id = (await where(casework))[first.report_id]
    alone = await part(casework, bearer, case_id, first.report_id)
    assert (alone.status_code, alone.json()["type"]) == (409, "urn:woonoverlast:problem:only-report")
    unknown = await part(casework, bearer, case_id, new_id())
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:woonoverlast:problem:not-in-this-case")


async def test_parting_is_for_who_directs(
    casework: Bench, another_report: AnotherReport, bearer: Bearer
) -> None:
    await casework.hears(first := another_report(), second := another_report())
    case_id = (await where(casework))[first.report_id]
    assert (await part(casework, bearer, case_id, second.report_id, "cases:read")).status_code == 403
    page = await casework.client.get(
        f"/zaken/{case_id}", headers=bearer("cases:read", "cases:direct") | {"Accept": "text/html"}
    )
    assert page.text.count("Hoort niet bij deze zaak") == 2
    sent = await casework.client.post(
        f"/zaken/{case_id}/losmaken/{second.report_id}",
        data={"reden": WHY["why"]},
        headers=bearer("cases:direct"),
    )
    assert (sent.status_code, sent.headers["location"]) == (
        303,
        f"/zaken/{(await where(casework))[second.report_id]}",
    )


async def test_who_reported_before_is_known_to_the_file(
    casework: Bench, another_report: AnotherReport, bearer: Bearer
) -> None:
    await casework.hears(first := another_report(), again := another_report(repeats=first.report_id))
    case_id = (await where(casework))[again.report_id]
    assert ("repeated", None) in await timeline(casework, bearer, case_id)
