"""How it stands with each way out, in PostgreSQL: mailboxes and webhooks alike."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from chassis.transaction import Transaction
from notifications.domain.letters import State
from notifications.domain.webhooks import Outlet, Stage
from notifications.tables import deliveries, notifications

SHOWN_FOR = timedelta(days=7)


async def list_mailboxes(tx: Transaction) -> list[Outlet]:
    """Those of alerts for which something waits, or was given up within a week."""
    one = notifications.c
    return await _list(
        tx,
        one.mailbox,
        waits=one.state == State.QUEUED,
        lost=(one.state == State.FAILED) & (one.ended_at > tx.now - SHOWN_FOR),
        since=one.queued_at,
        reason=one.reason,
        among=one.mailbox.is_not(None) & (one.state != State.SENT),
    )


async def list_webhooks(tx: Transaction) -> list[Outlet]:
    """Those for which something waits, or was given up within a week."""
    one = deliveries.c
    return await _list(
        tx,
        one.webhook,
        waits=one.stage == Stage.WAITING,
        lost=(one.stage == Stage.GIVEN_UP) & (one.done_at > tx.now - SHOWN_FOR),
        since=one.created_at,
        reason=one.reason,
        among=one.stage != Stage.DELIVERED,
    )


async def waiting_letters(tx: Transaction) -> tuple[int, datetime | None]:
    """How many letters of any kind wait to be sent, and since when the first of them."""
    one = notifications.c
    counted = select(func.count().label("many"), func.min(one.queued_at).label("since"))
    found = (await tx.execute(counted.where(one.state == State.QUEUED))).one()
    return found.many, found.since


async def _list(
    tx: Transaction,
    name: ColumnElement[Any],
    *,
    waits: ColumnElement[bool],
    lost: ColumnElement[bool],
    since: ColumnElement[Any],
    reason: ColumnElement[Any],
    among: ColumnElement[bool],
) -> list[Outlet]:
    counted = (
        select(
            name.label("name"),
            func.count().filter(waits).label("waiting"),
            func.min(since).filter(waits).label("waiting_since"),
            func.count().filter(lost).label("given_up"),
            func.max(reason).label("reason"),
        )
        .where(among, waits | lost)
        .group_by(name)
        .order_by(name)
    )
    return [Outlet(**row._asdict()) for row in await tx.execute(counted)]
