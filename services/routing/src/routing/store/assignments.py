"""Assignments in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, bindparam, func, select, update

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from routing.domain.assignments import Assignment, NoSuchAssignment, State
from routing.tables import assignments

_CHANGES = ("state", "lead", "offered_at", "due_at", "changed_at", "reason", "finding")
_ADD = assignments.insert()
_BY_ID = select(assignments).where(assignments.c.assignment_id == bindparam("this"))
_SAVE = (
    update(assignments)
    .where(assignments.c.assignment_id == bindparam("this"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGES})
)


def add(tx: Transaction, new: Sequence[Assignment]) -> None:
    for assignment in new:
        tx.write(_ADD, fields_of(assignment))


async def get(tx: Transaction, assignment_id: UUID) -> Assignment:
    """The assignment, locked as in `list_with`. NoSuchAssignment where there is none."""
    return next(one for one in await list_with(tx, assignment_id) if one.assignment_id == assignment_id)


async def look(tx: Transaction, assignment_id: UUID) -> Assignment:
    """The assignment, to read alone. NoSuchAssignment."""
    row = (await tx.execute(_BY_ID, {"this": assignment_id})).one_or_none()
    if row is None:
        raise NoSuchAssignment(f"{assignment_id} is not an assignment of this hub")
    return _assignment(row)


async def list_with(tx: Transaction, assignment_id: UUID, *, lock: bool = True) -> list[Assignment]:
    """The assignment and all others about its report, as `list_about` has them. NoSuchAssignment where there is none."""
    this = select(assignments.c.report_id).where(assignments.c.assignment_id == assignment_id)
    found = await _list(tx, assignments.c.report_id == this.scalar_subquery(), lock=lock)
    if not found:
        raise NoSuchAssignment(f"{assignment_id} is not an assignment of this hub")
    return found


def save(tx: Transaction, assignment: Assignment) -> None:
    row = {f"new_{name}": getattr(assignment, name) for name in _CHANGES}
    tx.write(_SAVE, row | {"this": assignment.assignment_id})


async def list_about(tx: Transaction, report_id: UUID, *, lock: bool = False) -> list[Assignment]:
    """In the order in which they were made, the lead first.

    Locked, they stay so until the end of the transaction: about one report one thing is decided at a time.
    """
    return await _list(tx, assignments.c.report_id == report_id, lock=lock)


async def _list(tx: Transaction, which: ColumnElement[bool], *, lock: bool) -> list[Assignment]:
    """Read after they are locked: who held the lock may have added some."""
    if lock:
        ids = select(assignments.c.assignment_id).where(which).order_by(assignments.c.assignment_id)
        await tx.execute(ids.with_for_update())
    rows = await tx.execute(select(assignments).where(which).order_by(assignments.c.assignment_id))
    return [_assignment(row) for row in rows]


async def find_last_answer(tx: Transaction, partner: str) -> datetime | None:
    """When the partner last said something that still stands; none where it never did."""
    said = (State.ACCEPTED, State.INFORMATION_NEEDED, State.IN_PROGRESS, State.ANSWERED, State.DECLINED)
    newest = select(func.max(assignments.c.changed_at)).where(
        assignments.c.partner == partner, assignments.c.state.in_(said)
    )
    found: datetime | None = (await tx.execute(newest)).scalar_one()
    return found


async def count_open(tx: Transaction, partner: str) -> int:
    """How many with a partner are neither answered nor taken back."""
    still = assignments.c.state.not_in((State.ANSWERED, State.WITHDRAWN))
    counted = select(func.count()).where(assignments.c.partner == partner, still)
    many: int = (await tx.execute(counted)).scalar_one()
    return many


def _assignment(row: Row[Any]) -> Assignment:
    return Assignment(**{**row._asdict(), "state": State(row.state)})
