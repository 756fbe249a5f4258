"""Errors on the wire: problem+json (RFC 9457), by the NLGov REST API Design Rules, and a page for people."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from chassis import trace
from chassis.limiting import TooOften
from chassis.principals import NotAllowed, NotSignedIn

log = structlog.get_logger()


def problem(status: int, title: str, detail: str, slug: str, **more: Any) -> JSONResponse:
    """`type` is a stable URN with the slug; `instance` names the trace to mention to the desk."""
    body = {
        "type": f"urn:woonoverlast:problem:{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"urn:trace:{trace.trace_id()}",
        **more,
    }
    return JSONResponse(body, status, media_type="application/problem+json")


def answer(request: Request, status: int, title: str, detail: str, slug: str, **more: Any) -> Response:
    """The problem as a page for who asks for one and the app has it, and else as problem+json."""
    page = getattr(request.app.state, "problem_page", None) if "app" in request.scope else None
    if page is not None and wants_html(request):
        shown: Response = page(request, status, trace.trace_id())
        return shown
    return problem(status, title, detail, slug, **more)


def slug_of(error: type[Exception]) -> str:
    """`UnknownCategory` is `unknown-category`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).lower()


def wants_html(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def handle(app: FastAPI, refusals: Mapping[type[Exception], int]) -> None:
    """Translate errors once, at the edge. `refusals` maps a domain's errors to the status they get.

    An error with `errors` names every fault in them, as a problem does.
    """

    async def refused(request: Request, error: Exception) -> Response:
        status = refusals[type(error)]
        doc = (type(error).__doc__ or "").strip().split("\n")[0].rstrip(".")
        title, errors = doc or HTTPStatus(status).phrase, getattr(error, "errors", None)
        more = {"errors": errors} if errors else {}
        return answer(request, status, title, str(error), slug_of(type(error)), **more)

    for error in refusals:
        app.add_exception_handler(error, refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(NotSignedIn, _not_signed_in)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(TooOften, _too_often)
    app.add_exception_handler(HTTPException, _http)


async def _invalid(_request: Request, error: Exception) -> Response:
    """Status 400, and every fault at once."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    if faults and faults[0]["type"] == "json_invalid":
        detail = f"Character {faults[0]['loc'][-1]}: {faults[0]['ctx']['error']}."
        return problem(400, "The body is not JSON", detail, "not-json")
    errors = [
        {
            "in": str(fault["loc"][0]),
            "pointer": "/" + "/".join(str(part) for part in fault["loc"][1:]),
            "code": fault["type"],
            "detail": fault["msg"],
        }
        for fault in faults
    ]
    places = ", ".join(fault["pointer"] for fault in errors)
    return problem(
        400, "The request is not valid", f"See errors: {places}.", "invalid-request", errors=errors
    )


async def _not_signed_in(request: Request, _error: Exception) -> Response:
    if wants_html(request) and request.method == "GET" and "hx-request" not in request.headers:
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/inloggen?naar={quote(target)}", 303)
    refusal = problem(
        401, "Not signed in", "Send a valid token: Authorization: Bearer <token>.", "not-signed-in"
    )
    refusal.headers["WWW-Authenticate"] = "Bearer"
    return refusal


async def _not_allowed(request: Request, error: Exception) -> Response:
    return answer(request, 403, "Not allowed", f"This asks for the scope {error}.", "not-allowed")


async def _too_often(request: Request, error: Exception) -> Response:
    refusal = answer(request, 429, "Too often", str(error), "too-often")
    refusal.headers["Retry-After"] = str(error.seconds if isinstance(error, TooOften) else 1)
    return refusal


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    phrase = HTTPStatus(status).phrase
    detail = str(error.detail) if isinstance(error, HTTPException) else phrase
    return answer(
        request,
        status,
        phrase,
        detail if detail != phrase else f"{request.method} {request.url.path}",
        slug_of_status(status),
    )


def broken(request: Request, error: Exception) -> Response:
    """The answer to an error that nobody foresaw."""
    log.error("request failed", route=_route(request), error=type(error).__name__, exc_info=error)
    return answer(
        request,
        500,
        "Something went wrong here",
        "Nothing was stored. Try again, or tell us the instance.",
        "broken",
    )


def _route(request: Request) -> str:
    """The path as the service wrote it down: what stands in its places may let somebody in, or name somebody."""
    return getattr(request.scope.get("route"), "path", "none")


def slug_of_status(status: int) -> str:
    """Our own word where Python's phrase differs from version to version."""
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return "too-large"
    return HTTPStatus(status).phrase.lower().replace(" ", "-")
