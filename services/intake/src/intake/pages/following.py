"""The reporter's own page about a report: `/volgen`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis.http import InTransaction
from chassis.limiting import at_most
from chassis.transaction import Transaction
from intake.adapters import following_form as form
from intake.adapters.form import FormIncomplete
from intake.adapters.new_report import new_key
from intake.domain.following import (
    Following,
    hear_by,
    helpers,
    is_late,
    may_regret,
    regret_ends,
    step,
    tidy,
)
from intake.domain.reports import NoSuchReport
from intake.handlers import following as handlers
from intake.store import following as store
from look.pages import Pages

Filled = Mapping[str, Any]
Act = Callable[[Following, Filled, Transaction], Awaitable[object]]

HELPERS = {
    "police": "de politie",
    "housing-association": "de woningcorporatie",
    "mediation": "buurtbemiddeling",
    "municipality": "de gemeente",
    "fire-brigade": "de brandweer",
}
SOMEBODY = "een organisatie die met ons samenwerkt"
UNKNOWN = "Wij kunnen dit nummer niet vinden. Kijk het na: het ziet eruit als WO-7K3M-92QD."


def router() -> APIRouter:
    routes = APIRouter(prefix="/volgen", include_in_schema=False)
    pages = Pages("intake")
    guarded = [Depends(at_most("30 per minute"))]

    @routes.get("")
    async def show_number_form(request: Request) -> HTMLResponse:
        return _ask_number(pages, request, {})

    @routes.post("")
    async def take_number(request: Request) -> Response:
        filled = await _filled(request)
        if not filled.get("nummer", "").strip():
            return _ask_number(pages, request, filled, "Vul het nummer van uw melding in.")
        return RedirectResponse(f"/volgen/{tidy(filled['nummer'])}", 303)

    @routes.get("/{reference}", dependencies=guarded)
    async def show_report(request: Request, reference: str, tx: InTransaction) -> Response:
        following = await _find(reference, tx)
        if following is None:
            return _ask_number(pages, request, {"nummer": reference}, UNKNOWN)
        return pages.render(request, "volgen.html", **_context(request, following, tx, {}, []))

    @routes.get("/{reference}/intrekken", dependencies=guarded)
    async def ask_withdrawal(request: Request, reference: str, tx: InTransaction) -> Response:
        following = await _find(reference, tx)
        if following is None or following.withdrawn_at:
            return RedirectResponse(f"/volgen/{tidy(reference)}", 303)
        return pages.render(request, "intrekken.html", active="/volgen", reference=following.reference)

    @routes.post("/{reference}/{act}", dependencies=guarded)
    async def act(request: Request, reference: str, act: str, tx: InTransaction) -> Response:
        following = await _find(reference, tx)
        if following is None:
            return _ask_number(pages, request, {"nummer": reference}, UNKNOWN)
        return await _act(pages, request, following, act, tx)

    return routes


async def _act(pages: Pages, request: Request, following: Following, act: str, tx: Transaction) -> Response:
    """Do it and come back to the page, which says that it was done; or show the page with what is wrong."""
    if act not in ACTS:
        raise HTTPException(404)
    filled = await _filled(request)
    try:
        await ACTS[act](following, filled, tx)
    except FormIncomplete as incomplete:
        context = _context(request, following, tx, filled, incomplete.faults)
        return pages.render(request, "volgen.html", status=422, **context)
    return RedirectResponse(f"/volgen/{following.reference}?gedaan={act}", 303)


async def _amend(following: Following, filled: Filled, tx: Transaction) -> None:
    new = form.read_amendment(filled)
    await handlers.amend(following.report_id, new.text, filled.get("key"), tx)


async def _note_incident(following: Following, filled: Filled, tx: Transaction) -> None:
    new = form.read_incident(filled, tx.now)
    await handlers.note_incident(following.report_id, new.happened_at, new.text, filled.get("key"), tx)


async def _withdraw(following: Following, _filled: Filled, tx: Transaction) -> None:
    await handlers.withdraw(following.report_id, tx)


async def _reinstate(following: Following, _filled: Filled, tx: Transaction) -> None:
    await handlers.reinstate(following.report_id, tx)


async def _give_feedback(following: Following, filled: Filled, tx: Transaction) -> None:
    await handlers.give_feedback(following.report_id, tx, solved=form.read_feedback(filled))


ACTS: Mapping[str, Act] = {
    "aanvullen": _amend,
    "dagboek": _note_incident,
    "intrekken": _withdraw,
    "doorzetten": _reinstate,
    "opgelost": _give_feedback,
}


def _ask_number(pages: Pages, request: Request, filled: Filled, fault: str | None = None) -> HTMLResponse:
    faults = [("nummer", fault)] if fault else []
    context = {"active": "/volgen", "filled": filled, "errors": faults, "fault": dict(faults)}
    return pages.render(request, "volgen_nummer.html", status=422 if faults else 200, **context)


def _context(
    request: Request, following: Following, tx: Transaction, filled: Filled, faults: list[tuple[str, str]]
) -> dict[str, Any]:
    return {
        "active": "/volgen",
        "following": following,
        "step": step(following),
        "hear_by": hear_by(following, tx.now),
        "late": is_late(following, tx.now),
        "helpers": [HELPERS.get(kind, SOMEBODY) for kind in helpers(following)],
        "regret_ends": regret_ends(following) if may_regret(following, tx.now) else None,
        "done": request.query_params.get("gedaan"),
        "filled": filled,
        "errors": faults,
        "fault": dict(faults),
        "key": filled.get("key") or new_key(),
    }


async def _filled(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.form()).items()}


async def _find(reference: str, tx: Transaction) -> Following | None:
    try:
        return await store.get_by_reference(tx, tidy(reference))
    except NoSuchReport:
        return None
