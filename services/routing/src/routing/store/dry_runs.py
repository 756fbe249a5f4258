"""Dry runs, and the assessments that they replay, in PostgreSQL."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Text, Uuid, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from routing.domain.dry_runs import DryRun, NoSuchDryRun, RunState
from routing.domain.facts import Sighting
from routing.store import effects
from routing.tables import assessments, dry_runs, sightings


@dataclass(frozen=True, slots=True)
class First:
    """The first assessment of a report. `facts` and `decision` are JSON that is not read yet: that is done elsewhere."""

    report_id: UUID
    policy_version: str
    facts: str
    decision: str


async def add(tx: Transaction, run: DryRun) -> None:
    await tx.execute(dry_runs.insert(), _written(run))


async def get(tx: Transaction, dry_run_id: UUID) -> DryRun:
    """NoSuchDryRun."""
    row = (await tx.execute(select(dry_runs).where(dry_runs.c.dry_run_id == dry_run_id))).one_or_none()
    if row is None:
        raise NoSuchDryRun(f"{dry_run_id} is not a dry run here.")
    return _run(row)


async def list_newest(tx: Transaction, limit: int) -> list[DryRun]:
    rows = await tx.execute(select(dry_runs).order_by(dry_runs.c.asked_at.desc()).limit(limit))
    return [_run(row) for row in rows]


async def count_running(tx: Transaction) -> int:
    counted = select(func.count()).where(dry_runs.c.state == RunState.RUNNING)
    return int((await tx.execute(counted)).scalar_one())


async def claim_running(tx: Transaction) -> DryRun | None:
    """The oldest that is to be worked on, locked until the commit; none where there is none, or others have them all."""
    running = select(dry_runs).where(dry_runs.c.state == RunState.RUNNING)
    oldest = running.order_by(dry_runs.c.asked_at).limit(1).with_for_update(skip_locked=True)
    row = (await tx.execute(oldest)).one_or_none()
    return _run(row) if row else None


async def save(tx: Transaction, run: DryRun) -> None:
    await tx.execute(update(dry_runs).where(dry_runs.c.dry_run_id == run.dry_run_id).values(**_written(run)))


async def forget(tx: Transaction, before: datetime) -> None:
    """Let go of what ended before this time."""
    await tx.execute(delete(dry_runs).where(dry_runs.c.ended_at < before))


async def count_first(tx: Transaction, since: datetime | None, until: datetime) -> int:
    found = _within(select(func.count()).select_from(assessments), since, until)
    return int((await tx.execute(found)).scalar_one())


async def list_first(tx: Transaction, run: DryRun, limit: int) -> list[First]:
    """The next first assessments to replay, in the order of the reports' ids."""
    columns = assessments.c
    found = _within(
        select(
            columns.report_id,
            columns.policy_version,
            cast(columns.facts, Text).label("facts"),
            cast(columns.decision, Text).label("decision"),
        ),
        run.since,
        run.asked_at,
    )
    if run.at_report:
        found = found.where(columns.report_id > run.at_report)
    rows = await tx.execute(found.order_by(columns.report_id).limit(limit))
    return [First(**row._asdict()) for row in rows]


def _within(found: Select[Any], since: datetime | None, until: datetime) -> Select[Any]:
    found = found.where(assessments.c.revision == 1, assessments.c.assessed_at <= until)
    return found.where(assessments.c.assessed_at >= since) if since else found


async def list_seen_before(
    tx: Transaction, report_ids: Collection[UUID], back: timedelta
) -> dict[UUID, list[Sighting]]:
    """What was seen at the address of each of these reports, so far back from when it was received, itself included."""
    this, other = sightings.alias("this"), sightings.alias("other")
    rows = await tx.execute(
        select(this.c.report_id, other.c.who, other.c.category, other.c.received_at)
        .join_from(this, other, this.c.place == other.c.place)
        .where(
            this.c.report_id == func.any(cast(list(report_ids), ARRAY(Uuid))),
            other.c.received_at.between(this.c.received_at - back, this.c.received_at),
        )
        .order_by(other.c.received_at)
    )
    seen: dict[UUID, list[Sighting]] = {}
    for row in rows:
        seen.setdefault(row.report_id, []).append(Sighting(row.who, row.category, row.received_at))
    return seen


def _written(run: DryRun) -> dict[str, Any]:
    return fields_of(run) | {"effects": effects.written(run.effects)}


def _run(row: Row[Any]) -> DryRun:
    read = {"state": RunState(row.state), "effects": effects.read(row.effects)}
    return DryRun(**row._asdict() | read)
