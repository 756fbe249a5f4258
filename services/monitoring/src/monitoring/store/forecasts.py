"""The clocks that go by the table of terms, a portion at a time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from chassis.transaction import Transaction
from monitoring.domain.clocks import OVER, Deadline, Promise, State
from monitoring.domain.terms import ENDS_ELSEWHERE
from monitoring.store.clocks import COLUMNS, deadline_of
from monitoring.tables import deadlines

# A result ends when its question does, and a term that a case set itself when that says so.
_GOES_BY_TABLE = (
    deadlines.c.promise.not_in(ENDS_ELSEWHERE),
    or_(deadlines.c.term_id.is_(None), deadlines.c.terms_version.is_not(None)),
)
_LOOKED_AT = [
    deadlines.c[name]
    for name in (
        "deadline_id",
        "report_id",
        "promise",
        "holder",
        "holder_name",
        "started_at",
        "due_at",
        "amount",
        "unit",
        "statutory",
        "facts",
        "state",
        "missed_at",
        "met_at",
        "paused_at",
    )
]
"""What a forecast goes by: there may be a million."""
_OPEN = deadlines.c.state.not_in(OVER)


async def list_looked_at(
    tx: Transaction, met_since: datetime | None, after: UUID | None, limit: int
) -> Sequence[Deadline]:
    """Those that are open, and those that were met since; in the order of their ids, from the one after `after`."""
    wanted: ColumnElement[bool] = _OPEN
    if met_since is not None:
        wanted = or_(_OPEN, (deadlines.c.state == State.MET) & (deadlines.c.met_at >= met_since))
    statement = select(*_LOOKED_AT).where(*_GOES_BY_TABLE, wanted)
    if after is not None:
        statement = statement.where(deadlines.c.deadline_id > after)
    rows = await tx.execute(statement.order_by(deadlines.c.deadline_id).limit(limit))
    return [
        Deadline(**row._asdict() | {"promise": Promise(row.promise), "state": State(row.state)})
        for row in rows
    ]


async def list_running(tx: Transaction, after: UUID | None, limit: int) -> Sequence[Deadline]:
    """Those that are open and were not missed, locked until the commit."""
    statement = select(*COLUMNS).where(*_GOES_BY_TABLE, _OPEN, deadlines.c.missed_at.is_(None))
    if after is not None:
        statement = statement.where(deadlines.c.deadline_id > after)
    rows = await tx.execute(statement.order_by(deadlines.c.deadline_id).limit(limit).with_for_update())
    return [deadline_of(row) for row in rows]
