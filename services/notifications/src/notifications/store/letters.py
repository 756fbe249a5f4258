"""Letters in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from notifications.domain.letters import Letter, Notification, ReportNotRegistered, State
from notifications.tables import mailboxes, notifications, reports


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
_ADD_MAILBOX = insert(mailboxes).on_conflict_do_nothing()


def add(tx: Transaction, notification: Notification) -> None:
    """Nothing where there is such a letter about the same thing already."""
    tx.write(_ADD, fields_of(notification))
    if notification.mailbox is not None:
        tx.write(_ADD_MAILBOX, {"mailbox": notification.mailbox, "quiet_until": notification.queued_at})


async def claim_mailbox(tx: Transaction) -> str | None:
    """One with loose letters that may get mail again, locked until the commit; none where there is none.

    While its last mail is not out it gets no other: what comes meanwhile goes together.
    """
    mine = (notifications.c.mailbox == mailboxes.c.mailbox, notifications.c.state == State.QUEUED)
    free = (
        select(mailboxes.c.mailbox)
        .where(
            mailboxes.c.quiet_until <= tx.now,
            exists().where(*mine, notifications.c.bundle_id.is_(None)),
            ~exists().where(*mine, notifications.c.bundle_id.is_not(None)),
        )
        .order_by(mailboxes.c.quiet_until)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    mailbox: str | None = (await tx.execute(free)).scalar_one_or_none()
    return mailbox


async def list_loose(tx: Transaction, mailbox: str, limit: int) -> list[Notification]:
    """The letters to a mailbox that are in no mail yet, oldest first."""
    rows = await tx.execute(
        select(notifications)
        .where(
            notifications.c.mailbox == mailbox,
            notifications.c.state == State.QUEUED,
            notifications.c.bundle_id.is_(None),
        )
        .order_by(notifications.c.notification_id)
        .limit(limit)
    )
    return [_notification(row) for row in rows]


async def hush(tx: Transaction, mailbox: str, until: datetime) -> None:
    """No other mail to it before this moment."""
    await tx.execute(update(mailboxes).where(mailboxes.c.mailbox == mailbox).values(quiet_until=until))


async def claim_next(tx: Transaction) -> list[Notification]:
    """The letters of the mail that is due longest, locked until the commit; none where nothing is due or others have them all."""
    first = (
        select(notifications.c.notification_id)
        .where(
            notifications.c.state == State.QUEUED,
            notifications.c.notification_id == notifications.c.bundle_id,
            notifications.c.next_at <= tx.now,
        )
        .order_by(notifications.c.next_at, notifications.c.notification_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    bundle_id = (await tx.execute(first)).scalar_one_or_none()
    if bundle_id is None:
        return []
    rows = await tx.execute(
        select(notifications)
        .where(notifications.c.bundle_id == bundle_id)
        .order_by(notifications.c.notification_id)
        .with_for_update()
    )
    return [_notification(row) for row in rows]


_CHANGING = ("state", "tries", "next_at", "ended_at", "reason", "bundle_id")
_SAVE = (
    update(notifications)
    .where(notifications.c.notification_id == bindparam("this"))
    .values({name: bindparam(name) for name in _CHANGING})
)


def save(tx: Transaction, changed: Sequence[Notification]) -> None:
    """Keep how far each came."""
    for one in changed:
        tx.write(_SAVE, {"this": one.notification_id, **{name: getattr(one, name) for name in _CHANGING}})


async def is_mailbox(tx: Transaction, mailbox: str) -> bool:
    known = select(mailboxes.c.mailbox).where(mailboxes.c.mailbox == mailbox)
    return (await tx.execute(known)).one_or_none() is not None


async def try_again(tx: Transaction, mailbox: str, since: datetime) -> int:
    """Alerts that were given up since then wait as if they were new; how many."""
    one = notifications.c
    again = (
        update(notifications)
        .where(one.mailbox == mailbox, one.state == State.FAILED, one.ended_at > since)
        .values(state=State.QUEUED, tries=0, next_at=tx.now, ended_at=None, bundle_id=None)
    )
    return (await tx.execute(again)).rowcount


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
