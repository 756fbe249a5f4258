"""Clocks in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import fields
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
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import columns, fields_of, values
from chassis.transaction import Transaction
from monitoring.domain.clocks import Deadline, Promise, State
from monitoring.tables import deadlines

_OPEN: ColumnElement[bool] = literal_column("state <> 'met'")
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


async def list_about(tx: Transaction, report_id: UUID) -> list[Deadline]:
    """In the order in which they were started."""
    about = select(*_DEADLINE).where(deadlines.c.report_id == report_id).order_by(deadlines.c.deadline_id)
    return [_deadline(row) for row in await tx.execute(about)]


def _deadline(row: Row[Any]) -> Deadline:
    return Deadline(**row._asdict() | {"state": State(row.state), "promise": Promise(row.promise)})
