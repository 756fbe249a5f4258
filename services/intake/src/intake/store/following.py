"""How far reports are, and what their reporters added, in PostgreSQL."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from intake.domain.following import Addition, Assignment, Following, Kind, State
from intake.domain.reports import NoSuchReport
from intake.tables import additions, assignments, reports

_SAVE_ASSIGNMENT = insert(assignments).on_conflict_do_update(
    index_elements=[assignments.c.assignment_id],
    set_={"state": insert(assignments).excluded.state},
)
_ADD = insert(additions).on_conflict_do_nothing()


def save_assignment(tx: Transaction, assignment: Assignment) -> None:
    tx.write(_SAVE_ASSIGNMENT, fields_of(assignment))


async def get(tx: Transaction, report_id: UUID, *, lock: bool = False) -> Following:
    """NoSuchReport where there is none. Locked, what is decided by it is decided one at a time."""
    return await _get(tx, reports.c.report_id == report_id, lock=lock)


async def get_by_reference(tx: Transaction, reference: str) -> Following:
    """NoSuchReport where there is none."""
    return await _get(tx, reports.c.reference == reference, lock=False)


async def _get(tx: Transaction, where: ColumnElement[bool], *, lock: bool) -> Following:
    wanted = (
        reports.c.report_id,
        reports.c.reference,
        reports.c.received_at,
        reports.c.hear_by,
        reports.c.language,
        reports.c.pin_hash.is_not(None).label("locked"),
        reports.c.withdrawn_at,
        reports.c.solved,
    )
    query = select(*wanted).where(where)
    if lock:
        query = query.with_for_update()
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NoSuchReport("There is no such report at this desk.")
    asked = await tx.execute(select(assignments).where(assignments.c.report_id == row.report_id))
    added = await tx.execute(
        select(additions).where(additions.c.report_id == row.report_id).order_by(additions.c.happened_at)
    )
    return Following(
        **row._mapping,  # noqa: SLF001  its only name for it
        assignments=tuple(
            Assignment(one.assignment_id, one.report_id, one.told_as, State(one.state)) for one in asked
        ),
        additions=tuple(_addition(one) for one in added),
    )


async def add(tx: Transaction, addition: Addition, key: str | None) -> Addition | None:
    """The addition that came with this key before; none where it is new and was kept."""
    kept = await tx.execute(_ADD, fields_of(addition) | {"key": key})
    if kept.rowcount:
        return None
    same = (additions.c.report_id == addition.report_id) & (additions.c.key == key)
    return _addition((await tx.execute(select(additions).where(same))).one())


async def save_withdrawal(tx: Transaction, report_id: UUID, at: datetime | None) -> None:
    await tx.execute(update(reports).where(reports.c.report_id == report_id).values(withdrawn_at=at))


async def save_feedback(tx: Transaction, report_id: UUID, *, solved: bool) -> None:
    await tx.execute(update(reports).where(reports.c.report_id == report_id).values(solved=solved))


def _addition(row: Any) -> Addition:
    return Addition(row.addition_id, row.report_id, Kind(row.kind), row.text, row.happened_at, row.added_at)
