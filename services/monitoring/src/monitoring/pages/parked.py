"""What one service put aside: in groups, in lists and one by one, with the body for who says why they read it."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from chassis.parked import LARGEST_ID
from chassis.principals import Principal, may, token_of
from contracts.catalogue import SERVICES
from look.pages import Pages
from monitoring.adapters.services import GoneMeanwhile, NoAnswer, Services
from monitoring.pages.messages import ABOUT, PATH, MayRead, messages

FINGERPRINT = r"^[0-9a-f]{12}$"
STATES = {
    "geparkeerd": ("parked", "Geparkeerd"),
    "wacht": ("waiting", "Wacht op een eerder bericht"),
    "opnieuw": ("retrying", "Wordt opnieuw geprobeerd"),
}
REASONS = {
    "unacceptable": "Dit bericht kan zo nooit lukken",
    "untimely": "Te oud, of uit de toekomst",
    "place taken": "Een ander bericht had deze plaats in de rij al",
    "dead letter": "De broker gaf het op",
    "before its turn": "Een eerder bericht is nog niet verwerkt",
    "behind an earlier one": "Een eerder bericht van deze partner wordt nog geprobeerd",
    "its turn": "Is nu aan de beurt",
}
DONE = {
    "replay": "liet opnieuw proberen",
    "discard": "legde voorgoed weg",
    "edit": "zette er andere woorden in",
    "read": "las de inhoud",
    "resend": "stuurde opnieuw",
}
SHORTEST_REASON, LONGEST_REASON = 5, 500
LIST_LENGTH = 100
DONE_SHOWN = 10
MOST_AT_ONCE = 1000
NO_REASON = f"Schrijf op waarom, in minstens {SHORTEST_REASON} tekens."
LONG_REASON = f"Schrijf de reden korter op: ten hoogste {LONGEST_REASON} tekens."

Errors = list[tuple[str, str]]


def _known(service: str) -> str:
    if service not in SERVICES:
        raise HTTPException(404, "There is no such service.")
    return service


Service = Annotated[str, Depends(_known)]
MayReadBody = Annotated[Principal, Depends(may("parked:read-body"))]


@dataclass(frozen=True, slots=True)
class Screens:
    """The screens that are shown again when what was filled in is not right."""

    services: Services
    pages: Pages

    def render(self, request: Request, template: str, **shown: Any) -> HTMLResponse:
        return self.pages.render(request, template, **{"active": PATH, "reasons": REASONS, **shown})

    async def list(
        self, request: Request, service: str, reader: Principal, form: str | None = None, **shown: Any
    ) -> HTMLResponse:
        """The messages in a state; `form` is the fingerprint of how they failed."""
        where: dict[str, Any] = {"state": "geparkeerd", "after": 0} | shown
        page = await self.services.list_messages(
            service,
            token_of(request),
            state=STATES[where["state"]][0],
            fingerprint=form,
            after=where["after"],
            limit=LIST_LENGTH,
        )
        about = {"service": service, "form": form, "page": page, "states": STATES}
        return self.render(request, "berichten-lijst.html", **_may(reader), **about, **_empty | where)

    async def message(
        self, request: Request, service: str, reader: Principal, number: int, **shown: Any
    ) -> HTMLResponse:
        """One message. GoneMeanwhile."""
        spot = await self.services.get_spot(service, token_of(request), number)
        state = next(words for state, words in STATES.values() if state == spot.message.state)
        about = {"service": service, "spot": spot, "state": state}
        return self.render(request, "bericht.html", **_may(reader), **about, **_empty | shown)


_empty: dict[str, Any] = {"errors": [], "why": "", "what": None, "whole": None, "reading": ""}


def _may(reader: Principal) -> dict[str, bool]:
    return {"may_act": "parked:act" in reader.scopes, "may_read_body": "parked:read-body" in reader.scopes}


def router(services: Services) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    screens = Screens(services, Pages("monitoring"))

    @routes.get(PATH + "/{service}")
    async def show_groups(
        request: Request,
        service: Service,
        _reader: MayRead,
        wat: Annotated[str | None, Query(pattern="^(opnieuw|weg)$")] = None,
        gedaan: Annotated[int, Query(ge=0, le=MOST_AT_ONCE)] = 0,
        van: Annotated[int, Query(ge=0, le=MOST_AT_ONCE)] = 0,
    ) -> HTMLResponse:
        token = token_of(request)
        return screens.render(
            request,
            "berichten-dienst.html",
            service=service,
            about=ABOUT[service],
            groups=await services.list_groups(service, token),
            past=await services.list_interventions(service, token, DONE_SHOWN),
            done=DONE,
            result=outcome(wat, gedaan, van) if wat else None,
        )

    @routes.get(PATH + "/{service}/lijst")
    async def show_list(
        request: Request,
        service: Service,
        reader: MayRead,
        staat: Annotated[str, Query(pattern=f"^({'|'.join(STATES)})$")] = "geparkeerd",
        vorm: Annotated[str | None, Query(pattern=FINGERPRINT)] = None,
        na: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    ) -> HTMLResponse:
        return await screens.list(request, service, reader, vorm, state=staat, after=na)

    @routes.get(PATH + "/{service}/{number:int}")
    async def show_message(request: Request, service: Service, number: int, reader: MayRead) -> HTMLResponse:
        return await screens.message(request, service, reader, number)

    @routes.post(PATH + "/{service}/{number:int}")
    async def read_body(
        request: Request,
        service: Service,
        number: int,
        reader: MayReadBody,
        reden: Annotated[str, Form()] = "",
    ) -> HTMLResponse:
        """Show the message with its body, once it is said why; the service writes that down."""
        why = clean(reden)
        if errors := reason_errors(why, "leesreden"):
            return await screens.message(
                request, service, reader, number, status=422, errors=errors, reading=why
            )
        whole = await services.read(service, token_of(request), number, why)
        return await screens.message(request, service, reader, number, whole=whole)

    return routes


def explain(app: FastAPI) -> None:
    """Say on a page of their own that a service is silent, or that a message is gone, and what to do now."""
    pages = Pages("monitoring")

    async def silent(request: Request, error: Exception) -> Response:
        return pages.render(request, "berichten-stil.html", status=503, active=PATH, error=error)

    async def gone(request: Request, error: Exception) -> Response:
        return pages.render(request, "berichten-weg.html", status=404, active=PATH, error=error)

    app.add_exception_handler(NoAnswer, silent)
    app.add_exception_handler(GoneMeanwhile, gone)


def clean(text: str) -> str:
    return text.replace("\x00", "").strip()


def reason_errors(reason: str, field: str) -> Errors:
    if len(reason) < SHORTEST_REASON:
        return [(field, NO_REASON)]
    return [(field, LONG_REASON)] if len(reason) > LONGEST_REASON else []


def outcome(what: str, done: int, asked: int) -> tuple[str, str]:
    """The kind of alert, and in words what came of it."""
    left = asked - done
    if what == "opnieuw":
        said = f"{messages(done)} {'wordt' if done == 1 else 'worden'} opnieuw geprobeerd, in de eigen rij."
        why = f"{'stond' if left == 1 else 'stonden'} niet meer geparkeerd."
    else:
        said = f"{messages(done)} {'is' if done == 1 else 'zijn'} voorgoed weggelegd."
        why = f"{'bleef' if left == 1 else 'bleven'} liggen: de beurt komt nog, of iemand anders was u voor."
    return ("warning", f"{said} {messages(left)} {why}") if left > 0 else ("ok", said)
