"""Every component on a page, as a citizen and as staff see it. Names and addresses are invented."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

from look.pages import Pages, static_app

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ERRORS = {
    "kind": "Kies van welke overlast u last heeft.",
    "story": "Vertel in een paar woorden wat er gebeurt.",
    "postcode": "Vul een postcode in, zoals 2599 ZX.",
    "contact": "Kies hoe wij u mogen bereiken.",
    "agree": "Geef aan dat u dit gelezen hebt.",
}
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

pages = Pages("look_gallery")


def create() -> Starlette:
    routes = [
        Route("/melden", report),
        Route("/melden/fout", report_with_errors),
        Route("/volgen", follow),
        Route("/adres", address),
        Route("/zaken", case),
        Route("/telefoon", phone),
        Route("/toezicht", board),
        Route("/inloggen", sign_in),
        Route("/storing", problem),
        Route("/werkplek/storing", problem),
        Mount("/static", static_app()),
    ]
    return Starlette(routes=routes, middleware=[Middleware(BaseHTTPMiddleware, dispatch=guard)])


async def guard(request: Request, call_next: RequestResponseEndpoint) -> Response:
    if request.url.path in {"/zaken", "/telefoon", "/toezicht", "/werkplek/storing"}:
        request.state.principal = SimpleNamespace(name="S. Voorbeeld", scopes=frozenset())
    response = await call_next(request)
    response.headers["Content-Security-Policy"] = POLICY
    return response


async def report(request: Request) -> Response:
    return pages.render(request, "report.html", active="/melden", chosen="filth")


async def report_with_errors(request: Request) -> Response:
    errors = list(ERRORS.items())
    return pages.render(request, "report.html", status=422, active="/melden", errors=errors, chosen=None)


async def follow(request: Request) -> Response:
    return pages.render(request, "follow.html")


async def address(_: Request) -> Response:
    return HTMLResponse(
        "<p><strong>Voorbeeldkade 101</strong>, 2599 ZX Den Haag</p><p>Buurt: Demobuurt-Noord</p>"
    )


async def case(request: Request) -> Response:
    return pages.render(request, "case.html", active="/zaken", now=NOW)


async def phone(request: Request) -> Response:
    return pages.render(request, "phone.html", active="/telefoon", now=NOW)


async def board(request: Request) -> Response:
    dues = [NOW + timedelta(hours=hours) for hours in (-3, 2, 50)]
    return pages.render(request, "board.html", active="/toezicht", now=NOW, dues=dues)


async def sign_in(request: Request) -> Response:
    return pages.render(request, "sign_in.html")


async def problem(request: Request) -> Response:
    return pages.render(
        request,
        "problem.html",
        status=500,
        title="Er ging iets mis bij ons",
        number="4bf92f3577b34da6a3ce929d0e0e4736",
    )
