"""Who did what with messages by hand, and why."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, literal, select

from chassis.tables import deferred, interventions
from chassis.transaction import Transaction


async def write_down(tx: Transaction, ids: Sequence[int], action: str, who: str, why: str) -> None:
    """With the message as it is now; of one that was only read, without its body."""
    written: dict[str, ColumnElement[Any]] = {
        "at": literal(tx.now),
        "who": literal(who),
        "why": literal(why),
        "action": literal(action),
        "deferred_id": deferred.c.id,
        "source": deferred.c.source,
        "event_id": deferred.c.event_id,
        "subject": deferred.c.subject,
        "name": deferred.c.name,
        "body": literal(b"") if action == "read" else deferred.c.body,
    }
    these = select(*written.values()).where(deferred.c.id.in_(ids)).order_by(deferred.c.id)
    await tx.execute(interventions.insert().from_select(list(written), these))


async def write_down_many(tx: Transaction, action: str, what: str, who: str, why: str) -> None:
    """Of what was not put aside: `what` says in a few words which were meant."""
    await tx.execute(interventions.insert().values(at=tx.now, who=who, why=why, action=action, name=what))


async def list_interventions(tx: Transaction, before: int, limit: int) -> list[Row[Any]]:
    """What was done with parked and sent messages, without their bodies, newest first."""
    columns = [column for column in interventions.c if column.name != "body"]
    earlier = select(*columns).where(interventions.c.id < before)
    return list((await tx.execute(earlier.order_by(interventions.c.id.desc()).limit(limit))).all())
