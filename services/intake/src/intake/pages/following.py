"""The reporter's own page about a report: `/volgen`."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis.http import InTransaction
from chassis.limiting import at_most
from chassis.principals import NotSignedIn, Signer
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
from intake.handlers import pins
from intake.store import following as store
from look import languages
from look.languages import marked
from look.pages import Pages

Filled = Mapping[str, Any]
Act = Callable[[Following, Filled, Transaction], Awaitable[object]]

HELPERS = {
    "police": marked("de politie"),
    "housing-association": marked("de woningcorporatie"),
    "mediation": marked("buurtbemiddeling"),
    "municipality": marked("de gemeente"),
    "fire-brigade": marked("de brandweer"),
}
SOMEBODY = marked("een organisatie die met ons samenwerkt")
MISSING = marked("Vul het nummer van uw melding in.")
WRONG = marked("Dit nummer en deze pincode horen niet bij elkaar. Kijk ze na.")
COOKIE = "volgen"
OPEN_FOR = timedelta(hours=1)
GUARDED = [Depends(at_most("30 per minute"))]


class Screens:
    """What the pages of one language share. `secure` keeps their cookie to https."""

    def __init__(self, language: str, *, secure: bool) -> None:
        self.secure = secure
        self.pages = Pages("intake")
        self.home = f"{languages.root(language)}/volgen"
        self.said = self.pages.said_in(language)

    def go(self, reference: str, query: str = "") -> RedirectResponse:
        return RedirectResponse(f"{self.home}/{tidy(reference)}{query}", 303)

    def render(self, request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        context |= {"active": self.home, "home": self.home, "translated": True}
        return self.pages.render(request, template, status=status, **context)

    def ask(self, request: Request, template: str, filled: Filled, *faults: tuple[str, str]) -> HTMLResponse:
        said = [(name, self.said(sentence)) for name, sentence in faults]
        status = 422 if faults else 200
        return self.render(request, template, status=status, filled=filled, errors=said, fault=dict(said))

    def ask_number(self, request: Request, filled: Filled, *faults: tuple[str, str]) -> HTMLResponse:
        return self.ask(request, "volgen_nummer.html", filled, *faults)

    def ask_pin(self, request: Request, reference: str, *faults: tuple[str, str]) -> HTMLResponse:
        """The same page whether the report is locked or there is none: nobody learns which references there are."""
        return self.ask(request, "volgen_pincode.html", {"nummer": tidy(reference)}, *faults)

    def open(self, request: Request, reference: str, now: datetime) -> RedirectResponse:
        """Let who knew the PIN see the report for an hour."""
        signer: Signer = request.app.state.signer
        answer = self.go(reference)
        token = signer.issue(tidy(reference), [COOKIE], now, OPEN_FOR)
        age = round(OPEN_FOR.total_seconds())
        answer.set_cookie(COOKIE, token, age, httponly=True, samesite="lax", secure=self.secure)
        return answer

    def show(
        self,
        request: Request,
        following: Following,
        now: datetime,
        filled: Filled,
        faults: list[tuple[str, str]],
    ) -> HTMLResponse:
        said = [(name, self.said(sentence)) for name, sentence in faults]
        return self.render(
            request,
            "volgen.html",
            status=422 if faults else 200,
            following=following,
            here=f"{self.home}/{following.reference}",
            step=step(following),
            hear_by=hear_by(following, now),
            late=is_late(following, now),
            helpers=[self.said(HELPERS.get(kind, SOMEBODY)) for kind in helpers(following)],
            regret_ends=regret_ends(following) if may_regret(following, now) else None,
            done=request.query_params.get("gedaan"),
            filled=filled,
            errors=said,
            fault=dict(said),
            key=filled.get("key") or new_key(),
        )


def router(language: str, *, secure: bool) -> APIRouter:
    """The pages in one language."""
    screens = Screens(language, secure=secure)
    routes = APIRouter(prefix=screens.home, include_in_schema=False)
    _add_ways_in(routes, screens)
    _add_acts(routes, screens)
    return routes


def _add_ways_in(routes: APIRouter, screens: Screens) -> None:

    @routes.get("")
    async def show_number_form(request: Request) -> HTMLResponse:
        return screens.ask_number(request, {})

    @routes.post("")
    async def take_number(request: Request) -> Response:
        filled = await _filled(request)
        if not filled.get("nummer", "").strip():
            return screens.ask_number(request, filled, ("nummer", MISSING))
        return screens.go(filled["nummer"])

    @routes.get("/{reference}", dependencies=GUARDED)
    async def show_report(request: Request, reference: str, tx: InTransaction) -> Response:
        following = await _find(request, reference, tx)
        if following is None:
            return screens.ask_pin(request, reference)
        return screens.show(request, following, tx.now, {}, [])

    @routes.post("/{reference}/pincode", dependencies=[Depends(at_most("10 per minute"))])
    async def take_pin(request: Request, reference: str, tx: InTransaction) -> Response:
        pin = "".join(filter(str.isdigit, (await _filled(request)).get("pincode", "")))
        if await pins.find_report(tx, tidy(reference), pin) is None:
            return screens.ask_pin(request, reference, ("pincode", WRONG))
        return screens.open(request, reference, tx.now)


def _add_acts(routes: APIRouter, screens: Screens) -> None:
    @routes.get("/{reference}/intrekken", dependencies=GUARDED)
    async def ask_withdrawal(request: Request, reference: str, tx: InTransaction) -> Response:
        following = await _find(request, reference, tx)
        if following is None or following.withdrawn_at:
            return screens.go(reference)
        return screens.render(request, "intrekken.html", reference=following.reference)

    @routes.post("/{reference}/{act}", dependencies=GUARDED)
    async def act(request: Request, reference: str, act: str, tx: InTransaction) -> Response:
        following = await _find(request, reference, tx)
        if following is None:
            return screens.ask_pin(request, reference)
        return await _act(screens, request, following, act, tx)


async def _act(
    screens: Screens, request: Request, following: Following, act: str, tx: Transaction
) -> Response:
    """Do it and come back to the page, which says that it was done; or show the page with what is wrong."""
    if act not in ACTS:
        raise HTTPException(404)
    filled = await _filled(request)
    try:
        await ACTS[act](following, filled, tx)
    except FormIncomplete as incomplete:
        return screens.show(request, following, tx.now, filled, incomplete.faults)
    return screens.go(following.reference, f"?gedaan={act}")


async def _amend(following: Following, filled: Filled, tx: Transaction) -> None:
    new = form.read_amendment(filled)
    await handlers.amend(following.report_id, new, filled.get("key"), tx, most=0)


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


async def _filled(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.form()).items()}


async def _find(request: Request, reference: str, tx: Transaction) -> Following | None:
    """The report with this reference; none where there is none, or it is locked and nobody opened it here."""
    try:
        following = await store.get_by_reference(tx, tidy(reference))
    except NoSuchReport:
        return None
    return following if not following.locked or _was_opened(request, following, tx.now) else None


def _was_opened(request: Request, following: Following, now: datetime) -> bool:
    signer: Signer = request.app.state.signer
    try:
        opened = signer.principal(request.cookies.get(COOKIE, ""), now)
    except NotSignedIn:
        return False
    return opened.name == following.reference and COOKIE in opened.scopes
