"""The phone desk's screen: one page, from the first ring to the number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis import trace
from chassis.database import Database
from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.transaction import Transaction
from contracts.intake import Channel
from intake.adapters import form, formats
from intake.adapters.form import Form, FormIncomplete
from intake.adapters.new_report import new_key
from intake.handlers import drafts, known
from intake.handlers.reports import Desk, Submission, Together
from intake.store import drafts as draft_store
from look.pages import Pages

MayAnswerPhone = Annotated[Principal, Depends(may("reports:phone"))]
TENURES = [
    ("corporation-tenant", "Huurt van een woningcorporatie"),
    ("private-tenant", "Huurt van iemand anders"),
    ("owner", "Is eigenaar"),
    ("other", "Anders, of weet het niet"),
]
QUESTIONS = [
    ("danger", "Is iemand in gevaar?"),
    ("children", "Zijn er kinderen bij betrokken?"),
    ("going_on_now", "Is het nu aan de gang?"),
    ("reported_before", "Eerder gemeld?"),
]


@dataclass(frozen=True)
class Screen:
    """`modifier` is the key that goes with 1 to 4 and K."""

    desk: Desk
    modifier: str
    pages: Pages = field(default_factory=lambda: Pages("intake"))

    async def show(
        self,
        request: Request,
        tx: Transaction,
        agent: Principal,
        filled: Form,
        faults: Sequence[tuple[str, str]] = (),
    ) -> HTMLResponse:
        return self.pages.render(
            request,
            "telefoon.html",
            status=422 if faults else 200,
            active="/telefoon",
            kinds=[(word, kind.name.nl) for word, kind in self.desk.categories.kinds.items()],
            tenures=TENURES,
            questions=QUESTIONS,
            filled={name: next(iter(_list(values)), "") for name, values in filled.items()},
            asked=_list(filled.get("navraag", ())),
            errors=list(faults),
            fault=dict(faults),
            key=next(iter(_list(filled.get("key", ()))), "") or new_key(),
            modifier=self.modifier,
            promise=self.desk.calendar.end(self.desk.hear_within, tx.now),
            calls=await drafts.list_calls(tx, agent.name),
            noted=request.query_params.get("genoteerd"),
            kept="bewaard" in request.query_params,
            **(await self.place(filled, tx)),
        )

    async def place(self, filled: Form, tx: Transaction) -> dict[str, Any]:
        """What the address book and the desk know of the address that is being typed."""
        address = form.read_address(filled)
        if address is None:
            return {"address": None, "known": None, "cases": [], "chosen": None}
        return {
            "address": address,
            "known": await self.desk.addresses.find(address.postcode, address.house_number, address.addition),
            "cases": await known.known_at(address, _phone(filled), tx),
            "chosen": next(iter(_list(filled.get("zaak", ()))), None),
        }


def router(desk: Desk, together: Together, database: Database, modifier: str) -> APIRouter:
    routes = APIRouter(prefix="/telefoon", include_in_schema=False)
    screen = Screen(desk, modifier)

    @routes.get("")
    async def show_form(
        request: Request, tx: InTransaction, agent: MayAnswerPhone, concept: str = ""
    ) -> HTMLResponse:
        calls = await drafts.list_calls(tx, agent.name)
        draft = next((call for call in calls if call.draft_id == concept), None)
        filled = {**draft.fields, "concept": [concept]} if draft else {}
        return await screen.show(request, tx, agent, filled)

    @routes.post("")
    async def accept_report(request: Request, agent: MayAnswerPhone) -> Response:
        filled = await _filled(request)
        try:
            new = form.read(filled, Channel.PHONE, desk.categories)
        except FormIncomplete as incomplete:
            async with database.transaction() as tx:
                return await screen.show(request, tx, agent, filled, incomplete.faults)
        receipt = await together.do(Submission(new, filled["key"][0], trace.current()))
        if concept := filled.get("concept"):
            async with database.transaction() as tx:
                await draft_store.delete_one(tx, concept[0], agent.name)
        return RedirectResponse(f"/telefoon?genoteerd={receipt.reference}", 303)

    @routes.post("/adres")
    async def look_up(request: Request, tx: InTransaction, _agent: MayAnswerPhone) -> HTMLResponse:
        """What is known of the address as it is typed: of the book, and of the desk."""
        return screen.pages.render(
            request, "telefoon_adres.html", **(await screen.place(await _filled(request), tx))
        )

    @routes.post("/concept")
    async def keep_call(request: Request, tx: InTransaction, agent: MayAnswerPhone) -> Response:
        """The call dropped: what was typed is kept for a day."""
        filled = await _filled(request)
        concept = next(iter(filled.pop("concept", [])), None)
        await drafts.keep_call(tx, agent.name, concept, filled)
        return RedirectResponse("/telefoon?bewaard", 303)

    return routes


async def _filled(request: Request) -> dict[str, list[str]]:
    """What was sent, by field, without the sign that PostgreSQL has no place for; with a key of its own where it has none."""
    sent = await request.form()
    filled = {name: [str(value).replace("\0", "") for value in sent.getlist(name)] for name in sent}
    return filled | ({} if any(filled.get("key", ())) else {"key": [new_key()]})


def _phone(filled: Mapping[str, Any]) -> str | None:
    try:
        return formats.phone(next(iter(_list(filled.get("telefoon", ()))), ""))
    except ValueError:
        return None


def _list(values: Any) -> list[str]:
    return [values] if isinstance(values, str) else list(values)
