"""Assignments in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select, update

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from routing.domain.assignments import Assignment, NoSuchAssignment, State
from routing.tables import assignments

_CHANGES = ("state", "lead", "due_at", "changed_at", "reason", "finding")
_ADD = assignments.insert()
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
    found = select(assignments).where(assignments.c.assignment_id == assignment_id).with_for_update()
    row = (await tx.execute(found)).one_or_none()
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


async def find_last_answer(tx: Transaction, partner: str) -> datetime | None:
    """When the partner last said something that still stands; none where it never did."""
    said = (State.ACCEPTED, State.INFORMATION_NEEDED, State.IN_PROGRESS, State.ANSWERED, State.DECLINED)
    newest = select(func.max(assignments.c.changed_at)).where(
        assignments.c.partner == partner, assignments.c.state.in_(said)
    )
    found: datetime | None = (await tx.execute(newest)).scalar_one()
    return found


def _assignment(row: Row[Any]) -> Assignment:
    return Assignment(**{**row._asdict(), "state": State(row.state)})
