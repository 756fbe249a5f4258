"""What goes to partners over HTTPS or by mail, in PostgreSQL."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, delete, exists, false, func, or_, select, update

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from routing.domain.deliveries import GIVE_UP_AFTER, Delivery, Kind, Stage
from routing.domain.partners import Channel, Partner
from routing.tables import deliveries

_ADD = deliveries.insert()
_FIELDS = tuple(deliveries.c[name] for name in Delivery.__dataclass_fields__)


def add(tx: Transaction, delivery: Delivery) -> None:
    row = fields_of(delivery)
    del row["id"]
    tx.write(_ADD, row)


async def claim(tx: Transaction, partner: Partner, many: int, lease: timedelta) -> list[Delivery]:
    """What is due to the partner, at most one of an assignment, and nobody else's until the lease is over.

    What comes after something that still waits, waits too.
    """
    before = deliveries.alias()
    one = deliveries.c
    due = (
        select(one.id)
        .where(
            one.partner == partner.id,
            one.channel == partner.channel,
            one.stage == Stage.WAITING,
            one.next_at <= tx.now,
            or_(one.first_tried_at.is_(None), one.first_tried_at > tx.now - GIVE_UP_AFTER),
            ~exists().where(
                before.c.assignment_id == one.assignment_id,
                before.c.stage == Stage.WAITING,
                before.c.id < one.id,
            ),
        )
        .order_by(one.next_at)
        .limit(many)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        update(deliveries)
        .where(one.id.in_(due))
        .values(
            next_at=tx.now + lease,
            attempts=one.attempts + 1,
            first_tried_at=func.coalesce(one.first_tried_at, tx.now),
        )
        .returning(*_FIELDS)
    )
    return [_delivery(row) for row in await tx.execute(claimed)]


async def overdue(tx: Transaction, reached: Collection[tuple[str, Channel]], many: int) -> list[Delivery]:
    """What was tried for a day, or is for a partner that is not reached that way any more; locked."""
    one = deliveries.c
    reachable = ((one.partner == partner) & (one.channel == channel) for partner, channel in reached)
    found = (
        select(*_FIELDS)
        .where(
            one.stage == Stage.WAITING,
            one.next_at <= tx.now,
            or_(one.first_tried_at <= tx.now - GIVE_UP_AFTER, ~or_(false(), *reachable)),
        )
        .order_by(one.id)
        .limit(many)
        .with_for_update(skip_locked=True)
    )
    return [_delivery(row) for row in await tx.execute(found)]


async def postpone(tx: Transaction, delivery: Delivery, until: datetime, why: str) -> None:
    """Nothing, where who claimed it was too late and another took over."""
    await tx.execute(_still(delivery).values(next_at=until, last_error=why))


async def settle(tx: Transaction, delivery: Delivery, stage: Stage, why: str | None = None) -> bool:
    """Delivered or given up, and its body erased; whether it was still ours to say so."""
    settled = _still(delivery).values(stage=stage, body=None, done_at=tx.now, last_error=why)
    return bool((await tx.execute(settled.returning(deliveries.c.id))).first())


async def drop(tx: Transaction, assignment_id: UUID) -> None:
    """Let go of all that waits about an assignment."""
    await tx.execute(
        update(deliveries)
        .where(deliveries.c.assignment_id == assignment_id, deliveries.c.stage == Stage.WAITING)
        .values(stage=Stage.GIVEN_UP, body=None, done_at=tx.now)
    )


async def count_waiting(tx: Transaction) -> dict[str, int]:
    """How many wait, by partner."""
    counted = (
        select(deliveries.c.partner, func.count().label("many"))
        .where(deliveries.c.stage == Stage.WAITING)
        .group_by(deliveries.c.partner)
    )
    return {row.partner: row.many for row in await tx.execute(counted)}


async def list_failed(tx: Transaction, partner: str, many: int) -> list[tuple[datetime, Stage, str]]:
    """What is tried again, and what was given up since something last went well: when it was made, its stage and why."""
    one = deliveries.c
    later = deliveries.alias().c
    went_well_since = exists().where(
        later.partner == partner, later.stage == Stage.DELIVERED, later.done_at >= one.done_at
    )
    found = (
        select(one.created_at, one.stage, one.last_error)
        .where(
            one.partner == partner,
            one.last_error.is_not(None),
            or_(one.stage == Stage.WAITING, and_(one.stage == Stage.GIVEN_UP, ~went_well_since)),
        )
        .order_by(one.id.desc())
        .limit(many)
    )
    return [(row.created_at, Stage(row.stage), row.last_error) for row in await tx.execute(found)]


async def forget(tx: Transaction, before: datetime) -> None:
    await tx.execute(delete(deliveries).where(deliveries.c.done_at < before))


def _still(delivery: Delivery) -> Any:
    """The row as it was claimed: a later claim has counted on."""
    one = deliveries.c
    return update(deliveries).where(
        one.id == delivery.id, one.stage == Stage.WAITING, one.attempts == delivery.attempts
    )


def _delivery(row: Row[Any]) -> Delivery:
    kinds = {"channel": Channel(row.channel), "kind": Kind(row.kind), "stage": Stage(row.stage)}
    return Delivery(**{**row._asdict(), **kinds})
