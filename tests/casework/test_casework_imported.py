"""Reports from before the hub: they make the cases that were, with the dates of their time."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from casework import store
from casework.domain.cases import File, Reason, why_complex
from casework.domain.timeline import What
from chassis.testing import Bench
from contracts.casework import CaseJoined, CaseOpened
from contracts.intake import Channel, ReportSubmitted

AnotherReport = Callable[..., ReportSubmitted]
Bearer = Callable[..., dict[str, str]]


def day(month: int, number: int, year: int = 2024) -> datetime:
    return datetime(year, month, number, 12, tzinfo=UTC)


def imported(report: AnotherReport, at: datetime, closed_at: datetime | None = None, **more: Any) -> Any:
    return report(imported=True, channel=Channel.IMPORT, received_at=at, closed_at=closed_at, **more)


async def files(casework: Bench) -> list[File]:
    """Newest first."""
    async with casework.transaction() as tx:
        return (await store.list_cases(tx, 1, 10))[0]


async def test_an_open_imported_report_opens_a_case_of_its_own_date(
    casework: Bench, another_report: AnotherReport
) -> None:
    await casework.hears(imported(another_report, day(3, 1)))
    [file] = await files(casework)
    assert (file.case.opened_at, file.case.closed_at) == (day(3, 1), None)
    assert Reason.LONG in why_complex(file, day(11, 23, 2026))
    await casework.hears(another_report())
    assert [len(file.reports) for file in await files(casework)] == [2]


async def test_a_closed_imported_report_makes_a_closed_case_and_later_ones_a_relapse(
    casework: Bench, another_report: AnotherReport
) -> None:
    await casework.hears(imported(another_report, day(3, 1), day(6, 1)))
    await casework.hears(another_report())
    new, old = await files(casework)
    assert (old.case.opened_at, old.case.closed_at) == (day(3, 1), day(6, 1))
    assert (new.case.closed_at, new.case.relapse) == (None, True)
    async with casework.transaction() as tx:
        assert [entry.what for entry in await store.list_entries(tx, old)] == [What.CLOSED, What.OPENED]


async def test_closed_reports_of_the_same_days_are_one_case(
    casework: Bench, another_report: AnotherReport
) -> None:
    await casework.hears(
        imported(another_report, day(3, 1), day(6, 1)),
        imported(another_report, day(4, 1), day(8, 1)),
        imported(another_report, day(7, 1), day(7, 20)),
        imported(another_report, day(10, 1), day(10, 2)),
    )
    later, earlier = await files(casework)
    assert (len(earlier.reports), earlier.case.closed_at) == (3, day(8, 1))
    assert (len(later.reports), later.case.closed_at) == (1, day(10, 2))
    said = await casework.said()
    assert [type(one) for one in said] == [CaseOpened, CaseJoined, CaseJoined, CaseOpened]


async def test_a_closed_case_says_so_on_its_screens(
    casework: Bench, another_report: AnotherReport, bearer: Bearer
) -> None:
    await casework.hears(imported(another_report, day(3, 1), day(6, 1)))
    [file] = await files(casework)
    shown = await casework.client.get(f"/zaken/{file.case.case_id}", headers=bearer("cases:read"))
    assert "Afgesloten" in shown.text
    assert "overgenomen uit een werkblad" in shown.text
    listed = await casework.client.get("/zaken", headers=bearer("cases:read"))
    assert "Afgesloten" in listed.text
