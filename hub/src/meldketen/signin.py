"""Signing in, for demonstrations: choose who you are. A city puts its own identity provider here."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis.clock import wall_clock
from chassis.principals import COOKIE, Signer
from chassis.problems import problem
from look.pages import Pages

A_DAY = timedelta(hours=10)


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody who does not exist, and what they may do."""

    name: str
    work: str
    scopes: frozenset[str]


SEES_CASES = frozenset({"cases:read", "evidence:read", "deadlines:read", "terms:read"})
MAKES_POLICY = frozenset(
    {f"{what}:{act}" for what in ("policy", "terms") for act in ("read", "propose", "activate")}
)

PERSONAS = {
    "telefoon": Persona("S. Bakker", "Medewerker telefoon", SEES_CASES | {"reports:phone"}),
    "regie": Persona(
        "M. de Vries",
        "Regisseur",
        SEES_CASES
        | {
            "cases:direct",
            "deadlines:act",
            "assignments:read",
            "assignments:direct",
            "reports:phone",
            "reports:read",
            "reports:import",
            "reports:export",
            "care:read",
            "policy:read",
            "journey:read",
        },
    ),
    "toezicht": Persona(
        "T. Jansen",
        "Toezicht",
        SEES_CASES
        | {
            "deadlines:act",
            "notifications:read",
            "assignments:read",
            "assignments:direct",
            "parked:read",
            "parked:read-body",
            "parked:act",
            "sent:resend",
            "journey:read",
            "journey:read-technical",
        },
    ),
    "beleid": Persona("B. Smit", "Beleidsmedewerker", MAKES_POLICY),
    "beleid-tweede": Persona("N. Visser", "Beleidsadviseur, het tweede paar ogen", MAKES_POLICY),
}


def router(*, demo: bool) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("meldketen")

    @routes.get("/inloggen")
    async def show_sign_in(request: Request, naar: str = "/") -> HTMLResponse:
        personas = PERSONAS if demo else {}
        return pages.render(request, "inloggen.html", personas=personas, target=_local(naar))

    @routes.post("/inloggen")
    async def sign_in(
        request: Request, wie: Annotated[str, Form()], naar: Annotated[str, Form()] = "/"
    ) -> Response:
        persona = PERSONAS.get(wie) if demo else None
        if persona is None:
            return problem(403, "Not allowed", "Choosing who you are is for demonstrations only.", "no-demo")
        signer: Signer = request.app.state.signer
        token = signer.issue(persona.name, persona.scopes, wall_clock(), A_DAY)
        answer = RedirectResponse(_local(naar), 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(
            COOKIE, token, max_age=int(A_DAY.total_seconds()), httponly=True, samesite="lax", secure=secure
        )
        return answer

    @routes.post("/uitloggen")
    async def sign_out() -> Response:
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(COOKIE)
        return answer

    return routes


def _local(target: str) -> str:
    """Only a path of our own: never a way to another site."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"
