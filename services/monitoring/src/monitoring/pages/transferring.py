"""The screen on which running clocks are put on the terms that are in force: first what that means, then why."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis.http import InTransaction
from chassis.transaction import Transaction
from chassis.version_pages import clean, not_ready
from look.pages import Pages
from monitoring.domain.transfers import TermsChangedMeanwhile, TransferUnderWay
from monitoring.handlers import transfers as handlers
from monitoring.handlers.clocks import Terms
from monitoring.handlers.forecasts import what_if
from monitoring.handlers.terms import table_for
from monitoring.pages.terms import NOT_CONFIRMED, PATH, MayActivate, forecast_shown

REFUSED: dict[type[Exception], str] = {
    TermsChangedMeanwhile: "Er gelden intussen andere termijnen. Kijk opnieuw wat er verandert.",
    TransferUnderWay: "Er worden al termijnen omgezet. Wacht tot dat klaar is.",
}


def router(terms: Terms) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("monitoring")

    @routes.get(PATH + "/lopend")
    async def show_running(request: Request, tx: InTransaction, _actor: MayActivate) -> HTMLResponse:
        return await preview(request, tx, {})

    @routes.post(PATH + "/lopend")
    async def put_running_on(request: Request, tx: InTransaction, actor: MayActivate) -> Response:
        async with request.form() as sent:
            why, errors = clean(sent.get("reden")), not_ready(sent, NOT_CONFIRMED)
            version, also_sooner = str(sent.get("versie", "")), "eerder" in sent
        try:
            if not errors:
                await handlers.ask(version, why, actor.name, tx, also_sooner=also_sooner)
                return RedirectResponse(PATH, 303)
        except (TermsChangedMeanwhile, TransferUnderWay) as trouble:
            errors = [("reden", REFUSED[type(trouble)])]
        return await preview(request, tx, {"why": why, "also_sooner": also_sooner, "errors": errors}, 422)

    async def preview(
        request: Request, tx: Transaction, filled: dict[str, object], status: int = 200
    ) -> HTMLResponse:
        table = await table_for(tx, terms.in_force)
        found = await what_if(table, None, tx, terms, running=True)
        shown = {
            "active": PATH,
            "version": table.version,
            **forecast_shown(found),
            "why": "",
            "also_sooner": False,
        }
        return pages.render(request, "termijnen-lopend.html", status=status, **shown | filled)

    return routes
