"""The HTTP side of a service: one app, the same headers, health, metrics and errors everywhere."""

from collections.abc import Callable, Mapping, Sequence

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import aside, backlog, outbox, parked, problems, resending, trace
from chassis.database import Database, WrongClock
from chassis.description import DescribedApp
from chassis.limiting import Limits
from chassis.metrics import ASIDE, OUTBOX
from chassis.principals import Signer
from chassis.requests import InTransaction
from chassis.settings import EdgeSettings, Settings

__all__ = ["InTransaction", "create_app", "finish", "measure"]

LARGEST_BODY_BYTES = 256 * 1024
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


ProblemPage = Callable[[Request, int, str | None], Response]
"""A page for people about a request that failed: from its status and the trace to mention."""


def create_app(
    settings: Settings,
    database: Database,
    version: str,
    routers: Sequence[APIRouter],
    refusals: Mapping[type[Exception], int],
    problem_page: ProblemPage | None = None,
    larger_bodies: Mapping[str, int] | None = None,
) -> FastAPI:
    """An app with the service's routes.

    `refusals` maps the domain's errors to the status they get; `problem_page` shows them to people. `larger_bodies`
    maps a path that takes more than 256 KiB to the bytes that it takes.
    """
    name = database.service
    app = DescribedApp(
        title=f"Meldketen {name}",
        version=version,
        openapi_url=f"/{name}/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        contact={
            "name": "Meld- en Steunpunt Woonoverlast",
            "url": "https://woonoverlast.example",
            "email": "beheer@woonoverlast.example",
        },
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    app.base_path = f"/{name}/v1"
    app.state.database = database
    for router in routers:
        app.include_router(router)
    app.include_router(backlog.router(name))
    app.include_router(parked.router(name))
    app.include_router(resending.router(name))
    app.include_router(_operations(app, database))
    everything: dict[type[Exception], int] = {WrongClock: 503, **parked.REFUSALS, **refusals}
    return finish(app, settings, version, everything, problem_page, larger_bodies)


def finish(
    app: FastAPI,
    settings: EdgeSettings,
    version: str,
    refusals: Mapping[type[Exception], int],
    problem_page: ProblemPage | None = None,
    larger_bodies: Mapping[str, int] | None = None,
) -> FastAPI:
    """Give an app what every app of the house has: principals, errors, headers, limits, traces."""
    app.state.problem_page = problem_page
    app.state.limits = Limits(enforced=settings.limit_clients)
    app.state.signer = Signer(settings.signing_key.get_secret_value())
    problems.handle(app, refusals)
    app.add_middleware(_Edge, version=version, larger_bodies=larger_bodies or {})
    return app


def _operations(app: FastAPI, database: Database) -> APIRouter:
    """What an operator and an orchestrator ask."""
    router = APIRouter(include_in_schema=False)

    @router.get("/openapi.json")
    async def openapi() -> JSONResponse:
        return JSONResponse(app.openapi())

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        there = await database.answers()
        return JSONResponse({"database": "up" if there else "down"}, 200 if there else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        if await database.answers():
            await measure(database)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def measure(database: Database) -> None:
    """Read what waits, for the metrics."""
    async with database.transaction() as tx:
        OUTBOX.labels(database.service).set(await outbox.count(tx))
        counted = await aside.count(tx)
    for state in ("waiting", "retrying", "parked", "gap"):
        ASIDE.labels(database.service, state).set(counted.get(state, 0))


class _Edge:
    """Around every request: a span of its own, a limit to its size, the headers of the house, no post from another site."""

    def __init__(self, app: ASGIApp, version: str, larger_bodies: Mapping[str, int]) -> None:
        self._app = app
        self._larger_bodies = larger_bodies
        self._headers = _HEADERS | {"API-Version": version}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        received = 0
        begun = False
        largest = self._larger_bodies.get(scope["path"], LARGEST_BODY_BYTES)

        async def receive_up_to_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > largest:
                raise HTTPException(413, f"Send at most {largest} bytes.")
            return message

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers["traceparent"] = trace.current() or ""
            await send(message)

        request = Request(scope)
        with trace.span(request.headers.get("traceparent")):
            if _is_foreign_post(request):
                answer: Response = problems.problem(
                    403, "Not from this site", "Send the form from the hub itself.", "foreign-post"
                )
                await answer(scope, receive, send_with_headers)
            else:
                try:
                    await self._app(scope, receive_up_to_limit, send_with_headers)
                except Exception as error:  # noqa: BLE001  nobody else will answer
                    answer = problems.broken(request, error)
                    if not begun:
                        await answer(scope, receive, send_with_headers)


def _is_foreign_post(request: Request) -> bool:
    """A form, or a change asked with a cookie, must come from a page of ours (OWASP: check Origin against Host)."""
    origin = request.headers.get("origin")
    is_persons = bool(request.cookies) or request.headers.get("content-type", "").startswith(FORMS)
    if request.method in {"GET", "HEAD", "OPTIONS"} or not is_persons or origin is None:
        return False
    return origin.partition("://")[2] != request.headers.get("host")
