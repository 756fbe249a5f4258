"""One origin for all services, with a start page, sign-in, the shared files and the schemas of the messages."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Receive, Scope, Send

import contracts
from chassis.http import finish, measure
from chassis.service import Service
from chassis.settings import EdgeSettings
from look.pages import Pages, problem_page, static_app
from meldketen import signin

VERSION = "1.0.0"
EXAMPLE = """\
curl -i {url}/intake/v1/reports -H 'Content-Type: application/json' -d '{{
  "category": "VERWARD",
  "story": "Mijn buurvrouw roept elke nacht op de galerij.",
  "address": {{"postcode": "2599 ZX", "houseNumber": 13}},
  "reporter": {{"name": "A. Voorbeeld", "email": "a@melder.example.nl", "tenure": "corporation-tenant"}}
}}'"""


def create_front(settings: EdgeSettings, *, demo: bool, routers: Sequence[APIRouter] = ()) -> FastAPI:
    """Everything that no service serves by itself."""
    app = FastAPI(title="Meldketen", version=VERSION, openapi_url=None, docs_url=None, redoc_url=None)
    pages = Pages("meldketen")

    @app.get("/")
    async def show_start(request: Request) -> HTMLResponse:
        example = EXAMPLE.format(url=settings.public_url)
        return pages.render(request, "start.html", demo=demo, example=example)

    app.include_router(signin.router(demo=demo))
    for router in routers:
        app.include_router(router)
    app.mount("/static", static_app())
    app.mount("/schemas", StaticFiles(directory=_schemas()))
    return finish(app, settings, VERSION, {}, problem_page)


def _schemas() -> Path:
    """In a checkout they lie beside the package, in an installation inside it."""
    inside = Path(str(files(contracts))) / "schemas"
    return inside if inside.exists() else Path(str(files(contracts))).parents[1] / "schemas"


def operations(services: Sequence[Service]) -> APIRouter:
    """Health and metrics of all services in this process."""
    router = APIRouter()

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        there = {service.name: await service.database.answers() for service in services}
        return JSONResponse(
            {name: "up" if up else "down" for name, up in there.items()}, 200 if all(there.values()) else 503
        )

    @router.get("/metrics")
    async def metrics() -> Response:
        for service in services:
            await measure(service.database)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


class OneOrigin:
    """Hands a request to the service that has the first part of its path, and else to the front."""

    def __init__(self, front: ASGIApp, services: Sequence[Service]) -> None:
        self._front = front
        self._apps: dict[str, ASGIApp] = {path: service.app for service in services for path in service.paths}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        first = scope.get("path", "").split("/", 2)[1:2]
        await self._apps.get(first[0] if first else "", self._front)(scope, receive, send)
