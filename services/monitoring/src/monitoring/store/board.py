"""The board as PostgreSQL has it."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from chassis.transaction import Transaction
from monitoring.domain.board import Concern, Tally, Urgency
from monitoring.domain.clocks import Promise, State
from monitoring.tables import deadlines, reports, stranded

_OPEN: ColumnElement[bool] = literal_column("state <> 'met'")
_ALERTED: ColumnElement[bool] = literal_column("state in ('warned', 'missed')")
_LATE: ColumnElement[bool] = literal_column("state = 'missed'")


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
                    deadlines.c.promise.in_((Promise.FIRST_ANSWER, Promise.RESULT)),
                    deadlines.c.state != State.CANCELLED,
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


def _concern(row: Row[Any]) -> Concern:
    found = row._asdict()
    urgency = {State.MISSED: Urgency.LATE, State.WARNED: Urgency.ALMOST, None: Urgency.STRANDED}
    return Concern(urgency=urgency[found.pop("state")], **found | {"promise": Promise(row.promise)})
