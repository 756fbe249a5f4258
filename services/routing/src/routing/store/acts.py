"""What people decided, in PostgreSQL."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from routing.domain.directing import Act, Decision, Why
from routing.tables import acts

_ADD = acts.insert()


def add(tx: Transaction, decision: Decision) -> None:
    tx.write(_ADD, fields_of(decision))


async def list_about(tx: Transaction, report_id: UUID) -> list[Decision]:
    """About all assignments of a report, newest first."""
    rows = await tx.execute(select(acts).where(acts.c.report_id == report_id).order_by(acts.c.id.desc()))
    return [_decision(row) for row in rows]


def _decision(row: Row[Any]) -> Decision:
    why = Why(row.why) if row.why else None
    return Decision(row.report_id, row.assignment_id, Act(row.act), row.who, row.at, why, row.partner)
