"""The answer page: `/partner/{token}`, for somebody at a partner who has a link and no account."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis.database import Database
from chassis.http import InTransaction
from chassis.limiting import at_most, parse, spend
from chassis.principals import NotSignedIn, Signer
from chassis.transaction import Transaction
from look.pages import Pages
from routing.adapters import answer_form as form
from routing.adapters.answer_form import AnswerIncomplete, Faults
from routing.adapters.link_mail import mark
from routing.domain.assignments import OVER, CannotFollow
from routing.domain.policy import CARE
from routing.handlers import links
from routing.handlers.asking import Desk
from routing.handlers.links import Opened

PATH = "/partner"
COOKIE = "partner"
OPEN_FOR = timedelta(hours=1)
GUARDED = [Depends(at_most("30 per minute"))]
CODES_TRIED = parse("10 per hour")
WRONG_CODE = "Deze code klopt niet. Kijk hem na."
CANNOT_FOLLOW = "Dit antwoord past niet meer bij hoe het nu staat. Er is niets veranderd."
TRACKS = {
    True: "Zorg: wij zoeken hulp voor de bewoner.",
    False: "Handhaving: wij willen dat de overlast stopt.",
}

Filled = Mapping[str, str]


class Screens:
    """What the pages share. `codes` are those of partners that must give one; `secure` keeps the cookie to https."""

    def __init__(self, desk: Desk, codes: Mapping[str, str], *, secure: bool) -> None:
        self.desk = desk
        self.codes = codes
        self.secure = secure
        self.pages = Pages("routing")

    def gone(self, request: Request) -> HTMLResponse:
        """The same for a link that never was, one that expired and one that was used: nobody learns which there are."""
        return self.pages.render(request, "antwoord_weg.html", status=404)

    def ask_code(self, request: Request, token: str, *faults: tuple[str, str]) -> HTMLResponse:
        status = 422 if faults else 200
        return self.pages.render(
            request, "antwoord_code.html", status=status, here=f"{PATH}/{token}", errors=list(faults)
        )

    def is_shut(self, request: Request, opened: Opened, now: datetime) -> bool:
        """Whether the partner's code is still to be given."""
        if opened.assignment.partner not in self.codes:
            return False
        signer: Signer = request.app.state.signer
        try:
            known = signer.principal(request.cookies.get(COOKIE, ""), now)
        except NotSignedIn:
            return True
        return known.name != str(opened.assignment.assignment_id) or COOKIE not in known.scopes

    def let_in(self, request: Request, token: str, opened: Opened, now: datetime) -> Response:
        signer: Signer = request.app.state.signer
        answer = RedirectResponse(f"{PATH}/{token}", 303)
        known = signer.issue(str(opened.assignment.assignment_id), [COOKIE], now, OPEN_FOR)
        age = round(OPEN_FOR.total_seconds())
        answer.set_cookie(COOKIE, known, age, path=PATH, httponly=True, samesite="lax", secure=self.secure)
        return answer

    def show(
        self,
        request: Request,
        token: str,
        opened: Opened,
        filled: Filled,
        faults: Faults,
        *,
        status: int = 200,
    ) -> HTMLResponse:
        assignment = opened.assignment
        return self.pages.render(
            request,
            "antwoord.html",
            status=422 if faults and status == 200 else status,  # noqa: PLR2004
            here=f"{PATH}/{token}",
            assignment=assignment,
            partner=self.desk.register[assignment.partner],
            mark=mark(assignment),
            track=TRACKS[assignment.track == CARE],
            view=opened.view,
            received_at=datetime.fromisoformat(opened.view["received_at"]),
            choices=form.choices(assignment),
            form=form,
            done=request.query_params.get("gedaan"),
            filled=filled,
            errors=faults,
            fault=dict(faults),
        )


def router(database: Database, desk: Desk, codes: Mapping[str, str], *, secure: bool) -> APIRouter:
    screens = Screens(desk, codes, secure=secure)
    routes = APIRouter(prefix=PATH, include_in_schema=False)

    @routes.get("/bedankt")
    async def thank(request: Request) -> HTMLResponse:
        return screens.pages.render(request, "antwoord_bedankt.html")

    @routes.get("/{token}", dependencies=GUARDED)
    async def show_question(request: Request, token: str, tx: InTransaction) -> Response:
        """Changes nothing: scanners of mail open links too."""
        opened = await links.find_open(token, tx)
        if opened is None:
            return screens.gone(request)
        if screens.is_shut(request, opened, tx.now):
            return screens.ask_code(request, token)
        return screens.show(request, token, opened, {}, [])

    @routes.post("/{token}/code", dependencies=GUARDED)
    async def take_code(request: Request, token: str, tx: InTransaction) -> Response:
        opened = await links.find_open(token, tx)
        if opened is None or opened.assignment.partner not in codes:
            return screens.gone(request)
        await spend(request, CODES_TRIED, str(opened.assignment.assignment_id))
        given = (await _filled(request)).get("code", "").strip()
        if not hmac.compare_digest(given.encode(), codes[opened.assignment.partner].encode()):
            return screens.ask_code(request, token, ("code", WRONG_CODE))
        return screens.let_in(request, token, opened, tx.now)

    @routes.post("/{token}", dependencies=GUARDED)
    async def take_answer(request: Request, token: str) -> Response:
        filled = await _filled(request)
        async with database.transaction() as tx:
            return await _answer(screens, request, token, filled, tx)

    return routes


async def _answer(
    screens: Screens, request: Request, token: str, filled: Filled, tx: Transaction
) -> Response:
    opened = await links.find_open(token, tx, lock=True)
    if opened is None:
        await links.write_down_late(token, tx)
        return screens.gone(request)
    if screens.is_shut(request, opened, tx.now):
        return screens.ask_code(request, token)
    try:
        given = form.read(filled, opened.assignment)
        after = await links.answer(opened, given, tx, screens.desk)
    except AnswerIncomplete as incomplete:
        return screens.show(request, token, opened, filled, incomplete.faults)
    except CannotFollow:
        return screens.show(request, token, opened, {}, [("antwoord", CANNOT_FOLLOW)], status=409)
    done = after.state in OVER
    return RedirectResponse(f"{PATH}/bedankt" if done else f"{PATH}/{token}?gedaan={after.state}", 303)


async def _filled(request: Request) -> dict[str, Any]:
    return {name: str(value) for name, value in (await request.form()).items()}
