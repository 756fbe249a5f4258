"""The screens on which a new version of the policy is proposed, put in force, or gone back to."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from chassis.http import InTransaction
from chassis.principals import Principal
from chassis.toml_faults import sentence
from chassis.transaction import Transaction
from chassis.versions import Activation, FourEyesNeeded, InForceAlready, NeverInForce, VersionTaken
from look.pages import Pages
from routing.adapters.names import names_for_people
from routing.adapters.policy_file import PolicyIsWrong
from routing.domain.partners import Partner
from routing.handlers import policies as handlers
from routing.handlers.asking import Desk
from routing.pages.policies import PATH, MayActivate, MayPropose, Name, version_shown

SHORTEST_REASON, LONGEST_REASON = 5, 1000
NO_TEXT = "Kies een bestand of plak de tekst van het beleid."
NO_REASON = "Schrijf op waarom, in minstens vijf tekens."
NOT_CONFIRMED = "Vink aan dat dit beleid gaat gelden."
REFUSED: dict[type[Exception], str] = {
    FourEyesNeeded: "U hebt deze versie zelf voorgesteld: iemand anders moet hem laten gelden.",
    InForceAlready: "Deze versie geldt al.",
    NeverInForce: "Deze versie gold nog nooit: laat hem eerst gelden.",
    VersionTaken: "Er is al een versie met deze naam en een andere tekst: geef de uwe een andere naam.",
}

Errors = list[tuple[str, str]]
Decide = Callable[[str, str, str, Transaction, Mapping[str, Partner]], Awaitable[Activation]]


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("routing")
    names = names_for_people(desk.register)

    @routes.get(PATH + "/nieuw")
    async def show_form(request: Request, _writer: MayPropose) -> HTMLResponse:
        return pages.render(request, "beleid-nieuw.html", active=PATH, text="", note="")

    @routes.post(PATH + "/nieuw")
    async def propose(request: Request, tx: InTransaction, writer: MayPropose) -> Response:
        async with request.form() as sent:
            text, note = await _text(sent), _clean(sent.get("toelichting"))
        try:
            version = await handlers.propose(text, note, writer.name, tx, desk.register)
        except (PolicyIsWrong, VersionTaken) as trouble:
            errors = _errors(trouble, "tekst") if text.strip() else [("tekst", NO_TEXT)]
        else:
            return RedirectResponse(f"{PATH}/versies/{version.name}", 303)
        shown = {"active": PATH, "text": text, "note": note, "errors": errors}
        return pages.render(request, "beleid-nieuw.html", status=422, **shown)

    @routes.post(PATH + "/versies/{name}/geldt")
    async def put_in_force(request: Request, name: Name, tx: InTransaction, actor: MayActivate) -> Response:
        return await decide(handlers.put_in_force, request, name, tx, actor)

    @routes.post(PATH + "/versies/{name}/terug")
    async def go_back(request: Request, name: Name, tx: InTransaction, actor: MayActivate) -> Response:
        return await decide(handlers.go_back, request, name, tx, actor)

    async def decide(act: Decide, request: Request, name: str, tx: Transaction, actor: Principal) -> Response:
        async with request.form() as sent:
            why, errors = _clean(sent.get("reden")), _not_ready(sent)
        try:
            if not errors:
                await act(name, why, actor.name, tx, desk.register)
                return RedirectResponse(PATH, 303)
        except (PolicyIsWrong, FourEyesNeeded, InForceAlready, NeverInForce) as trouble:
            errors = _errors(trouble, "reden")
        shown = await version_shown(name, tx, actor, names)
        return pages.render(
            request, "beleid-versie.html", status=422, **shown | {"errors": errors, "why": why}
        )

    return routes


async def _text(sent: FormData) -> str:
    """From the file where there is one."""
    file = sent.get("bestand")
    content = await file.read() if isinstance(file, UploadFile) else b""
    text = content.decode("utf-8", "replace") if content else str(sent.get("tekst", ""))
    return text.replace("\r\n", "\n").replace("\x00", "\ufffd")


def _clean(text: object) -> str:
    return str(text or "").replace("\x00", "").strip()[:LONGEST_REASON]


def _not_ready(sent: FormData) -> Errors:
    errors = [] if len(_clean(sent.get("reden"))) >= SHORTEST_REASON else [("reden", NO_REASON)]
    return errors if "zeker" in sent else [*errors, ("zeker", NOT_CONFIRMED)]


def _errors(trouble: Exception, field: str) -> Errors:
    if isinstance(trouble, PolicyIsWrong):
        return [(field, sentence(*fault)) for fault in trouble.faults]
    return [(field, REFUSED[type(trouble)])]
