"""The phone desk's screen."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis import trace
from chassis.principals import Principal, may
from contracts.intake import Channel
from intake.adapters import form
from intake.adapters.form import FormIncomplete
from intake.adapters.new_report import new_key
from intake.handlers import reports as handlers
from look.pages import Pages

MayAnswerPhone = Annotated[Principal, Depends(may("reports:phone"))]
TENURES = [
    ("corporation-tenant", "Ik huur van een woningcorporatie"),
    ("private-tenant", "Ik huur van iemand anders"),
    ("owner", "Ik ben eigenaar"),
    ("other", "Anders of weet ik niet"),
]
QUESTIONS = [
    ("danger", "Is iemand in gevaar?"),
    ("children", "Zijn er kinderen bij betrokken?"),
    ("going_on_now", "Is het nu aan de gang?"),
    ("reported_before", "Eerder gemeld?"),
]


def router(desk: handlers.Desk, together: handlers.Together) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("intake")
    kinds = [(word, kind.name.nl, kind.hint.nl) for word, kind in desk.categories.kinds.items()]

    def show(
        request: Request, page: str, filled: Mapping[str, Any], faults: list[tuple[str, str]]
    ) -> HTMLResponse:
        context: dict[str, Any] = {
            "active": request.url.path,
            "kinds": kinds,
            "short_kinds": [(word, name) for word, name, _ in kinds],
            "tenures": TENURES,
            "questions": QUESTIONS,
            "filled": filled,
            "asked": filled.get("navraag", []),
            "errors": faults,
            "fault": dict(faults),
            "key": filled.get("key") or new_key(),
        }
        return pages.render(request, page, status=422 if faults else 200, **context)

    async def accept(request: Request, channel: Channel, page: str) -> Response:
        sent = await request.form()
        filled: dict[str, Any] = {name: str(value) for name, value in sent.items()}
        filled["navraag"] = [str(value) for value in sent.getlist("navraag")]
        try:
            new = form.read(filled, channel, desk.categories)
        except FormIncomplete as incomplete:
            return show(request, page, filled, incomplete.faults)
        key = str(filled.get("key") or new_key())
        receipt = await together.do(handlers.Submission(new, key, trace.current()))
        return RedirectResponse(f"{request.url.path}/ontvangen?nummer={quote(receipt.reference)}", 303)

    @routes.get("/telefoon")
    async def show_phone_form(request: Request, _agent: MayAnswerPhone) -> HTMLResponse:
        return show(request, "telefoon.html", {}, [])

    @routes.post("/telefoon")
    async def accept_phone_report(request: Request, _agent: MayAnswerPhone) -> Response:
        return await accept(request, Channel.PHONE, "telefoon.html")

    @routes.get("/telefoon/ontvangen")
    async def show_phone_receipt(request: Request, _agent: MayAnswerPhone, nummer: str = "") -> HTMLResponse:
        return pages.render(request, "genoteerd.html", active="/telefoon", reference=nummer)

    return routes
