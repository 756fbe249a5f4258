"""Renders a service's templates with the shared look, and serves the files that its pages ask for."""

import logging
from functools import cache
from hashlib import sha256
from os import PathLike, stat_result
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from look import words

STATIC = Path(__file__).parent / "static"

log = logging.getLogger(__name__)


class Pages:
    """Renders a service's templates with the shared look."""

    def __init__(self, package: str, *, organisation: str = "Gemeente Den Haag") -> None:
        """Find templates in the folder `templates/` of `package`, and else in this package."""
        self._templates = Environment(
            loader=ChoiceLoader([PackageLoader(package), PackageLoader("look")]),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # Dutch is the source language: until there are catalogues, every text is its own translation.
        self._templates.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
        self._templates.globals.update(organisation=organisation, static=static)
        self._templates.filters.update(
            moment=words.moment, day=words.day, clock=words.clock, until=words.until, number=words.number
        )

    def render(self, request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """The page as an answer; a template also gets `request` and `principal` (None for who did not sign in).

        What the layout asks for and most pages leave out: `lang`, `active` (the path of the current menu item)
        and `errors` (a list of field id and sentence).
        """
        defaults: dict[str, Any] = {
            "request": request,
            "principal": getattr(request.state, "principal", None),
            "lang": "nl",
            "active": None,
            "errors": [],
        }
        page = self._templates.get_template(template).render(defaults | context)
        return HTMLResponse(page, status_code=status)


WORDS = {
    400: ("Dit klopt niet", "Ga terug en kijk na wat u hebt ingevuld."),
    403: ("Dit mag u niet zien", "Uw werk vraagt dit niet. Denkt u van wel? Vraag het uw leidinggevende."),
    404: ("Deze pagina is er niet", "Kijk het adres na, of begin opnieuw vanaf de beginpagina."),
    409: ("Dit is al verstuurd", "Wat u eerder verstuurde, staat genoteerd. U hoeft niets meer te doen."),
    429: ("Dit ging te vaak achter elkaar", "Wacht een paar minuten en probeer het dan opnieuw."),
    413: ("Dit is te groot", "Kort uw verhaal in en probeer het opnieuw."),
}
OTHERWISE = (
    "Er ging iets mis",
    "Het ligt niet aan u, en er is niets opgeslagen. Probeer het straks opnieuw.",
)


def problem_page(request: Request, status: int, trace_id: str | None) -> Response:
    """A page that says what went wrong and what to do, with the number to mention."""
    title, advice = WORDS.get(status, OTHERWISE)
    number = trace_id[:8] if trace_id else None
    return _shared().render(request, "problem.html", status=status, title=title, advice=advice, number=number)


@cache
def _shared() -> Pages:
    return Pages("look")


@cache
def static(path: str) -> str:
    """The address of a static file, which changes when its content does."""
    try:
        version = sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    except FileNotFoundError:
        log.warning("static file %s is missing: run `python -m look.assets`", path)
        return f"/static/{path}"
    return f"/static/{path}?v={version}"


def static_app() -> StaticFiles:
    """The files of the look, to be mounted at `/static`."""
    return VersionedFiles(directory=STATIC)


class VersionedFiles(StaticFiles):
    """Files that a browser may keep for a year, because their address changes with their content."""

    def file_response(
        self, full_path: PathLike[str] | str, stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
