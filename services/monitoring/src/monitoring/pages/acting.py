"""Having parked messages tried again, or letting go of them: first how many that are, and then to those and no others."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from chassis.principals import Principal, may, token_of
from look.pages import Pages
from monitoring.adapters.services import REPLAYED_PER_SECOND, Action, Services
from monitoring.pages.messages import PATH, messages
from monitoring.pages.parked import (
    FINGERPRINT,
    MOST_AT_ONCE,
    Errors,
    Screens,
    Service,
    clean,
    reason_errors,
)

MayAct = Annotated[Principal, Depends(may("parked:act"))]
ACTIONS: dict[str, Action] = {"opnieuw": "replay", "weg": "discard"}
NOTHING_CHOSEN = "Kies wat u wilt doen."
NOT_SURE = "Vink aan dat u weet dat dit voorgoed is."
NOTHING_MEANT = "Hier staat niets meer geparkeerd: het is intussen gelukt, of iemand anders was u voor. Er is niets gedaan."


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants done with which parked messages, and why.

    `gevraagd` says that they were asked again, `zeker` what they said then.
    """

    wat: Annotated[str, Form(pattern="^(|opnieuw|weg)$")] = ""
    reden: Annotated[str, Form()] = ""
    vorm: Annotated[str | None, Form(pattern=FINGERPRINT)] = None
    nummers: Annotated[str, Form(pattern=r"^([1-9][0-9]{0,17}( [1-9][0-9]{0,17}){0,999})?$")] = ""
    gevraagd: Annotated[str, Form(pattern="^(|ja)$")] = ""
    zeker: Annotated[str, Form(pattern="^(|ja)$")] = ""

    @property
    def why(self) -> str:
        return clean(self.reden)

    @property
    def numbers(self) -> list[int]:
        return [int(one) for one in self.nummers.split()]

    def errors(self) -> Errors:
        chosen: Errors = [] if self.wat else [("wat", NOTHING_CHOSEN)]
        return chosen + reason_errors(self.why, "reden")


def router(services: Services) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    screens = Screens(services, Pages("monitoring"))

    @routes.post(PATH + "/{service}/doen")
    async def act(
        request: Request, service: Service, actor: MayAct, asked: Annotated[Asked, Depends()]
    ) -> Response:
        if not asked.numbers and asked.vorm is None:
            raise HTTPException(400, "Say which messages are meant.")
        if errors := asked.errors():
            return await form_again(request, service, actor, asked, errors, 422)
        if asked.zeker != "ja" or not asked.numbers:
            return await ask_again(request, service, actor, asked)
        done = await services.act(service, token_of(request), ACTIONS[asked.wat], asked.numbers, asked.why)
        told = f"wat={asked.wat}&gedaan={len(done)}&van={len(asked.numbers)}"
        return RedirectResponse(f"{PATH}/{service}?{told}", 303)

    async def ask_again(request: Request, service: str, actor: Principal, asked: Asked) -> HTMLResponse:
        """Say how many are meant now, and ask whether that is what they want."""
        which = {"ids": asked.numbers, "fingerprint": asked.vorm}
        meant = await services.count_meant(
            service,
            token_of(request),
            ACTIONS[asked.wat],
            why=asked.why,
            limit=MOST_AT_ONCE,
            **{name: given for name, given in which.items() if given},
        )
        if not meant:
            return await form_again(request, service, actor, asked, [("reden", NOTHING_MEANT)], 409)
        unsure = bool(asked.gevraagd)
        return screens.render(
            request,
            "berichten-zeker.html",
            status=422 if unsure else 200,
            errors=[("zeker", NOT_SURE)] if unsure else [],
            service=service,
            asked=asked,
            numbers=meant,
            many=messages(len(meant)),
            at_most=len(meant) == MOST_AT_ONCE,
            per_second=REPLAYED_PER_SECOND,
        )

    async def form_again(
        request: Request, service: str, actor: Principal, asked: Asked, errors: Errors, status: int
    ) -> HTMLResponse:
        shown: dict[str, Any] = {"status": status, "errors": errors, "why": asked.why, "what": asked.wat}
        if asked.vorm is None:
            return await screens.message(request, service, actor, asked.numbers[0], **shown)
        return await screens.list(request, service, actor, asked.vorm, **shown)

    return routes
