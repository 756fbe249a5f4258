"""The screens of the terms: what is in force in words, every version, and what a version would mean."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from chassis import version_pages
from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.toml_faults import sentence
from chassis.transaction import Transaction
from chassis.version_api import Name
from chassis.version_pages import Screens, overview
from look.pages import Pages
from monitoring.adapters import term_file
from monitoring.adapters.term_file import TermsAreWrong
from monitoring.domain.forecasts import IN_TIME, LATE, LATER, SOONER, Forecast
from monitoring.domain.terms import TermTable
from monitoring.handlers import terms as handlers
from monitoring.handlers.clocks import Terms
from monitoring.handlers.forecasts import what_if
from monitoring.handlers.terms import check
from monitoring.pages import term_words
from monitoring.pages.board_words import WAITS
from monitoring.store import transfers
from monitoring.store.terms import terms as versions

PATH = "/toezicht/termijnen"
MayRead = Annotated[Principal, Depends(may("terms:read"))]
MayActivate = Annotated[Principal, Depends(may("terms:activate"))]
NOT_CONFIRMED = "Vink aan dat u dit wilt."
PERIODS = {"0": "alleen wat nu loopt", "30": "ook van de laatste maand", "365": "ook van het laatste jaar"}
TRANSFERS_SHOWN = 5


def _show(table: TermTable) -> dict[str, Any]:
    return {"promises": term_words.by_promise(table), "words": term_words, "periods": [*PERIODS.items()]}


async def _strangers(text: str, tx: Transaction) -> list[str]:
    """What is wrong with a table that can be read: rules for partners that are not there, or not any more."""
    try:
        await check(text, tx)
    except TermsAreWrong as wrong:
        return [sentence(*fault) for fault in wrong.faults]
    return []


SCREENS = Screens(
    path=PATH,
    title="Termijnen",
    called="de termijnen",
    right="terms",
    store=versions,
    propose=handlers.propose,
    put_in_force=handlers.put_in_force,
    go_back=handlers.go_back,
    read=term_file.load_kept,
    show=_show,
    compare=term_words.compare,
    not_confirmed=NOT_CONFIRMED,
    remarks=_strangers,
)


def router(terms: Terms) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("monitoring")

    routes.include_router(version_pages.router(SCREENS, pages.render))

    @routes.get(PATH)
    async def show_terms(request: Request, tx: InTransaction, reader: MayRead) -> HTMLResponse:
        return pages.render(
            request,
            "termijnen.html",
            transfers=await transfers.list_newest(tx, TRANSFERS_SHOWN),
            may_activate="terms:activate" in reader.scopes,
            **await overview(SCREENS, terms.in_force.rules, tx, reader),
        )

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
