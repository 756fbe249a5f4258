"""Renders a service's templates with the shared look, and serves the files that its pages ask for."""

import logging
from collections.abc import Callable
from functools import cache, partial
from hashlib import sha256
from os import PathLike, stat_result
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from look import languages, words
from look.languages import marked

STATIC = Path(__file__).parent / "static"

log = logging.getLogger(__name__)


class Pages:
    """Renders a service's templates with the shared look."""

    def __init__(self, package: str, *, organisation: str = "Gemeente Den Haag") -> None:
        """Find templates in the folder `templates/` of `package`, and else in this package."""
        self._package = package
        self._templates = {lang: self._environment(lang, organisation) for lang in languages.LANGUAGES}

    def _environment(self, lang: str, organisation: str) -> Environment:
        package = self._package
        templates = Environment(
            loader=ChoiceLoader([PackageLoader(package), PackageLoader("look")]),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        translations = languages.translations(package, lang)
        templates.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
        templates.globals.update(
            organisation=organisation, static=static, lang=lang, root=languages.root(lang)
        )
        templates.filters.update(
            moment=partial(words.moment, locale=lang),
            day=partial(words.day, locale=lang),
            clock=partial(words.clock, locale=lang),
            number=partial(words.number, locale=lang),
            until=words.until,
        )
        return templates

    def said_in(self, lang: str) -> Callable[[str], str]:
        """Gives the service's marked sentences in the language."""
        return languages.said_in(self._package, lang)

    def render(self, request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """The page as an answer, in the language of its path.

        A template also gets `request`, `principal` (None for who did not sign in), `lang`, and `root`: what stands
        before the paths of this language. What the layout asks for and most pages leave out: `active` (the path of
        the current menu item), `errors` (a list of field id and sentence), and `translated` (True for a page that
        is there in every language).
        """
        lang = languages.of_path(request.url.path)
        defaults: dict[str, Any] = {
            "request": request,
            "principal": getattr(request.state, "principal", None),
            "active": None,
            "errors": [],
            "translated": False,
            "others": _in_other_languages(request.url.path, lang),
        }
        page = self._templates[lang].get_template(template).render(defaults | context)
        return HTMLResponse(page, status_code=status)


def _in_other_languages(path: str, lang: str) -> list[tuple[str, str, str]]:
    """The same page in the other languages: code, name and path of each."""
    plain = path.removeprefix(languages.root(lang))
    return [
        (other, languages.NAMES[other], languages.root(other) + plain)
        for other in languages.LANGUAGES
        if other != lang
    ]


WORDS = {
    400: (marked("Dit klopt niet"), marked("Ga terug en kijk na wat u hebt ingevuld.")),
    403: (
        marked("Dit mag u niet zien"),
        marked("Uw werk vraagt dit niet. Denkt u van wel? Vraag het uw leidinggevende."),
    ),
    404: (
        marked("Deze pagina is er niet"),
        marked("Kijk het adres na, of begin opnieuw vanaf de beginpagina."),
    ),
    409: (
        marked("Dit is al verstuurd"),
        marked("Wat u eerder verstuurde, staat genoteerd. U hoeft niets meer te doen."),
    ),
    429: (
        marked("Dit ging te vaak achter elkaar"),
        marked("Wacht een paar minuten en probeer het dan opnieuw."),
    ),
    413: (marked("Dit is te groot"), marked("Kort uw verhaal in en probeer het opnieuw.")),
}
OTHERWISE = (
    marked("Er ging iets mis"),
    marked("Het ligt niet aan u, en er is niets opgeslagen. Probeer het straks opnieuw."),
)


def problem_page(request: Request, status: int, trace_id: str | None) -> Response:
    """A page that says what went wrong and what to do, with the number to mention."""
    said = _shared().said_in(languages.of_path(request.url.path))
    title, advice = map(said, WORDS.get(status, OTHERWISE))
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
