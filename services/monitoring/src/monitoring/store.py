"""Clocks in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Row,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert

from chassis.bulk import columns, fields_of, values
from chassis.transaction import Transaction
from monitoring.domain import Concern, Deadline, Promise, State, Stranded, Tally, Urgency
from monitoring.tables import changes, deadlines, reports, stranded

_OPEN: ColumnElement[bool] = literal_column("state <> 'met'")
_ALERTED: ColumnElement[bool] = literal_column("state in ('warned', 'missed')")
_LATE: ColumnElement[bool] = literal_column("state = 'missed'")
_DEADLINE = [deadlines.c[field.name] for field in fields(Deadline)]

_fired = columns(
    deadline_id=Uuid,
    state=Text,
    next_at=DateTime(timezone=True),
    alerted_at=DateTime(timezone=True),
)
# The array beside the join: a plan made while the table was small would else walk the whole of it for each row.
_SAVE_FIRED = (
    update(deadlines)
    .where(deadlines.c.deadline_id == any_(bindparam("all_deadline_id", type_=ARRAY(Uuid))))
    .where(deadlines.c.deadline_id == _fired.c.deadline_id)
    .values(state=_fired.c.state, next_at=_fired.c.next_at, alerted_at=_fired.c.alerted_at)
)


_ADD = insert(deadlines).on_conflict_do_nothing()


async def add(tx: Transaction, deadline: Deadline) -> bool:
    """Whether it is new: a promise has one clock."""
    return (await tx.execute(_ADD, fields_of(deadline))).rowcount == 1


async def find(
    tx: Transaction, report_id: UUID, promise: Promise, assignment_id: UUID | None = None
) -> Deadline | None:
    """The clock of a promise, locked until the commit."""
    statement = select(*_DEADLINE).where(
        deadlines.c.report_id == report_id,
        deadlines.c.promise == promise,
        deadlines.c.assignment_id == assignment_id,
    )
    row = (await tx.execute(statement.with_for_update())).one_or_none()
    return _deadline(row) if row else None


_MEET = (
    update(deadlines)
    .where(deadlines.c.deadline_id == bindparam("this"))
    .values({name: bindparam(name) for name in ("state", "next_at", "met_at")})
)


def save_met(tx: Transaction, deadline: Deadline) -> None:
    tx.write(
        _MEET,
        {
            "this": deadline.deadline_id,
            "state": deadline.state,
            "next_at": deadline.next_at,
            "met_at": deadline.met_at,
        },
    )


async def cancel(tx: Transaction, assignment_id: UUID) -> None:
    """Nobody waits for the answer to an assignment any more; a promise that was kept stays so."""
    clock = update(deadlines).where(deadlines.c.assignment_id == assignment_id, _OPEN)
    await tx.execute(clock.values(state=State.CANCELLED, next_at=None))


async def claim_due(tx: Transaction, limit: int) -> list[Deadline]:
    """Clocks whose moment has come, longest due first, without those that another has claimed."""
    statement = (
        select(*_DEADLINE)
        .where(deadlines.c.next_at <= tx.now)
        .order_by(deadlines.c.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_deadline(row) for row in await tx.execute(statement)]


async def save_fired(tx: Transaction, fired: Sequence[Deadline]) -> None:
    await tx.execute(
        _SAVE_FIRED,
        values(
            deadline_id=[one.deadline_id for one in fired],
            state=[one.state for one in fired],
            next_at=[one.next_at for one in fired],
            alerted_at=[one.alerted_at for one in fired],
        ),
    )


async def list_deadlines(
    tx: Transaction, state: State | None, holder: str | None, after: UUID | None, limit: int
) -> list[Deadline]:
    """In the order in which they were started, from the one after `after`."""
    statement = select(*_DEADLINE).order_by(deadlines.c.deadline_id).limit(limit)
    if state is not None:
        statement = statement.where(deadlines.c.state == state)
    if holder is not None:
        statement = statement.where(deadlines.c.holder == holder)
    if after is not None:
        statement = statement.where(deadlines.c.deadline_id > after)
    return [_deadline(row) for row in await tx.execute(statement)]


def describe(tx: Transaction, report_id: UUID, **known: Any) -> None:
    """Keep what is known of a report now; the rest of it stays."""
    tx.write(_describing(*known), {"report_id": report_id, **known})


@cache
def _describing(*names: str) -> Insert:
    """Made once: what is written with one statement is written together."""
    new = insert(reports)
    known = {name: new.excluded[name] for name in names}
    return new.on_conflict_do_update(
        index_elements=[reports.c.report_id], set_=known | {"changed": changes.next_value()}
    )


_STRAND = insert(stranded).on_conflict_do_nothing()


def strand(tx: Transaction, found: Stranded) -> None:
    tx.write(_STRAND, fields_of(found))


_SETTLE = (
    update(stranded)
    .where(
        stranded.c.stranded_id == bindparam("this"),
        stranded.c.promise == bindparam("promised"),
        stranded.c.settled_at.is_(None),
    )
    .values(settled_at=bindparam("now"))
)


async def settle(
    tx: Transaction, promise: Promise, report_id: UUID, assignment_id: UUID | None = None
) -> bool:
    """What was stranded is done after all; whether anything was."""
    this = {"this": assignment_id or report_id, "promised": promise, "now": tx.now}
    return (await tx.execute(_SETTLE, this)).rowcount > 0


async def list_concerns(tx: Transaction, limit: int) -> list[Concern]:
    """What asks for attention: of the clocks those that end first, of the stranded those found first."""
    about = (reports.c.case_id, reports.c.case_number, reports.c.category_name, reports.c.area_name)
    clocks = (
        select(
            deadlines.c.deadline_id.label("concern_id"),
            deadlines.c.state,
            deadlines.c.promise,
            deadlines.c.holder_name,
            deadlines.c.due_at.label("at"),
            deadlines.c.alerted_at,
            *about,
        )
        .outerjoin(reports, reports.c.report_id == deadlines.c.report_id)
        .where(_OPEN, _ALERTED)
        .order_by(deadlines.c.due_at)
        .limit(limit)
    )
    undelivered = (
        select(
            stranded.c.stranded_id,
            null(),
            stranded.c.promise,
            stranded.c.partner_name,
            stranded.c.found_at,
            stranded.c.found_at,
            *about,
        )
        .outerjoin(reports, reports.c.report_id == stranded.c.report_id)
        .where(stranded.c.settled_at.is_(None))
        .order_by(stranded.c.found_at)
        .limit(limit)
    )
    return [_concern(row) for row in await tx.execute(union_all(clocks, undelivered))]


async def tally(tx: Transaction, week_began: datetime) -> Tally:
    """Counted: a promise ends when it is kept, or else when its term does."""
    count = func.count()
    still = (
        await tx.execute(
            select(
                count.filter(_LATE).label("late"),
                count.filter(literal_column("state = 'warned'")).label("almost"),
                count.filter(
                    deadlines.c.promise == Promise.FIRST_ANSWER, deadlines.c.state != State.CANCELLED
                ).label("with_partner"),
                count.filter(_LATE, deadlines.c.due_at >= week_began).label("broken"),
            )
            .select_from(deadlines)
            .where(_OPEN)
        )
    ).one()
    kept = (
        await tx.execute(
            select(
                count.label("met"), count.filter(deadlines.c.met_at <= deadlines.c.due_at).label("in_time")
            )
            .select_from(deadlines)
            .where(deadlines.c.met_at >= week_began)
        )
    ).one()
    return Tally(still.late, still.almost, still.with_partner, still.broken + kept.met, kept.in_time)


async def version(tx: Transaction) -> int:
    """A number that grows with every change a board could show.

    It is the sum of the newest numbers and not the highest: a transaction may commit after one that took a
    higher number, and must be seen too.
    """
    newest = union_all(
        *(
            select(table.c.changed).order_by(table.c.changed.desc()).limit(100)
            for table in (deadlines, reports, stranded)
        )
    ).subquery()
    summed: int = (
        await tx.execute(select(cast(func.coalesce(func.sum(newest.c.changed), 0), BigInteger)))
    ).scalar_one()
    return summed


def _deadline(row: Row[Any]) -> Deadline:
    return Deadline(**row._asdict() | {"state": State(row.state), "promise": Promise(row.promise)})


def _concern(row: Row[Any]) -> Concern:
    found = row._asdict()
    urgency = {State.MISSED: Urgency.LATE, State.WARNED: Urgency.ALMOST, None: Urgency.STRANDED}
    return Concern(urgency=urgency[found.pop("state")], **found | {"promise": Promise(row.promise)})
