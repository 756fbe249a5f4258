"""Alerts for webhooks in PostgreSQL."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from notifications.domain.webhooks import Delivery, Stage
from notifications.tables import deliveries

_ADD = insert(deliveries).on_conflict_do_nothing()
_FIELDS = tuple(deliveries.c[name] for name in Delivery.__dataclass_fields__)


def add(tx: Transaction, delivery: Delivery) -> None:
    """Nothing where the webhook has this alert, or had it."""
    tx.write(_ADD, fields_of(delivery))


async def claim(
    tx: Transaction, webhook: str, many: int, lease: timedelta, give_up_after: timedelta
) -> list[Delivery]:
    """What is due to a webhook, and nobody else's until the lease is over."""
    one = deliveries.c
    due = (
        select(one.event_id)
        .where(
            one.webhook == webhook,
            one.stage == Stage.WAITING,
            one.next_at <= tx.now,
            or_(one.first_tried_at.is_(None), one.first_tried_at > tx.now - give_up_after),
        )
        .order_by(one.next_at)
        .limit(many)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        update(deliveries)
        .where(one.webhook == webhook, one.event_id.in_(due))
        .values(
            next_at=tx.now + lease,
            attempts=one.attempts + 1,
            first_tried_at=func.coalesce(one.first_tried_at, tx.now),
        )
        .returning(*_FIELDS)
    )
    return [_delivery(row) for row in await tx.execute(claimed)]


async def postpone(tx: Transaction, delivery: Delivery, until: datetime, why: str) -> None:
    """Nothing, where who claimed it was too late and another took over."""
    await tx.execute(_still(delivery).values(next_at=until, reason=why))


async def settle(tx: Transaction, delivery: Delivery, stage: Stage, why: str | None = None) -> bool:
    """Delivered or given up; whether it was still ours to say so."""
    settled = _still(delivery).values(stage=stage, done_at=tx.now, reason=why)
    return (await tx.execute(settled)).rowcount > 0


async def give_up_overdue(tx: Transaction, webhooks: Collection[str], after: timedelta) -> dict[str, int]:
    """Let go of what was tried for so long, or is for a webhook that is no more; how many of each."""
    one = deliveries.c
    overdue = (
        update(deliveries)
        .where(
            one.stage == Stage.WAITING,
            one.next_at <= tx.now,
            or_(one.first_tried_at <= tx.now - after, one.webhook.not_in(webhooks)),
        )
        .values(stage=Stage.GIVEN_UP, done_at=tx.now, reason=func.coalesce(one.reason, "no such webhook"))
        .returning(one.webhook)
    )
    lost = list((await tx.execute(overdue)).scalars())
    return {webhook: lost.count(webhook) for webhook in lost}


async def try_again(tx: Transaction, webhook: str) -> int:
    """What was given up waits as if it were new; how many."""
    one = deliveries.c
    again = (
        update(deliveries)
        .where(one.webhook == webhook, one.stage == Stage.GIVEN_UP)
        .values(stage=Stage.WAITING, next_at=tx.now, first_tried_at=None, done_at=None)
    )
    return (await tx.execute(again)).rowcount


async def forget(tx: Transaction, before: datetime) -> None:
    await tx.execute(delete(deliveries).where(deliveries.c.done_at < before))


def _still(delivery: Delivery) -> Any:
    """The row as it was claimed: a later claim has counted on."""
    one = deliveries.c
    return update(deliveries).where(
        one.webhook == delivery.webhook,
        one.event_id == delivery.event_id,
        one.stage == Stage.WAITING,
        one.attempts == delivery.attempts,
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(**row._asdict() | {"stage": Stage(row.stage)})
