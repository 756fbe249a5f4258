"""Assignments in PostgreSQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select, update

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from routing.domain.assignments import Assignment, NoSuchAssignment, State
from routing.tables import assignments

_CHANGES = ("state", "lead", "due_at", "changed_at", "reason", "finding")
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
    """The assignment, locked until the end of the transaction. NoSuchAssignment where there is none."""
    return await _one(tx, _BY_ID.with_for_update(), assignment_id)


async def look(tx: Transaction, assignment_id: UUID) -> Assignment:
    """The assignment, to read alone. NoSuchAssignment."""
    return await _one(tx, _BY_ID, assignment_id)


async def _one(tx: Transaction, found: Select[Any], assignment_id: UUID) -> Assignment:
    row = (await tx.execute(found, {"this": assignment_id})).one_or_none()
    if row is None:
        raise NoSuchAssignment(f"{assignment_id} is not an assignment of this hub")
    return _assignment(row)


def save(tx: Transaction, assignment: Assignment) -> None:
    row = {f"new_{name}": getattr(assignment, name) for name in _CHANGES}
    tx.write(_SAVE, row | {"this": assignment.assignment_id})


async def list_about(tx: Transaction, report_id: UUID, *, lock: bool = False) -> list[Assignment]:
    """In the order in which they were offered, the lead first."""
    found = (
        select(assignments)
        .where(assignments.c.report_id == report_id)
        .order_by(assignments.c.offered_at, assignments.c.assignment_id)
    )
    rows = await tx.execute(found.with_for_update() if lock else found)
    return [_assignment(row) for row in rows]


def _assignment(row: Row[Any]) -> Assignment:
    return Assignment(**{**row._asdict(), "state": State(row.state)})
