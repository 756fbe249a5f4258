"""Assessments and assignments in PostgreSQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select, update

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from routing.domain import Assessment, Assignment, NoSuchAssignment, State
from routing.tables import assessments, assignments

_ADD_ASSESSMENT, _ADD_ASSIGNMENT = assessments.insert(), assignments.insert()
_SAVE_STATE = (
    update(assignments)
    .where(assignments.c.assignment_id == bindparam("this"))
    .values(state=bindparam("state"))
)


def add_assessment(tx: Transaction, report_id: UUID, category: str, assessment: Assessment) -> None:
    tx.write(
        _ADD_ASSESSMENT,
        {
            "report_id": report_id,
            "category": category,
            "policy_version": assessment.policy_version,
            "tracks": list(assessment.tracks),
            "rules": [{"rule": rule, "because": because} for rule, because in assessment.fired],
            "assessed_at": tx.now,
        },
    )


def add_assignments(tx: Transaction, new: Sequence[Assignment]) -> None:
    for assignment in new:
        tx.write(_ADD_ASSIGNMENT, fields_of(assignment))


async def get_assignment(tx: Transaction, assignment_id: UUID) -> Assignment:
    """The assignment, locked until the end of the transaction. NoSuchAssignment where there is none."""
    found = select(assignments).where(assignments.c.assignment_id == assignment_id).with_for_update()
    row = (await tx.execute(found)).one_or_none()
    if row is None:
        raise NoSuchAssignment(f"{assignment_id} is not an assignment of this hub")
    return _assignment(row)


def save_assignment(tx: Transaction, assignment: Assignment) -> None:
    tx.write(_SAVE_STATE, {"this": assignment.assignment_id, "state": assignment.state})


async def list_assignments(tx: Transaction, report_id: UUID) -> list[Assignment]:
    """In the order in which they were offered, the lead first."""
    rows = await tx.execute(
        select(assignments)
        .where(assignments.c.report_id == report_id)
        .order_by(assignments.c.offered_at, assignments.c.assignment_id)
    )
    return [_assignment(row) for row in rows]


def _assignment(row: Row[Any]) -> Assignment:
    return Assignment(**{**row._asdict(), "state": State(row.state)})
