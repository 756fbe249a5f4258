"""Assessments, sightings and assignments in PostgreSQL."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, bindparam, cast, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from routing.domain.assignments import Assignment, NoSuchAssignment, State
from routing.domain.facts import Sighting
from routing.tables import assessments, assignments, sightings

_ADD_ASSESSMENT, _ADD_ASSIGNMENT = assessments.insert(), assignments.insert()
_ADD_SIGHTING = insert(sightings).on_conflict_do_nothing()
_SAVE_ASSIGNMENT = (
    update(assignments)
    .where(assignments.c.assignment_id == bindparam("this"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("state", "lead", "due_at", "changed_at", "reason", "finding")
        }
    )
)


@dataclass(frozen=True, slots=True)
class Kept:
    """An assessment as it is kept. `facts` and `decision` are JSON, `difference` sentences."""

    report_id: UUID
    revision: int
    category: str
    policy_version: str
    facts: dict[str, Any]
    decision: dict[str, Any]
    cause: str | None
    difference: list[str]
    assessed_at: datetime


def add_assessment(tx: Transaction, kept: Kept) -> None:
    tx.write(_ADD_ASSESSMENT, fields_of(kept))


async def find_assessment(tx: Transaction, report_id: UUID) -> Kept | None:
    """The newest about a report, locked until the end of the transaction."""
    found = (
        select(assessments)
        .where(assessments.c.report_id == report_id)
        .order_by(assessments.c.revision.desc())
        .limit(1)
        .with_for_update()
    )
    row = (await tx.execute(found)).one_or_none()
    return Kept(**row._asdict()) if row else None


def add_sighting(tx: Transaction, report_id: UUID, place: str, seen: Sighting) -> None:
    row = {
        "report_id": report_id,
        "place": place,
        "who": seen.who,
        "category": seen.category,
        "received_at": seen.at,
    }
    tx.write(_ADD_SIGHTING, row)


async def list_sightings(
    tx: Transaction, places: Collection[str], since: datetime
) -> dict[str, list[Sighting]]:
    """What was seen at each of these places, oldest first."""
    columns = sightings.c
    rows = await tx.execute(
        select(columns.place, columns.who, columns.category, columns.received_at)
        .where(columns.place == func.any(cast(list(places), ARRAY(Text))), columns.received_at >= since)
        .order_by(columns.received_at)
    )
    seen: dict[str, list[Sighting]] = {place: [] for place in places}
    for row in rows:
        seen[row.place].append(Sighting(row.who, row.category, row.received_at))
    return seen


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
    changed = ("state", "lead", "due_at", "changed_at", "reason", "finding")
    row = {f"new_{name}": getattr(assignment, name) for name in changed}
    tx.write(_SAVE_ASSIGNMENT, row | {"this": assignment.assignment_id})


async def list_assignments(tx: Transaction, report_id: UUID, *, lock: bool = False) -> list[Assignment]:
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
