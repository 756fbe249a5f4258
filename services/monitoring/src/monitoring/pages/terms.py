"""The screens of the terms: what is in force in words, every version, and what a version would mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, Response

from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.toml_faults import sentence
from chassis.transaction import Transaction
from chassis.versions import Activation, Version
from look.pages import Pages
from monitoring.adapters import term_file
from monitoring.adapters.term_file import TermsAreWrong
from monitoring.domain.forecasts import IN_TIME, LATE, LATER, SOONER, Forecast
from monitoring.handlers.clocks import Terms
from monitoring.handlers.forecasts import what_if
from monitoring.pages import term_words
from monitoring.pages.board_words import WAITS
from monitoring.store import transfers
from monitoring.store.terms import terms as versions

PATH = "/toezicht/termijnen"
MayRead = Annotated[Principal, Depends(may("terms:read"))]
MayPropose = Annotated[Principal, Depends(may("terms:propose"))]
MayActivate = Annotated[Principal, Depends(may("terms:activate"))]
Name = Annotated[str, Path(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$")]
KINDS = {"added": ("ok", "Nieuw"), "removed": ("late", "Vervalt"), "changed": ("notice", "Anders")}
PERIODS = {"0": "alleen wat nu loopt", "30": "ook van de laatste maand", "365": "ook van het laatste jaar"}
TRANSFERS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version in a list, with its badge and when it was last put in force."""

    version: Version
    badge: tuple[str, str]
    last: Activation | None


def router(terms: Terms) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("monitoring")

    @routes.get(PATH)
    async def show_terms(request: Request, tx: InTransaction, reader: MayRead) -> HTMLResponse:
        past = await versions.list_activations(tx)
        kept = await versions.list_versions(tx)
        table = terms.in_force.rules
        return pages.render(
            request,
            "termijnen.html",
            active=PATH,
            now=past[0] if past else None,
            goes_by=table.version,
            versions=[_view(version, past) for version in kept],
            transfers=await transfers.list_newest(tx, TRANSFERS_SHOWN),
            may_propose="terms:propose" in reader.scopes,
            may_activate="terms:activate" in reader.scopes,
            promises=term_words.by_promise(table),
            words=term_words,
        )

    @routes.get(PATH + "/versies/{name}")
    async def show_version(request: Request, name: Name, tx: InTransaction, reader: MayRead) -> HTMLResponse:
        return pages.render(request, "termijnen-versie.html", **await version_shown(name, tx, reader))

    @routes.get(PATH + "/versies/{name}/tekst")
    async def take_text(name: Name, tx: InTransaction, _reader: MayRead) -> Response:
        headers = {"Content-Disposition": f'attachment; filename="termijnen-{name}.toml"'}
        return Response((await versions.get(tx, name)).text, media_type="application/toml", headers=headers)

    @routes.get(PATH + "/versies/{name}/proef")
    async def show_what_if(
        request: Request, name: Name, tx: InTransaction, _reader: MayRead, dagen: str = "30"
    ) -> HTMLResponse:
        """What cannot be read means nothing: the version's own page says why."""
        dagen = dagen if dagen in PERIODS else "30"
        table = term_file.load_kept((await versions.get(tx, name)).text)
        found = await what_if(table, timedelta(days=int(dagen)), tx, terms)
        return pages.render(
            request,
            "termijnen-proef.html",
            active=PATH,
            name=name,
            days=dagen,
            periods=[*PERIODS.items()],
            **forecast_shown(found),
        )

    @routes.get(PATH + "/vergelijken")
    async def show_difference(
        request: Request, tx: InTransaction, _reader: MayRead, van: str = "", naar: str = ""
    ) -> HTMLResponse:
        """Without a choice, what is in force beside the newest."""
        kept, past = await versions.list_versions(tx), await versions.list_activations(tx)
        old = van or (past[0].version if past else "")
        new = naar or next((one.name for one in kept if one.name != old), old)
        return pages.render(
            request,
            "termijnen-vergelijken.html",
            active=PATH,
            versions=[(one.name, one.name) for one in kept],
            old=old,
            new=new,
            kinds=KINDS,
            **_difference(await versions.get(tx, old), await versions.get(tx, new)),
        )

    return routes


def forecast_shown(found: Forecast) -> dict[str, Any]:
    """Only rows in which something would change."""
    kinds = (LATER, SOONER, LATE, IN_TIME)
    counted = [(row, [found.changes[row, kind] for kind in kinds]) for row in found.rows()]
    return {
        "clocks": found.clocks.total(),
        "totals": [found.total(kind) for kind in kinds],
        "rows": [
            (WAITS[row[0]], found.names[row[1]], found.clocks[row], counts)
            for row, counts in counted
            if any(counts)
        ],
    }


async def version_shown(name: str, tx: Transaction, reader: Principal) -> dict[str, Any]:
    version, past = await versions.get(tx, name), await versions.list_activations(tx)
    view = _view(version, past)
    faults, promises = [], []
    try:
        promises = term_words.by_promise(term_file.load_kept(version.text))
    except TermsAreWrong as wrong:
        faults = [sentence(*fault) for fault in wrong.faults]
    return {
        "active": PATH,
        "view": view,
        "now": past[0] if past else None,
        "activations": [one for one in past if one.version == name],
        "in_force": view.last is not None and view.last is past[0],
        "was_in_force": view.last is not None,
        "is_mine": version.proposed_by == reader.name,
        "may_activate": "terms:activate" in reader.scopes,
        "periods": [*PERIODS.items()],
        "why": "",
        "faults": faults,
        "promises": promises,
        "words": term_words,
    }


def _view(version: Version, past: Sequence[Activation]) -> VersionView:
    mine = [one for one in past if one.version == version.name]
    if mine and mine[0] is past[0]:
        badge = ("ok", "Geldt nu")
    else:
        badge = ("plain", "Gold eerder") if mine else ("notice", "Voorgesteld")
    return VersionView(version, badge, mine[0] if mine else None)


def _difference(old: Version, new: Version) -> dict[str, Any]:
    try:
        before, after = term_file.load_kept(old.text), term_file.load_kept(new.text)
    except TermsAreWrong as wrong:
        return {"changes": [], "errors": [("van", sentence(*fault)) for fault in wrong.faults]}
    return {"changes": term_words.compare(before, after)}
