"""The clocks in numbers, as PostgreSQL has them. What is counted often is found by an index alone."""

from sqlalchemy import ColumnElement, func, literal_column, select

from chassis.transaction import Transaction
from monitoring.domain.clocks import Promise, State
from monitoring.domain.figures import Figures, filled, filled_open
from monitoring.tables import deadlines

# As the conditions of the indexes are written, so that those are used.
_OPEN: ColumnElement[bool] = literal_column("state <> 'met'")
_LATE: ColumnElement[bool] = literal_column("state = 'missed'")


async def count_due_and_late(tx: Transaction) -> Figures:
    late = (
        select(
            deadlines.c.promise,
            func.count().label("many"),
            func.count().filter(deadlines.c.acknowledged_at.is_(None)).label("untaken"),
            func.min(deadlines.c.due_at).label("since"),
        )
        .where(_OPEN, _LATE)
        .group_by(deadlines.c.promise)
    )
    rows = list(await tx.execute(late))
    due = select(func.count().label("many"), func.min(deadlines.c.next_at).label("since"))
    waiting = (await tx.execute(due.where(deadlines.c.next_at <= tx.now))).one()
    return Figures(
        late=filled({Promise(row.promise): row.many for row in rows}),
        untaken=sum(row.untaken for row in rows),
        overdue_since=min((row.since for row in rows), default=None),
        due=waiting.many,
        due_since=waiting.since,
    )


async def count_open(tx: Transaction) -> dict[tuple[str, str], int]:
    """By promise and state: it goes through all that is open."""
    counted = (
        select(deadlines.c.promise, deadlines.c.state, func.count().label("many"))
        .where(_OPEN, deadlines.c.state != State.CANCELLED)
        .group_by(deadlines.c.promise, deadlines.c.state)
    )
    found = {(row.promise, row.state): row.many for row in await tx.execute(counted)}
    return filled_open(found)
