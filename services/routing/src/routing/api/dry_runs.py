"""Routing over HTTP: what another policy would have decided about the reports there were."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import AwareDatetime, Field

from chassis.http import InTransaction
from contracts.envelope import Shape
from routing.api.policies import MayPropose, MayRead, Text
from routing.domain.dry_runs import DryRun, Effects, NoSuchDryRun, RunState, TooManyDryRuns
from routing.domain.partners import Partner
from routing.handlers import dry_runs as handlers
from routing.store import dry_runs as store

REFUSALS: dict[type[Exception], int] = {NoSuchDryRun: 404, TooManyDryRuns: 409}
PATH = "/routing/v1/dry-runs"


class DryRunIn(Shape):
    """The policy to try, which is not kept as a version, and since when reports are looked at: without it all."""

    text: Text
    since: AwareDatetime | None = None


class PartOut(Shape):
    """How many reports go to who plays a part."""

    part: str
    before: int
    after: int


class CategoryOut(Shape):
    """What would change for a category."""

    category: str
    reports: int
    changed: int
    parts: tuple[PartOut, ...]


class ExampleOut(Shape):
    """A report that would go another way, in Dutch sentences."""

    report_id: UUID
    category: str
    difference: tuple[str, ...]


class DryRunOut(Shape):
    """How far a dry run is and what it found so far. `unread` are reports whose facts could not be read."""

    dry_run_id: UUID
    version: str
    since: datetime | None
    asked_by: str
    asked_at: datetime
    state: RunState
    failure: str | None
    total: int
    done: int
    reports: int
    changed: int
    unread: int
    categories: tuple[CategoryOut, ...]
    parts: tuple[PartOut, ...]
    examples: tuple[ExampleOut, ...] = Field(description="The first fifty that would change.")
    ended_at: datetime | None


def router(register: Mapping[str, Partner]) -> APIRouter:
    routes = APIRouter(prefix=PATH, tags=["dry runs"])

    @routes.post("", status_code=202)
    async def begin_dry_run(
        body: DryRunIn, tx: InTransaction, who: MayPropose, response: Response
    ) -> DryRunOut:
        """Have the reports there were decided by another policy. Nothing about them changes."""
        run = await handlers.begin(body.text, body.since, who.name, tx, register)
        response.headers["Location"] = f"{PATH}/{run.dry_run_id}"
        return dry_run_out(run)

    @routes.get("/{dryRunId}")
    async def get_dry_run(
        dry_run_id: Annotated[UUID, Path(alias="dryRunId")], tx: InTransaction, _reader: MayRead
    ) -> DryRunOut:
        """Say how far a dry run is, and what it found."""
        return dry_run_out(await store.get(tx, dry_run_id))

    return routes


def dry_run_out(run: DryRun) -> DryRunOut:
    effects = run.effects
    return DryRunOut(
        dry_run_id=run.dry_run_id,
        version=run.version,
        since=run.since,
        asked_by=run.asked_by,
        asked_at=run.asked_at,
        state=run.state,
        failure=run.failure,
        total=run.total,
        done=run.done,
        reports=effects.reports.total(),
        changed=effects.changed.total(),
        unread=effects.unread,
        categories=tuple(_category(category, effects) for category in sorted(effects.reports)),
        parts=tuple(
            PartOut(part=part, before=before, after=after)
            for part, (before, after) in effects.by_part().items()
        ),
        examples=tuple(ExampleOut.model_validate(one, from_attributes=True) for one in effects.examples),
        ended_at=run.ended_at,
    )


def _category(category: str, effects: Effects) -> CategoryOut:
    asked = sorted({part for kind, part in {**effects.before, **effects.after} if kind == category})
    return CategoryOut(
        category=category,
        reports=effects.reports[category],
        changed=effects.changed[category],
        parts=tuple(
            PartOut(part=part, before=effects.before[category, part], after=effects.after[category, part])
            for part in asked
        ),
    )
