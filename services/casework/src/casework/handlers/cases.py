"""What casework does with cases: open or join one when a report comes, part a report from one, read one."""

from datetime import datetime
from uuid import UUID

from casework import store
from casework.domain.cases import (
    Address,
    Case,
    File,
    Report,
    Reporter,
    case_number,
    pick,
)
from casework.domain.timeline import Entry, What, as_seen
from chassis.calendar import HERE
from chassis.identity import new_id
from chassis.transaction import Transaction
from contracts.casework import CaseJoined, CaseOpened
from contracts.intake import (
    ReportSubmitted,
)


async def open_or_join_case(event: ReportSubmitted, tx: Transaction) -> None:
    """Join the report to the case that an agent chose, or else the open case at its address, or open one.

    A report that was imported closed belongs to a case that is closed: the one of its days, or a new one.
    """
    report = _report(event)
    chosen = await store.find_chosen(tx, event.joins) if event.joins else None
    began = event.received_at if event.imported else tx.now
    case, is_new = (chosen, False) if chosen else await _find_or_open(report, began, event.closed_at, tx)
    store.add_report(tx, case.case_id, report)
    if is_new:
        tx.publish(CaseOpened.of(case, report_id=event.report_id))
    else:
        reports = await store.count_reports(tx, case.case_id)
        tx.publish(CaseJoined.of(case, report_id=event.report_id, reports=reports, joined_at=tx.now))
    what = What.OPENED if is_new else What.JOINED
    store.add_entry(tx, Entry(event.report_id, event.received_at, what, detail=event.channel))
    if event.repeats:
        store.add_entry(tx, Entry(event.report_id, event.received_at, What.REPEATED))
    if event.closed_at:
        store.add_entry(tx, Entry(event.report_id, event.closed_at, What.CLOSED, detail=event.channel))
        if case.closed_at and case.closed_at < event.closed_at:
            await store.save_closed(tx, case.case_id, event.closed_at)


async def part_report(case_id: UUID, report_id: UUID, why: str, who: str, tx: Transaction) -> Case:
    """Take a report out of a case, into the open case at its own address or one of its own.

    NoSuchCase, NotInThisCase, OnlyReport.
    """
    file = await store.get(tx, case_id)
    report = pick(file, report_id)
    if report.address.key != file.case.address.key:
        case, is_new = await _find_or_open(report, tx.now, None, tx)
    else:
        last = await store.lock_numbers(tx, _year(tx))
        case, is_new = _open(report, tx.now, last, tx, parted=True), True
    await store.move_report(tx, report_id, case.case_id)
    if is_new:
        tx.publish(CaseOpened.of(case, report_id=report_id))
    else:
        reports = await store.count_reports(tx, case.case_id)
        tx.publish(CaseJoined.of(case, report_id=report_id, reports=reports, joined_at=tx.now))
    store.add_entry(tx, Entry(report_id, tx.now, What.PARTED, who=who, detail=file.case.number, text=why))
    stays = next(one.report_id for one in file.reports if one.report_id != report_id)
    store.add_entry(tx, Entry(stays, tx.now, What.PARTED_OFF, who=who, detail=case.number, text=why))
    return case


async def _find_or_open(
    report: Report, opened_at: datetime, closed_at: datetime | None, tx: Transaction
) -> tuple[Case, bool]:
    """The case at the report's address that it belongs to, and whether it is new."""
    if case := await _find(report, closed_at, tx):
        return case, False
    last = await store.lock_numbers(tx, _year(tx))
    # Whoever held the lock before us may have opened a case at this very address.
    if case := await _find(report, closed_at, tx):
        return case, False
    relapse = await store.was_closed_before(tx, report.address.key)
    return _open(report, opened_at, last, tx, closed_at=closed_at, relapse=relapse), True


async def _find(report: Report, closed_at: datetime | None, tx: Transaction) -> Case | None:
    if closed_at is None:
        return await store.find_open(tx, report.address.key)
    return await store.find_closed(tx, report.address.key, report.received_at)


def _open(
    report: Report,
    opened_at: datetime,
    last: int,
    tx: Transaction,
    *,
    closed_at: datetime | None = None,
    relapse: bool = False,
    parted: bool = False,
) -> Case:
    """A new case, with the number after the `last`."""
    case = Case(
        case_id=new_id(),
        number=case_number(_year(tx), last + 1),
        category=report.category,
        category_name=report.category_name,
        address=report.address,
        neighbourhood=report.neighbourhood,
        opened_at=opened_at,
        relapse=relapse,
        closed_at=closed_at,
        parted=parted,
    )
    store.add_case(tx, case)
    store.save_number(tx, _year(tx), last + 1)
    return case


def _year(tx: Transaction) -> int:
    return tx.now.astimezone(HERE).year


def _report(event: ReportSubmitted) -> Report:
    who, where, signals = event.reporter, event.address, event.signals
    return Report(
        report_id=event.report_id,
        reference=event.reference,
        category=event.category,
        category_name=event.category_name,
        channel=event.channel,
        received_at=event.received_at,
        story=event.story,
        address=Address(
            where.key, where.postcode, where.house_number, where.addition, where.street, where.city
        ),
        neighbourhood=event.area.name if event.area else None,
        reporter=Reporter(who.name, who.phone, who.email, who.anonymous, who.tenure),
        danger=signals.danger,
        children=signals.children,
        going_on_now=signals.going_on_now,
        reported_before=signals.reported_before,
        attachments=event.attachments,
    )


async def read_case(
    case_id: UUID, reader: str, tx: Transaction, *, reads_care: bool
) -> tuple[File, list[Entry]]:
    """A file and its timeline as this reader may see them. That it was read is written down.

    NoSuchCase.
    """
    file = await store.get(tx, case_id)
    store.add_reading(tx, case_id, reader, care=reads_care)
    return file, [as_seen(entry, reads_care=reads_care) for entry in await store.list_entries(tx, file)]
