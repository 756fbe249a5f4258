"""A case opens or is joined at one address, and grows with every message."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from casework import store
from casework.domain.cases import Clock, File, State, Track
from casework.domain.timeline import What
from casework.tables import cases
from chassis.testing import Bench
from contracts.casework import CaseJoined, CaseOpened
from contracts.catalogue import CATALOGUE
from contracts.intake import ReportSubmitted
from contracts.monitoring import (
    AttentionTaken,
    DeadlineApproaching,
    DeadlineCancelled,
    DeadlineExtended,
    DeadlineMet,
    DeadlineMissed,
    DeadlinePaused,
    DeadlineResumed,
    DeadlineStarted,
    EscalationRaised,
)
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentExpired,
    AssignmentHeld,
    AssignmentNoted,
    AssignmentOffered,
    AssignmentProgressed,
    AssignmentQueried,
    AssignmentUndeliverable,
    AssignmentWithdrawn,
    ReportAssessed,
)

Example = Callable[..., Any]
AnotherReport = Callable[..., ReportSubmitted]


async def the_file(bench: Bench) -> File:
    """The only case there is."""
    async with bench.transaction() as tx:
        (file,), total = await store.list_cases(tx, 1, 10)
    assert total == 1
    return file


async def happened(bench: Bench) -> list[What]:
    """The timeline of the only case, newest first."""
    async with bench.transaction() as tx:
        (file,), _ = await store.list_cases(tx, 1, 10)
        return [entry.what for entry in await store.list_entries(tx, file)]


async def test_a_first_report_opens_a_case(casework: Bench, example: Example) -> None:
    report = example(ReportSubmitted)
    await casework.hears(report)
    (opened,) = await casework.said()
    file = await the_file(casework)
    assert opened == CaseOpened(
        case_id=file.case.case_id,
        number="2026-000001",
        report_id=report.report_id,
        opened_at=datetime(2026, 3, 9, 19, 42, tzinfo=UTC),
    )
    assert (file.case.category, file.case.neighbourhood) == ("BUREN", "Demobuurt-Noord")
    assert (file.reports[0].story, file.reports[0].reporter.name) == (report.story, "Noor Voorbeeld")
    assert await happened(casework) == [What.OPENED]


async def test_a_report_at_the_same_address_joins_the_case(
    casework: Bench, another_report: AnotherReport
) -> None:
    first, second, third = (another_report() for _ in range(3))
    await casework.hears(first)
    await casework.hears(second, third)
    opened, *joined = await casework.said()
    assert isinstance(opened, CaseOpened)
    assert [
        (one.case_id, one.number, one.report_id, one.reports) for one in joined if isinstance(one, CaseJoined)
    ] == [
        (opened.case_id, "2026-000001", second.report_id, 2),
        (opened.case_id, "2026-000001", third.report_id, 3),
    ]
    assert sorted(await happened(casework)) == [What.JOINED, What.JOINED, What.OPENED]


async def test_a_report_at_another_address_opens_another_case(
    casework: Bench, another_report: AnotherReport
) -> None:
    await casework.hears(another_report(at="here"), another_report(at="there"))
    said = await casework.said()
    assert [one.number for one in said if isinstance(one, CaseOpened)] == ["2026-000001", "2026-000002"]


async def test_reports_at_one_address_at_the_same_time_are_one_case(
    casework: Bench, another_report: AnotherReport
) -> None:
    await asyncio.gather(*(casework.hears(another_report()) for _ in range(8)))
    said = await casework.said()
    assert [type(one) for one in said].count(CaseOpened) == 1
    assert sorted(one.reports for one in said if isinstance(one, CaseJoined)) == [2, 3, 4, 5, 6, 7, 8]
    assert await casework.aside() == []


async def test_reports_that_join_at_the_same_time_are_counted_one_after_the_other(
    casework: Bench, another_report: AnotherReport
) -> None:
    await casework.hears(another_report())
    await asyncio.gather(*(casework.hears(another_report()) for _ in range(8)))
    joined = [one.reports for one in await casework.said() if isinstance(one, CaseJoined)]
    assert sorted(joined) == [2, 3, 4, 5, 6, 7, 8, 9]


async def test_batches_that_cross_each_other_are_both_handled(
    casework: Bench, another_report: AnotherReport
) -> None:
    await casework.hears(another_report(at="one"), another_report(at="two"))
    there = [another_report(at=("one", "two")[i % 2]) for i in range(20)]
    back = [another_report(at=("two", "one")[i % 2]) for i in range(20)]
    await asyncio.gather(casework.hears(*there), casework.hears(*back))
    assert len([one for one in await casework.said() if isinstance(one, CaseJoined)]) == 40
    assert await casework.aside() == []


async def test_cases_opened_at_the_same_time_have_numbers_without_gap(
    casework: Bench, another_report: AnotherReport
) -> None:
    await asyncio.gather(*(casework.hears(another_report(at=f"nr-{i % 4}")) for i in range(12)))
    opened = [one for one in await casework.said() if isinstance(one, CaseOpened)]
    assert sorted(one.number for one in opened) == [f"2026-{number:06d}" for number in (1, 2, 3, 4)]
    assert await casework.aside() == []


async def test_numbers_begin_anew_with_the_year_in_the_city(
    casework: Bench, another_report: AnotherReport
) -> None:
    await casework.hears(another_report(at="one"))
    casework.at(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    await casework.hears(another_report(at="two"))
    said = await casework.said()
    assert [one.number for one in said if isinstance(one, CaseOpened)] == ["2026-000001", "2027-000001"]


async def test_a_report_after_the_case_was_closed_opens_a_relapse(
    casework: Bench, another_report: AnotherReport
) -> None:
    await casework.hears(another_report())
    async with casework.transaction() as tx:
        await tx.execute(update(cases).values(closed_at=tx.now))
    casework.at(datetime(2026, 4, 1, tzinfo=UTC))
    await casework.hears(another_report())
    assert [type(one) for one in await casework.said()] == [CaseOpened, CaseOpened]
    async with casework.transaction() as tx:
        (newest, first), _ = await store.list_cases(tx, 1, 10)
    assert (newest.case.relapse, first.case.relapse) == (True, False)


async def test_a_message_that_comes_twice_has_its_effect_once(casework: Bench, example: Example) -> None:
    bodies = [
        casework.event(example(message)).model_dump_json(exclude_none=True).encode()
        for message in (ReportSubmitted, AssignmentOffered, DeadlineStarted)
    ]
    await casework.receives(*bodies, *bodies)
    await casework.receives(*bodies)
    assert len(await casework.said()) == 1
    assert len(await happened(casework)) == 3


async def test_casework_hears_all_that_the_catalogue_gives_it(casework: Bench) -> None:
    promised = {entry.name for entry in CATALOGUE if "casework" in entry.readers}
    assert {message.name for message in casework.service.subscriptions} == promised


async def test_every_message_makes_the_timeline_grow(casework: Bench, example: Example) -> None:
    heard = [entry.message for entry in CATALOGUE if "casework" in entry.readers]
    for message in heard:
        await casework.hears(example(message))
    assert len(await happened(casework)) == len(heard)
    assert await casework.aside() == []


async def test_what_comes_before_the_report_is_there_when_the_report_comes(
    casework: Bench, example: Example
) -> None:
    rest = [e.message for e in CATALOGUE if "casework" in e.readers and e.message is not ReportSubmitted]
    for message in rest:
        await casework.hears(example(message))
    assert await casework.aside() == []
    await casework.hears(example(ReportSubmitted))
    file = await the_file(casework)
    assert file.tracks == set(Track)
    assert {a.partner for a in file.assignments} == {"corporatie-demo", "ggz-demo", "buurtbemiddeling-demo"}
    assert [deadline.clock for deadline in file.deadlines] == [Clock.MISSED]  # the last that is told of it
    assert len(await happened(casework)) == len(rest) + 1


@pytest.mark.parametrize("order", list(permutations((ReportSubmitted, ReportAssessed, AssignmentOffered))))
async def test_the_order_of_the_services_does_not_matter(
    casework: Bench, example: Example, order: tuple[type, ...]
) -> None:
    await casework.hears(*(example(message) for message in order))
    file = await the_file(casework)
    assert (len(file.reports), len(file.tracks), len(file.assignments)) == (1, 2, 1)


@pytest.mark.parametrize(
    ("steps", "state", "detail"),
    [
        ((AssignmentOffered,), State.OFFERED, None),
        ((AssignmentOffered, AssignmentAccepted), State.ACCEPTED, None),
        ((AssignmentOffered, AssignmentAccepted, AssignmentProgressed), State.PROGRESSED, None),
        ((AssignmentOffered, AssignmentAnswered), State.ANSWERED, "measure-taken violation-found"),
        ((AssignmentOffered, AssignmentDeclined), State.DECLINED, "not-enough-facts"),
        ((AssignmentUndeliverable,), State.UNDELIVERABLE, "not-connected"),
        ((AssignmentOffered, AssignmentAccepted, AssignmentNoted), State.ACCEPTED, None),
        ((AssignmentHeld,), State.HELD, None),
        ((AssignmentOffered, AssignmentQueried), State.QUERIED, None),
        ((AssignmentOffered, AssignmentExpired), State.EXPIRED, None),
        ((AssignmentOffered, AssignmentExpired, AssignmentAccepted), State.ACCEPTED, None),
        ((AssignmentOffered, AssignmentWithdrawn), State.TAKEN_BACK, "asked-elsewhere"),
    ],
)
async def test_an_assignment_stands_where_its_last_step_left_it(
    casework: Bench, example: Example, steps: tuple[type, ...], state: State, detail: str | None
) -> None:
    assignment_id = UUID("019cd41f-0e38-7005-8005-000000000005")
    await casework.hears(example(ReportSubmitted))
    for step in steps:
        await casework.hears(example(step, assignment_id=assignment_id))
    (assignment,) = (await the_file(casework)).assignments
    assert (assignment.state, assignment.detail) == (state, detail)
    assert bool(assignment.question) is (AssignmentOffered in steps)


@pytest.mark.parametrize(
    ("steps", "clock"),
    [
        ((DeadlineStarted,), Clock.RUNNING),
        ((DeadlineStarted, DeadlineApproaching), Clock.APPROACHING),
        ((DeadlineStarted, DeadlineMissed), Clock.MISSED),
        ((DeadlineStarted, DeadlineMissed, DeadlineMet), Clock.MET),
        ((DeadlineStarted, DeadlinePaused), Clock.PAUSED),
        ((DeadlineStarted, DeadlinePaused, DeadlineResumed), Clock.RUNNING),
        ((DeadlineStarted, DeadlineExtended), Clock.RUNNING),
        ((DeadlineStarted, DeadlineCancelled), Clock.CANCELLED),
        ((DeadlineStarted, DeadlineMissed, EscalationRaised), Clock.MISSED),
    ],
)
async def test_a_term_stands_where_monitoring_left_it(
    casework: Bench, example: Example, steps: tuple[type, ...], clock: Clock
) -> None:
    await casework.hears(example(ReportSubmitted), *(example(step) for step in steps))
    (deadline,) = (await the_file(casework)).deadlines
    assert deadline.clock is clock


async def test_a_promise_kept_late_is_told_as_late(casework: Bench, example: Example) -> None:
    await casework.hears(example(ReportSubmitted), example(DeadlineMet, late=True))
    assert What.TERM_MET_LATE in await happened(casework)


async def test_a_term_that_somebody_took_up_is_told(casework: Bench, example: Example) -> None:
    await casework.hears(example(ReportSubmitted), example(AttentionTaken))
    assert What.TERM_TAKEN in await happened(casework)


async def test_a_second_assessment_replaces_the_first(casework: Bench, example: Example) -> None:
    await casework.hears(example(ReportSubmitted), example(ReportAssessed))
    await casework.hears(example(ReportAssessed, tracks=("care",)))
    assert (await the_file(casework)).tracks == {Track.CARE}


async def test_what_was_said_openly_names_nobody(casework: Bench, another_report: AnotherReport) -> None:
    await casework.hears(another_report(), another_report())
    said = "".join(message.model_dump_json() for message in await casework.said())
    for word in ("oorbeeld", "2599", "+31", "geschreeuw"):
        assert word not in said


async def test_a_case_is_found_by_its_newest_first(casework: Bench, another_report: AnotherReport) -> None:
    for number in range(3):
        casework.at(datetime(2026, 3, 9, tzinfo=UTC) + timedelta(days=number))
        await casework.hears(another_report(at=f"nr-{number}"))
    async with casework.transaction() as tx:
        files, total = await store.list_cases(tx, 1, 2)
        rest, _ = await store.list_cases(tx, 2, 2)
        numbers = list((await tx.execute(select(cases.c.number))).scalars())
    assert [file.case.number for file in (*files, *rest)] == ["2026-000003", "2026-000002", "2026-000001"]
    assert total == len(numbers) == 3
