"""The citizen's form: its pages, each saved as a draft, and what follows the sending."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis.database import Database
from chassis.requests import InTransaction
from intake.adapters import form
from intake.adapters.categories import Categories
from intake.adapters.new_report import NewAddress
from intake.domain.coaching import advice
from intake.domain.drafts import KEPT, Draft
from intake.domain.evidence import AttachmentNotFree
from intake.domain.questions import signals_of
from intake.handlers import drafts as handlers
from intake.handlers.reports import Desk, Together
from intake.pages.attachments import REFUSED
from intake.pages.steps import (
    CHECK,
    COOKIE,
    RECEIPT,
    START,
    STEPS,
    WHAT,
    DraftId,
    Step,
    faults_in,
    fields_of,
    first_unfinished,
    in_words,
    kind_of,
    report_of,
    with_follow_ups,
)
from look import languages
from look.languages import marked
from look.pages import Pages

TRAP = "website"
"""A field that people do not see. What fills in everything it finds fills in this too."""

ONCE_MORE = marked("Wij konden uw formulier niet goed lezen. Verstuur het nog een keer.")
LOST = f"{START}?kwijt"


@dataclass(frozen=True)
class Screens:
    """What the screens of one language share. `secure` keeps their cookie to https."""

    desk: Desk
    language: str
    secure: bool
    pages: Pages = field(default_factory=lambda: Pages("intake"))

    @property
    def root(self) -> str:
        return languages.root(self.language)

    @property
    def categories(self) -> Categories:
        return self.desk.categories

    def go(self, path: str, draft: Draft | None = None) -> Response:
        return self.remember(RedirectResponse(self.root + path, 303), draft)

    def remember(self, answer: Response, draft: Draft | None) -> Response:
        if draft is not None:
            age = round(KEPT.total_seconds())
            answer.set_cookie(COOKIE, draft.draft_id, age, httponly=True, samesite="lax", secure=self.secure)
        return answer

    def render(self, request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        active = self.root + START
        return self.pages.render(request, template, status=status, active=active, translated=True, **context)

    async def place(self, address: NewAddress | None) -> dict[str, Any]:
        """An address, and what the address book knows of it."""
        known = None
        if address is not None:
            known = await self.desk.addresses.find(address.postcode, address.house_number, address.addition)
        return {"address": address, "known": known}

    async def show(
        self, request: Request, step: Step, draft: Draft | None, faults: Sequence[tuple[str, str]] = ()
    ) -> Response:
        """A page with what was filled in, and what is wrong with it."""
        fields: Mapping[str, Sequence[str]] = draft.fields if draft else {}
        kind = kind_of(draft, self.categories) if draft else None
        said = self.pages.said_in(self.language)
        errors = [(name, said(sentence)) for name, sentence in faults]
        page = self.render(
            request,
            step.template,
            status=422 if faults else 200,
            step=step,
            filled={name: next(iter(values), "") for name, values in fields.items()},
            chosen=fields,
            kinds=self.kinds(),
            groups=with_follow_ups(kind.questions) if kind else [],
            query="?wijzig" if "wijzig" in request.query_params else "",
            lost="kwijt" in request.query_params,
            errors=errors,
            fault=dict(errors),
            trap=TRAP,
            **(await self.place(form.read_address(fields))),
        )
        return self.remember(page, draft)

    def refused(self, request: Request) -> str | None:
        """Why a file was not added, in words."""
        why = REFUSED.get(request.query_params.get("bijlage", ""))
        return self.pages.said_in(self.language)(why) if why else None

    def kinds(self) -> list[tuple[str, str, str]]:
        listed = self.categories.kinds.items()
        return [(word, kind.name.of(self.language), kind.hint.of(self.language)) for word, kind in listed]

    def instead(self, draft: Draft | None, before: Sequence[Step]) -> str | None:
        """Where to go when this draft is not ready for what comes after these pages; none where it is."""
        if draft is None:
            return LOST
        if draft.is_sent:
            return RECEIPT
        unfinished = first_unfinished(draft, before, self.categories)
        return unfinished.path if unfinished else None


def router(desk: Desk, together: Together, database: Database, language: str, *, secure: bool) -> APIRouter:
    """The form in one language."""
    screens = Screens(desk, language, secure)
    routes = APIRouter(prefix=screens.root, include_in_schema=False)
    for step in STEPS:
        _add_step(routes, screens, step)
    _add_sending(routes, screens, together, database)

    @routes.post("/melden/adres")
    async def show_address(request: Request) -> HTMLResponse:
        address = form.read_address(await _filled(request))
        return screens.render(request, "adres.html", **(await screens.place(address)))

    return routes


def _add_step(routes: APIRouter, screens: Screens, step: Step) -> None:
    @routes.get(step.path)
    async def show_step(request: Request, tx: InTransaction, draft_id: DraftId = None) -> Response:
        draft = await handlers.find_draft(tx, draft_id)
        if step is WHAT:
            return await screens.show(request, step, None if draft and draft.is_sent else draft)
        if elsewhere := screens.instead(draft, STEPS[: STEPS.index(step)]):
            return screens.go(elsewhere)
        return await screens.show(request, step, draft)

    @routes.post(step.path)
    async def save_step(request: Request, tx: InTransaction, draft_id: DraftId = None) -> Response:
        filled = await _filled(request)
        before = await handlers.find_draft(tx, draft_id)
        fields = fields_of(step, before, screens.categories)
        draft = await handlers.keep_draft(tx, draft_id, fields, filled)
        if any(filled.get(TRAP, ())):
            return await screens.show(request, step, draft, [(fields[-1], ONCE_MORE)])
        looks_up = "zoek" in filled
        wanted = form.ADDRESS if looks_up else fields
        faults = [fault for fault in faults_in(draft, screens.categories) if fault[0] in wanted]
        if faults:
            return await screens.show(request, step, draft, faults)
        changing = "?wijzig" if "wijzig" in request.query_params else ""
        if looks_up:
            return screens.go(step.path + changing, draft)
        if changing and not _asks_anew(step, before, draft):
            return screens.go(CHECK, draft)
        return screens.go(step.following + changing, draft)


def _asks_anew(step: Step, before: Draft | None, draft: Draft) -> bool:
    """Whether the reporter chose another kind, about which other things are asked."""
    return step is WHAT and (before is None or before.fields.get("soort") != draft.fields.get("soort"))


def _add_sending(routes: APIRouter, screens: Screens, together: Together, database: Database) -> None:
    @routes.get(CHECK)
    async def show_check(request: Request, tx: InTransaction, draft_id: DraftId = None) -> Response:
        draft = await handlers.find_draft(tx, draft_id)
        elsewhere = screens.instead(draft, STEPS)
        if draft is None or elsewhere:
            return screens.go(elsewhere or LOST)
        new = report_of(draft, screens.categories, screens.language)
        kind = screens.categories.kinds[draft.fields["soort"][0]]
        category = screens.categories.categories[new.category]
        codes = advice(category.coaching, danger="danger" in signals_of(kind.questions, new.given))
        return screens.render(
            request,
            "controle.html",
            new=new,
            kind=kind.name.of(screens.language),
            answers=in_words(kind.questions, new, screens.language),
            attachments=[one.partition(" ")[::2] for one in draft.fields.get(form.ATTACHMENTS, ())],
            refused=screens.refused(request),
            advice=[screens.categories.coaching[code].of(screens.language) for code in codes],
            **(await screens.place(new.address)),
        )

    @routes.post(CHECK)
    async def send(draft_id: DraftId = None) -> Response:
        async with database.transaction() as tx:
            draft = await handlers.find_draft(tx, draft_id)
        elsewhere = screens.instead(draft, STEPS)
        if draft is None or elsewhere:
            return screens.go(elsewhere or LOST)
        new = report_of(draft, screens.categories, screens.language)
        try:
            await handlers.send_draft(draft, new, together, database)
        except AttachmentNotFree:
            async with database.transaction() as tx:
                await handlers.keep_draft(tx, draft_id, [form.ATTACHMENTS], {})
            return screens.go(f"{CHECK}?bijlage=weg")
        return screens.go(RECEIPT)

    @routes.get(RECEIPT)
    async def show_receipt(request: Request, tx: InTransaction, draft_id: DraftId = None) -> Response:
        draft = await handlers.show_receipt(tx, draft_id)
        if draft is None:
            return screens.go(START)
        return screens.render(request, "ontvangen.html", reference=draft.reference, pin=draft.pin)


async def _filled(request: Request) -> dict[str, list[str]]:
    """What was sent, by field, without the sign that PostgreSQL has no place for."""
    sent = await request.form()
    return {name: [str(value).replace("\0", "") for value in sent.getlist(name)] for name in sent}
