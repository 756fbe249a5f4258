"""Clocks in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Row,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import columns, fields_of, values
from chassis.transaction import Transaction
from monitoring.domain.clocks import OVER, Deadline, NoSuchClock, Promise, State
from monitoring.domain.escalation import Rung
from monitoring.tables import deadlines

COLUMNS = [deadlines.c[field.name] for field in fields(Deadline)]

_fired = columns(
    deadline_id=Uuid,
    state=Text,
    next_at=DateTime(timezone=True),
    alerted_at=DateTime(timezone=True),
    missed_at=DateTime(timezone=True),
    rung=Text,
    escalated_at=DateTime(timezone=True),
)
_FIRED = ("state", "next_at", "alerted_at", "missed_at", "rung", "escalated_at")
# The array beside the join: a plan made while the table was small would else walk the whole of it for each row.
_SAVE_FIRED = (
    update(deadlines)
    .where(deadlines.c.deadline_id == any_(bindparam("all_deadline_id", type_=ARRAY(Uuid))))
    .where(deadlines.c.deadline_id == _fired.c.deadline_id)
    .values({name: _fired.c[name] for name in _FIRED})
)

_ADD = insert(deadlines).on_conflict_do_nothing()

_DATABASE_TIME = select(func.clock_timestamp())

_CHANGING = (
    *_FIRED,
    "due_at",
    "counted_to",
    "met_at",
    "paused_at",
    "left",
    "reason",
    "acknowledged_at",
    "acknowledged_by",
    "took",
)
_SAVE = (
    update(deadlines)
    .where(deadlines.c.deadline_id == bindparam("this"))
    .values({name: bindparam(name) for name in _CHANGING})
)
_TERM = ("amount", "unit", "statutory", "facts", "terms_version", "warn_before")
_SAVE_TERM = (
    update(deadlines)
    .where(deadlines.c.deadline_id == bindparam("this"))
    .values({name: bindparam(name) for name in (*_CHANGING, *_TERM)})
)


async def add(tx: Transaction, deadline: Deadline) -> bool:
    """Whether it is new: a promise has one clock."""
    return (await tx.execute(_ADD, fields_of(deadline))).rowcount == 1


async def get(tx: Transaction, deadline_id: UUID, *, lock: bool = True) -> Deadline:
    """One clock, locked until the commit unless told otherwise. NoSuchClock."""
    found = await _one(tx, deadlines.c.deadline_id == deadline_id, lock=lock)
    if found is None:
        raise NoSuchClock(f"There is no clock {deadline_id}.")
    return found


async def find(
    tx: Transaction, report_id: UUID, promise: Promise, assignment_id: UUID | None = None
) -> Deadline | None:
    """The clock of a promise, locked until the commit."""
    return await _one(
        tx,
        deadlines.c.report_id == report_id,
        deadlines.c.promise == promise,
        deadlines.c.assignment_id == assignment_id,
        deadlines.c.term_id.is_(None),
    )


async def get_of_term(tx: Transaction, term_id: UUID) -> Deadline:
    """The clock of a case's term, locked until the commit. NoSuchClock."""
    found = await _one(tx, deadlines.c.term_id == term_id)
    if found is None:
        raise NoSuchClock(f"There is no clock for the term {term_id} yet.")
    return found


async def _one(tx: Transaction, *about: ColumnElement[bool], lock: bool = True) -> Deadline | None:
    statement = select(*COLUMNS).where(*about)
    row = (await tx.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return deadline_of(row) if row else None


def save(tx: Transaction, deadline: Deadline) -> None:
    tx.write(_SAVE, {"this": deadline.deadline_id, **{name: getattr(deadline, name) for name in _CHANGING}})


def save_term(tx: Transaction, deadline: Deadline) -> None:
    """With what its term is made of."""
    row = {name: getattr(deadline, name) for name in (*_CHANGING, *_TERM)}
    tx.write(_SAVE_TERM, {"this": deadline.deadline_id, **row})


async def database_time(tx: Transaction) -> datetime:
    """What time the database has at this moment, and not at the beginning of the transaction."""
    now: datetime = (await tx.execute(_DATABASE_TIME)).scalar_one()
    return now


async def claim_due(tx: Transaction, limit: int) -> list[Deadline]:
    """Clocks whose moment has come, longest due first, without those that another has claimed."""
    statement = (
        select(*COLUMNS)
        .where(deadlines.c.next_at <= tx.now)
        .order_by(deadlines.c.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [deadline_of(row) for row in await tx.execute(statement)]


async def save_fired(tx: Transaction, fired: Sequence[Deadline]) -> None:
    names = ("deadline_id", *_FIRED)
    await tx.execute(_SAVE_FIRED, values(**{name: [getattr(one, name) for one in fired] for name in names}))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which clocks are asked for: those for which all that is given holds."""

    state: State | None = None
    holder: str | None = None
    promise: Promise | None = None
    report_id: UUID | None = None
    case_id: UUID | None = None
    due_before: datetime | None = None
    is_open: bool = False


async def list_deadlines(tx: Transaction, asked: Asked, after: UUID | None, limit: int) -> list[Deadline]:
    """In the order in which they were started, from the one after `after`."""
    statement = select(*COLUMNS).order_by(deadlines.c.deadline_id).limit(limit)
    for name in ("state", "holder", "promise", "report_id", "case_id"):
        if (wanted := getattr(asked, name)) is not None:
            statement = statement.where(deadlines.c[name] == wanted)
    if asked.is_open:
        statement = statement.where(deadlines.c.state.not_in(OVER))
    if asked.due_before is not None:
        statement = statement.where(deadlines.c.due_at < asked.due_before)
    if after is not None:
        statement = statement.where(deadlines.c.deadline_id > after)
    return [deadline_of(row) for row in await tx.execute(statement)]


async def list_about(tx: Transaction, report_id: UUID) -> list[Deadline]:
    """In the order in which they were started."""
    about = select(*COLUMNS).where(deadlines.c.report_id == report_id).order_by(deadlines.c.deadline_id)
    return [deadline_of(row) for row in await tx.execute(about)]


def deadline_of(row: Row[Any]) -> Deadline:
    known = {
        "state": State(row.state),
        "promise": Promise(row.promise),
        "rung": Rung(row.rung) if row.rung else None,
    }
    return Deadline(**row._asdict() | known)
