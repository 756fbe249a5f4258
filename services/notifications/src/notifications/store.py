"""Notifications in PostgreSQL."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from notifications.domain import Letter, Notification, ReportNotRegistered, State
from notifications.tables import notifications, reports


async def add_report(tx: Transaction, report_id: UUID, *, reachable: bool) -> None:
    await tx.execute(
        insert(reports).values(report_id=report_id, reachable=reachable).on_conflict_do_nothing()
    )


async def is_reachable(tx: Transaction, report_id: UUID) -> bool:
    """ReportNotRegistered where the report is not known yet."""
    rows = await tx.execute(select(reports.c.reachable).where(reports.c.report_id == report_id))
    reachable: bool | None = rows.scalar_one_or_none()
    if reachable is None:
        raise ReportNotRegistered(f"{report_id} was not registered yet.")
    return reachable


_ADD = insert(notifications).on_conflict_do_nothing()


def add(tx: Transaction, notification: Notification) -> None:
    """Nothing where there is such a letter about the same thing already."""
    tx.write(_ADD, fields_of(notification))


async def claim_next(tx: Transaction) -> Notification | None:
    """The one that is due longest, locked until the commit; none where nothing is due or others have them all."""
    rows = await tx.execute(
        select(notifications)
        .where(notifications.c.state == State.QUEUED, notifications.c.next_at <= tx.now)
        .order_by(notifications.c.next_at, notifications.c.notification_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = rows.one_or_none()
    return _notification(row) if row else None


async def save(tx: Transaction, notification: Notification) -> None:
    """Keep how far it came."""
    await tx.execute(
        update(notifications)
        .where(notifications.c.notification_id == notification.notification_id)
        .values(
            state=notification.state,
            tries=notification.tries,
            next_at=notification.next_at,
            ended_at=notification.ended_at,
            reason=notification.reason,
        )
    )


async def list_about_report(tx: Transaction, report_id: UUID) -> list[Notification]:
    """All of a report, oldest first."""
    rows = await tx.execute(
        select(notifications)
        .where(notifications.c.report_id == report_id)
        .order_by(notifications.c.notification_id)
    )
    return [_notification(row) for row in rows]


def _notification(row: Row[Any]) -> Notification:
    values = row._asdict()
    return Notification(**values | {"letter": Letter(row.letter), "state": State(row.state)})
