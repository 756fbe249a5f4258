"""The screens of versions: one with its text, what differs between two, and proposing one, putting it in force or going back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Generic, Protocol

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from chassis.principals import Principal, may
from chassis.requests import InTransaction
from chassis.toml_faults import TextIsWrong, sentence
from chassis.transaction import Transaction
from chassis.version_api import Name
from chassis.version_handlers import R
from chassis.version_store import VersionStore
from chassis.versions import (
    Activation,
    FourEyesNeeded,
    InForceAlready,
    NeverInForce,
    Version,
    VersionTaken,
    standing,
)

SHORTEST_REASON, LONGEST_REASON = 5, 1000
NO_TEXT = "Kies een bestand of plak de tekst van {}."
NO_REASON = "Schrijf op waarom, in minstens vijf tekens."
REFUSED: dict[type[Exception], str] = {
    FourEyesNeeded: "U hebt deze versie zelf voorgesteld: iemand anders moet hem laten gelden.",
    InForceAlready: "Deze versie geldt al.",
    NeverInForce: "Deze versie gold nog nooit: laat hem eerst gelden.",
    VersionTaken: "Er is al een versie met deze naam en een andere tekst: geef de uwe een andere naam.",
}

Errors = list[tuple[str, str]]
Propose = Callable[[str, str, str, Transaction], Awaitable[Version]]
Remark = Callable[[str, Transaction], Awaitable[Sequence[str]]]
Decide = Callable[[str, str, str, Transaction], Awaitable[Activation]]


class Render(Protocol):
    def __call__(
        self, request: Request, template: str, *, status: int = 200, **context: Any
    ) -> HTMLResponse: ...


async def _no_remarks(_text: str, _tx: Transaction) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Screens(Generic[R]):
    """In what the screens of one text differ from those of another.

    `title` is that of what is in force, `called` how a sentence names the text, `right` the noun of its scopes. `read`
    gives the rules in a kept text, or TextIsWrong; `show` what templates tell about rules; `compare` what differs;
    `remarks` what is to be thought of with a text that reads, in sentences.
    """

    path: str
    title: str
    called: str
    right: str
    store: VersionStore
    propose: Propose
    put_in_force: Decide
    go_back: Decide
    read: Callable[[str], R]
    show: Callable[[R], Mapping[str, Any]]
    compare: Callable[[R, R], Sequence[Any]]
    not_confirmed: str
    remarks: Remark = _no_remarks

    @property
    def name(self) -> str:
        """Of its templates and files."""
        return self.title.lower()


def router(screens: Screens[R], render: Render) -> APIRouter:
    """All but the screen of what is in force, at `screens.path`: see `overview`."""
    routes = APIRouter(include_in_schema=False)
    render_here = partial(render, active=screens.path, screens=screens)
    for some in (_reading, _proposing, _deciding):
        routes.include_router(some(screens, render_here))
    return routes


def _reading(screens: Screens[R], render: Render) -> APIRouter:
    routes = APIRouter()
    path, store, may_read = screens.path, screens.store, may(f"{screens.right}:read")

    @routes.get(path + "/versies/{name}")
    async def show_version(
        request: Request, name: Name, tx: InTransaction, reader: Annotated[Principal, Depends(may_read)]
    ) -> HTMLResponse:
        return render(
            request, f"{screens.name}-versie.html", **await _version_shown(screens, name, tx, reader)
        )

    @routes.get(path + "/versies/{name}/tekst")
    async def take_text(
        name: Name, tx: InTransaction, _reader: Annotated[Principal, Depends(may_read)]
    ) -> Response:
        headers = {"Content-Disposition": f'attachment; filename="{screens.name}-{name}.toml"'}
        return Response((await store.get(tx, name)).text, media_type="application/toml", headers=headers)

    @routes.get(path + "/vergelijken")
    async def show_difference(
        request: Request,
        tx: InTransaction,
        _reader: Annotated[Principal, Depends(may_read)],
        van: str = "",
        naar: str = "",
    ) -> HTMLResponse:
        """Without a choice, what is in force beside the newest."""
        versions, past = await store.list_versions(tx), await store.list_activations(tx)
        old = van or (past[0].version if past else "")
        new = naar or next((one.name for one in versions if one.name != old), old)
        return render(
            request,
            "versions-compare.html",
            versions=[(one.name, one.name) for one in versions],
            old=old,
            new=new,
            **_difference(screens, await store.get(tx, old), await store.get(tx, new)),
        )

    return routes


def _proposing(screens: Screens[R], render: Render) -> APIRouter:
    routes = APIRouter()
    path, may_propose = screens.path, may(f"{screens.right}:propose")
    no_text = [("tekst", NO_TEXT.format(screens.called))]

    @routes.get(path + "/nieuw")
    async def show_form(
        request: Request, _writer: Annotated[Principal, Depends(may_propose)]
    ) -> HTMLResponse:
        return render(request, f"{screens.name}-nieuw.html", text="", note="")

    @routes.post(path + "/nieuw")
    async def propose(
        request: Request, tx: InTransaction, writer: Annotated[Principal, Depends(may_propose)]
    ) -> Response:
        async with request.form() as sent:
            text, note = await _text(sent), clean(sent.get("toelichting"))
        try:
            version = await screens.propose(text, note, writer.name, tx)
        except (TextIsWrong, VersionTaken) as trouble:
            errors = _errors(trouble, "tekst") if text.strip() else no_text
        else:
            return RedirectResponse(f"{path}/versies/{version.name}", 303)
        shown = {"text": text, "note": note, "errors": errors}
        return render(request, f"{screens.name}-nieuw.html", status=422, **shown)

    return routes


def _deciding(screens: Screens[R], render: Render) -> APIRouter:
    routes = APIRouter()
    path, may_activate = screens.path, may(f"{screens.right}:activate")

    @routes.post(path + "/versies/{name}/geldt")
    async def put_in_force(
        request: Request, name: Name, tx: InTransaction, actor: Annotated[Principal, Depends(may_activate)]
    ) -> Response:
        return await decide(screens.put_in_force, request, name, tx, actor)

    @routes.post(path + "/versies/{name}/terug")
    async def go_back(
        request: Request, name: Name, tx: InTransaction, actor: Annotated[Principal, Depends(may_activate)]
    ) -> Response:
        return await decide(screens.go_back, request, name, tx, actor)

    async def decide(act: Decide, request: Request, name: str, tx: Transaction, actor: Principal) -> Response:
        async with request.form() as sent:
            why, errors = clean(sent.get("reden")), not_ready(sent, screens.not_confirmed)
        try:
            if not errors:
                await act(name, why, actor.name, tx)
                return RedirectResponse(path, 303)
        except (TextIsWrong, FourEyesNeeded, InForceAlready, NeverInForce) as trouble:
            errors = _errors(trouble, "reden")
        shown = await _version_shown(screens, name, tx, actor)
        filled = {"errors": errors, "why": why}
        return render(request, f"{screens.name}-versie.html", status=422, **shown | filled)

    return routes


async def overview(screens: Screens[R], rules: R, tx: Transaction, reader: Principal) -> dict[str, Any]:
    """What the screen of what is in force tells about these rules, and about versions."""
    past = await screens.store.list_activations(tx)
    return {
        "active": screens.path,
        "screens": screens,
        "now": past[0] if past else None,
        "goes_by": rules.version,
        "versions": [(one, standing(one, past)) for one in await screens.store.list_versions(tx)],
        "may_propose": f"{screens.right}:propose" in reader.scopes,
        **screens.show(rules),
    }


async def _version_shown(
    screens: Screens[R], name: str, tx: Transaction, reader: Principal
) -> dict[str, Any]:
    version, past = await screens.store.get(tx, name), await screens.store.list_activations(tx)
    try:
        rules = {"faults": [], **screens.show(screens.read(version.text))}
        rules["remarks"] = await screens.remarks(version.text, tx)
    except TextIsWrong as wrong:
        rules = {"faults": [sentence(*fault) for fault in wrong.faults]}
    return {
        "version": version,
        "standing": standing(version, past),
        "now": past[0] if past else None,
        "activations": [one for one in past if one.version == name],
        "is_mine": version.proposed_by == reader.name,
        "may_activate": f"{screens.right}:activate" in reader.scopes,
        "may_propose": f"{screens.right}:propose" in reader.scopes,
        "why": "",
        **rules,
    }


def _difference(screens: Screens[R], old: Version, new: Version) -> dict[str, Any]:
    try:
        return {"changes": screens.compare(screens.read(old.text), screens.read(new.text))}
    except TextIsWrong as wrong:
        return {"changes": [], "errors": _errors(wrong, "van")}


async def _text(sent: FormData) -> str:
    """From the file where there is one."""
    file = sent.get("bestand")
    content = await file.read() if isinstance(file, UploadFile) else b""
    text = content.decode("utf-8", "replace") if content else str(sent.get("tekst", ""))
    return text.replace("\r\n", "\n").replace("\x00", "\ufffd")


def clean(text: object) -> str:
    return str(text or "").replace("\x00", "").strip()[:LONGEST_REASON]


def not_ready(sent: FormData, not_confirmed: str) -> Errors:
    """What a decision still lacks: its reason, and that it is meant."""
    errors = [] if len(clean(sent.get("reden"))) >= SHORTEST_REASON else [("reden", NO_REASON)]
    return errors if "zeker" in sent else [*errors, ("zeker", not_confirmed)]


def _errors(trouble: Exception, field: str) -> Errors:
    if isinstance(trouble, TextIsWrong):
        return [(field, sentence(*fault)) for fault in trouble.faults]
    return [(field, REFUSED[type(trouble)])]
