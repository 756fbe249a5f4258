"""Cases and what is known of their reports, in PostgreSQL."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Row, Table, Uuid, bindparam, cast, exists, func, select, update
from sqlalchemy.dialects.postgresql import Insert, insert

from casework.domain.cases import (
    Address,
    Assignment,
    Case,
    Clock,
    Deadline,
    File,
    NoSuchCase,
    Report,
    Reporter,
    State,
    Track,
)
from casework.domain.timeline import Entry, What
from casework.tables import assessments, assignments, cases, deadlines, entries, numbers, readings, reports
from chassis.bulk import fields_of
from chassis.transaction import Transaction

T = TypeVar("T")


async def find_open(tx: Transaction, address_key: str) -> Case | None:
    """The open case at an address, locked: who joins it counts its reports."""
    here = (cases.c.address_key == address_key) & cases.c.closed_at.is_(None) & ~cases.c.parted
    row = (await tx.execute(select(cases).where(here).with_for_update())).one_or_none()
    return _case(row) if row else None


async def find_chosen(tx: Transaction, case_id: UUID) -> Case | None:
    """The case with this id, locked, unless it was closed meanwhile."""
    chosen = (cases.c.case_id == case_id) & cases.c.closed_at.is_(None)
    row = (await tx.execute(select(cases).where(chosen).with_for_update())).one_or_none()
    return _case(row) if row else None


async def find_closed(tx: Transaction, address_key: str, at: datetime) -> Case | None:
    """The closed case at an address that was open at a moment, locked."""
    then = (cases.c.address_key == address_key) & (cases.c.opened_at <= at) & (cases.c.closed_at >= at)
    found = select(cases).where(then).order_by(cases.c.opened_at).limit(1).with_for_update()
    row = (await tx.execute(found)).one_or_none()
    return _case(row) if row else None


async def save_closed(tx: Transaction, case_id: UUID, closed_at: datetime) -> None:
    await tx.execute(update(cases).where(cases.c.case_id == case_id).values(closed_at=closed_at))


async def was_closed_before(tx: Transaction, address_key: str) -> bool:
    """Whether a case at the address was closed."""
    closed = exists().where(cases.c.address_key == address_key, cases.c.closed_at.is_not(None))
    return bool((await tx.execute(select(closed))).scalar_one())


_LOCK_NUMBERS = (
    insert(numbers)
    .values(year=bindparam("year"), last=0)
    .on_conflict_do_update(index_elements=[numbers.c.year], set_={"last": numbers.c.last})
    .returning(numbers.c.last)
)
_SAVE_NUMBER = update(numbers).where(numbers.c.year == bindparam("this")).values(last=bindparam("last"))


async def lock_numbers(tx: Transaction, year: int) -> int:
    """The last number of the year. Until the commit nobody else takes one."""
    last: int = (await tx.execute(_LOCK_NUMBERS, {"year": year})).scalar_one()
    return last


def save_number(tx: Transaction, year: int, last: int) -> None:
    tx.write(_SAVE_NUMBER, {"this": year, "last": last})


def add_case(tx: Transaction, case: Case) -> None:
    written = fields_of(case)
    address = fields_of(written.pop("address"))
    tx.write(_adding(cases), {"address_key": address.pop("key"), **written, **address})


def add_report(tx: Transaction, case_id: UUID, report: Report) -> None:
    written = fields_of(report)
    reporter, address = fields_of(written.pop("reporter")), fields_of(written.pop("address"))
    where = {"address_key": address.pop("key"), **address}
    tx.write(_adding(reports), {"case_id": case_id, **written, **where, **reporter})


async def move_report(tx: Transaction, report_id: UUID, case_id: UUID) -> None:
    await tx.execute(update(reports).where(reports.c.report_id == report_id).values(case_id=case_id))


async def add_attachments(tx: Transaction, report_id: UUID, attachments: Sequence[UUID]) -> None:
    more = func.array_cat(reports.c.attachments, cast(list(attachments), ARRAY(Uuid)))
    await tx.execute(update(reports).where(reports.c.report_id == report_id).values(attachments=more))


async def count_reports(tx: Transaction, case_id: UUID) -> int:
    counted = select(func.count()).select_from(reports).where(reports.c.case_id == case_id)
    many: int = (await tx.execute(counted)).scalar_one()
    return many


def save_tracks(tx: Transaction, report_id: UUID, tracks: Sequence[Track]) -> None:
    tx.write(_saving(assessments), {"report_id": report_id, "tracks": list(tracks)})


def save_assignment(tx: Transaction, assignment: Assignment) -> None:
    tx.write(_saving(assignments), fields_of(assignment))


def save_step(tx: Transaction, assignment: Assignment) -> None:
    """How far it is now; what is known of it from before stays."""
    tx.write(_saving(assignments, "state", "changed_at", "detail"), fields_of(assignment))


_LEAD = (
    assignments.update()
    .where(assignments.c.report_id == bindparam("about"))
    .values(lead=assignments.c.assignment_id == bindparam("this"))
)


def save_lead(tx: Transaction, report_id: UUID, assignment_id: UUID) -> None:
    """Let one assignment lead about the report, and no other."""
    tx.write(_LEAD, {"about": report_id, "this": assignment_id})


def save_deadline(tx: Transaction, deadline: Deadline) -> None:
    tx.write(_saving(deadlines), fields_of(deadline))


_STOP = deadlines.update().where(deadlines.c.assignment_id == bindparam("this")).values(clock=Clock.MET)


def stop_clock(tx: Transaction, assignment_id: UUID) -> None:
    """The term of an assignment counts no more."""
    tx.write(_STOP, {"this": assignment_id})


def add_entry(tx: Transaction, entry: Entry) -> None:
    tx.write(_adding(entries), fields_of(entry))


def add_reading(tx: Transaction, case_id: UUID, reader: str, *, care: bool) -> None:
    tx.write(_adding(readings), {"case_id": case_id, "reader": reader, "care": care, "at": tx.now})


async def get(tx: Transaction, case_id: UUID) -> File:
    """NoSuchCase where there is none."""
    row = (await tx.execute(select(cases).where(cases.c.case_id == case_id))).one_or_none()
    if row is None:
        raise NoSuchCase(f"{case_id} is not a case of this desk.")
    return (await _files(tx, [row]))[0]


async def list_cases(tx: Transaction, page: int, page_size: int) -> tuple[list[File], int]:
    """A page of cases, newest first, and how many there are in all."""
    newest = select(cases).order_by(cases.c.opened_at.desc(), cases.c.case_id.desc())
    rows = (await tx.execute(newest.limit(page_size).offset((page - 1) * page_size))).all()
    total: int = (await tx.execute(select(func.count()).select_from(cases))).scalar_one()
    return await _files(tx, rows), total


async def list_entries(tx: Transaction, file: File) -> list[Entry]:
    """What happened in a case, newest first."""
    about = entries.c.report_id.in_([report.report_id for report in file.reports])
    rows = await tx.execute(select(entries).where(about).order_by(entries.c.at.desc(), entries.c.id.desc()))
    return [
        Entry(
            row.report_id,
            row.at,
            What(row.what),
            Track(row.track) if row.track else None,
            row.who,
            row.detail,
            row.text,
            row.due_at,
        )
        for row in rows
    ]


@cache
def _adding(table: Table) -> Insert:
    """Made once: what is written with one statement is written together."""
    return insert(table)


@cache
def _saving(table: Table, *changing: str) -> Insert:
    """Insert the row, or write it over the one with its key: all of it, or what changes."""
    new = insert(table)
    rest = {name: value for name, value in new.excluded.items() if name not in table.primary_key.columns}
    over = {name: rest[name] for name in changing or rest}
    return new.on_conflict_do_update(index_elements=table.primary_key.columns, set_=over)


async def _files(tx: Transaction, rows: Sequence[Row[Any]]) -> list[File]:
    """The cases with all that is known of their reports, read at once for all of them."""
    found = select(reports).where(reports.c.case_id.in_([row.case_id for row in rows]))
    by_received = found.order_by(reports.c.received_at.desc(), reports.c.report_id.desc())
    reported = (await tx.execute(by_received)).all()
    case_of = {row.report_id: row.case_id for row in reported}

    async def known(table: Table, *order: Any) -> Sequence[Row[Any]]:
        about = table.c.report_id.in_(list(case_of))
        return (await tx.execute(select(table).where(about).order_by(*order))).all()

    def by_case(known_rows: Iterable[Row[Any]], shape: Callable[[Row[Any]], T]) -> dict[UUID, tuple[T, ...]]:
        found: defaultdict[UUID, tuple[T, ...]] = defaultdict(tuple)
        for row in known_rows:
            found[case_of[row.report_id]] += (shape(row),)
        return found

    written = by_case(reported, _report)
    assessed = by_case(await known(assessments), lambda row: frozenset(map(Track, row.tracks)))
    asked = by_case(await known(assignments, assignments.c.assignment_id), _assignment)
    promised = by_case(await known(deadlines), _deadline)
    return [
        File(
            case=_case(row),
            reports=written[row.case_id],
            tracks=frozenset[Track]().union(*assessed[row.case_id]),
            assignments=asked[row.case_id],
            deadlines=promised[row.case_id],
        )
        for row in rows
    ]


def _case(row: Row[Any]) -> Case:
    return Case(
        case_id=row.case_id,
        number=row.number,
        category=row.category,
        category_name=row.category_name,
        address=_address(row),
        neighbourhood=row.neighbourhood,
        opened_at=row.opened_at,
        relapse=row.relapse,
        closed_at=row.closed_at,
        parted=row.parted,
    )


def _address(row: Row[Any]) -> Address:
    return Address(row.address_key, row.postcode, row.house_number, row.addition, row.street, row.city)


def _report(row: Row[Any]) -> Report:
    return Report(
        report_id=row.report_id,
        reference=row.reference,
        category=row.category,
        category_name=row.category_name,
        channel=row.channel,
        received_at=row.received_at,
        story=row.story,
        address=_address(row),
        neighbourhood=row.neighbourhood,
        reporter=Reporter(row.name, row.phone, row.email, row.anonymous, row.tenure),
        danger=row.danger,
        children=row.children,
        going_on_now=row.going_on_now,
        reported_before=row.reported_before,
        attachments=tuple(row.attachments),
    )


def _assignment(row: Row[Any]) -> Assignment:
    return Assignment(
        assignment_id=row.assignment_id,
        report_id=row.report_id,
        partner=row.partner,
        partner_name=row.partner_name,
        track=Track(row.track),
        state=State(row.state),
        changed_at=row.changed_at,
        lead=row.lead,
        question=row.question,
        offered_at=row.offered_at,
        due_at=row.due_at,
        detail=row.detail,
    )


def _deadline(row: Row[Any]) -> Deadline:
    return Deadline(
        row.deadline_id,
        row.report_id,
        row.assignment_id,
        row.promise,
        row.holder_name,
        row.due_at,
        Clock(row.clock),
    )
