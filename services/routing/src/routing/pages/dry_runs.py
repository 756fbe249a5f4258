"""The screen of a dry run: how far it is, and what another policy would change."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis.http import InTransaction
from chassis.version_api import Name
from look.pages import Pages
from routing.adapters.names import names_for_people
from routing.domain.dry_runs import DryRun, Effects, RunState
from routing.handlers import dry_runs as handlers
from routing.handlers.asking import Desk
from routing.pages.policies import PATH, MayPropose, MayRead
from routing.store import dry_runs
from routing.store.policies import policies

STATES = {
    RunState.RUNNING: ("almost", "Bezig"),
    RunState.DONE: ("ok", "Klaar"),
    RunState.FAILED: ("late", "Mislukt"),
}


@dataclass(frozen=True, slots=True)
class Shift:
    """How many reports go to a partner, before and after."""

    name: str
    before: int
    after: int

    @property
    def difference(self) -> str:
        return f"{self.after - self.before:+d}".replace("-", "−") if self.after != self.before else "0"


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """What would change for one category; only partners for whom something does."""

    category: str
    reports: int
    changed: int
    shifts: tuple[Shift, ...]


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("routing")

    @routes.post(PATH + "/versies/{name}/proef")
    async def begin(
        name: Name, tx: InTransaction, writer: MayPropose, dagen: Annotated[str, Form()] = ""
    ) -> Response:
        version = await policies.get(tx, name)
        since = tx.now - timedelta(days=int(dagen)) if dagen in {"30", "365"} else None
        run = await handlers.begin(version.text, since, writer.name, tx, desk.register)
        return RedirectResponse(f"{PATH}/proef/{run.dry_run_id}", 303)

    @routes.get(PATH + "/proef/{dry_run_id}")
    async def show_dry_run(
        request: Request, dry_run_id: UUID, tx: InTransaction, _reader: MayRead
    ) -> HTMLResponse:
        run = await dry_runs.get(tx, dry_run_id)
        names = names_for_people(desk.register)
        return pages.render(
            request,
            "beleid-proef.html",
            active=PATH,
            run=run,
            state=STATES[run.state],
            known=await policies.find(tx, run.version) is not None,
            categories=_categories(run.effects, names),
            partners=_partners(run, names),
            names=names,
        )

    return routes


def _categories(effects: Effects, names: dict[str, str]) -> list[CategoryRow]:
    """What changes most comes first."""
    rows = [
        CategoryRow(
            names.get(category, category),
            effects.reports[category],
            effects.changed[category],
            _shifts(category, effects, names),
        )
        for category in effects.reports
    ]
    return sorted(rows, key=lambda row: (-row.changed, row.category))


def _shifts(category: str, effects: Effects, names: dict[str, str]) -> tuple[Shift, ...]:
    parts = sorted({part for kind, part in {**effects.before, **effects.after} if kind == category})
    shifts = (
        Shift(names.get(part, part), effects.before[category, part], effects.after[category, part])
        for part in parts
    )
    return tuple(shift for shift in shifts if shift.before != shift.after)


def _partners(run: DryRun, names: dict[str, str]) -> list[Shift]:
    by_part = run.effects.by_part()
    shifts = [Shift(names.get(part, part), before, after) for part, (before, after) in by_part.items()]
    return sorted(shifts, key=lambda shift: (-abs(shift.after - shift.before), shift.name))
