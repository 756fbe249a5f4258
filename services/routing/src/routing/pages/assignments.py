"""The desk's work list of assignments that wait for a decision, and the page on which it is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.transaction import Transaction
from look.pages import Pages
from look.words import moment
from routing.adapters.names import names_for_people
from routing.domain.assignments import WITH_THE_PARTNER, Assignment, NoSuchAssignment, State
from routing.domain.directing import (
    REASONS,
    Act,
    ActRefused,
    ChangedMeanwhile,
    UnknownPartner,
    Waiting,
    acts_on,
    mark_of,
    waiting,
)
from routing.domain.policy import DESK
from routing.domain.wording import seen_in_words
from routing.handlers import directing
from routing.handlers.asking import Desk, why_not, why_not_asked
from routing.handlers.directing import Wish
from routing.pages import assignment_words as words
from routing.pages import partner_words
from routing.pages.wishes import Filled, faults_of, why_of
from routing.store import acts, assessments, assignments, cases
from routing.store.worklist import Sieve, Work, count_work, list_partners, list_work

MayRead = Annotated[Principal, Depends(may("assignments:read"))]
MayDirect = Annotated[Principal, Depends(may("assignments:direct"))]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
PAGE_SIZE = 25
REFUSALS: Mapping[type[Exception], int] = {UnknownPartner: 400, ActRefused: 409, ChangedMeanwhile: 409}


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried on the page, if anything: the act with what was filled in and its faults, or what was done."""

    act: Act | None = None
    filled: Filled = field(default_factory=Filled)
    faults: tuple[tuple[str, str], ...] = ()
    status: int = 200
    done: str = ""


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("routing")
    kinds = names_for_people(desk.register)

    @routes.get("/uitzettingen")
    async def show_work(
        request: Request,
        tx: InTransaction,
        _reader: MayRead,
        wacht: str = "",
        spoor: str = "",
        partner: str = "",
        pagina: PageNumber = 1,
    ) -> HTMLResponse:
        """Show what waits for a decision. A sieve of no meaning is none."""
        sieve = Sieve(
            Waiting(wacht) if wacht in set(Waiting) else None,
            spoor if spoor in words.TRACKS else None,
            partner if partner in desk.register else None,
        )
        work, total = await list_work(tx, sieve, pagina, PAGE_SIZE)
        counted = await count_work(tx)
        names = sorted((desk.register[one].name, one) for one in await list_partners(tx))
        return pages.render(
            request,
            "uitzettingen.html",
            active="/uitzettingen",
            rows=[
                _row(one, tx, desk) | {"about": words.about(one.category, one.area, kinds)} for one in work
            ],
            total=total,
            counts=[(*words.WAITING[why], counted.get(why, 0)) for why in words.WAITING],
            waits=sum(counted.values()),
            sieve=sieve,
            kinds=[("", "Alles"), *((why.value, text) for why, (_, text) in words.WAITING.items())],
            tracks=[("", "Beide"), *words.TRACKS.items()],
            partners=[("", "Alle partners"), *((one, name) for name, one in names)],
            page=pagina,
            pages=max(1, -(-total // PAGE_SIZE)),
        )

    @routes.get("/uitzettingen/melding/{report_id}")
    async def find_lead(report_id: UUID, tx: InTransaction, _reader: MayRead) -> RedirectResponse:
        """Lead on to who leads about a report. NoSuchAssignment where nobody was asked about it."""
        asked = await assignments.list_about(tx, report_id)
        for one in sorted(asked, key=lambda one: not one.lead):
            return RedirectResponse(f"/uitzettingen/{one.assignment_id}", 303)
        raise NoSuchAssignment(f"Nobody was asked about {report_id}.")

    @routes.get("/uitzettingen/{assignment_id}")
    async def show_assignment(
        request: Request, assignment_id: UUID, tx: InTransaction, reader: MayRead, gedaan: str = ""
    ) -> HTMLResponse:
        return await _show(request, assignment_id, tx, reader, Tried(done=gedaan))

    @routes.post("/uitzettingen/{assignment_id}/{act}")
    async def decide(
        request: Request,
        assignment_id: UUID,
        act: Act,
        tx: InTransaction,
        director: MayDirect,
        filled: Annotated[Filled, Form()],
    ) -> Response:
        """Do it; where that cannot be, show the page again with the reason and with what was filled in."""
        wish = Wish(assignment_id, director.name, why_of(filled), filled.gezien or None)
        faults, status = faults_of(act, filled), 400
        if not faults:
            try:
                shown = await _do(act, wish, filled, tx, desk)
            except tuple(REFUSALS) as refusal:
                faults, status = [(f"{act}-kop", str(refusal))], REFUSALS[type(refusal)]
            else:
                return RedirectResponse(f"/uitzettingen/{shown}?gedaan={act}", 303)
        return await _show(request, assignment_id, tx, director, Tried(act, filled, tuple(faults), status))

    async def _show(
        request: Request, assignment_id: UUID, tx: Transaction, reader: Principal, tried: Tried
    ) -> HTMLResponse:
        asked = await assignments.list_with(tx, assignment_id, lock=False)
        one = next(one for one in asked if one.assignment_id == assignment_id)
        revisions = await assessments.list_about(tx, one.report_id)
        can = acts_on(one, asked) if "assignments:direct" in reader.scopes else ()
        partner = desk.register[one.partner]
        no_covenant, covenant = partner_words.covenant(one, partner, tx.now)
        return pages.render(
            request,
            "uitzetting.html",
            status=tried.status,
            active="/uitzettingen",
            one=one,
            name=partner.name,
            reached=partner_words.reached(partner, tx.now) if partner.id != DESK else None,
            no_covenant=no_covenant,
            covenant=covenant,
            badge=_badge(one),
            facts=_facts(one, tx, desk),
            case=await cases.find(tx, one.report_id),
            newest=revisions[0],
            kind=kinds.get(revisions[0].category, revisions[0].category),
            fired=_fired(revisions[0], kinds),
            revisions=revisions,
            causes=words.CAUSES,
            steps=[(_step(two, desk), two.assignment_id) for two in asked],
            acts=[(act, *words.ACTS[act][:2], words.EXPLANATIONS[act]) for act in words.ACTS if act in can],
            done=_done(tried.done, partner.name),
            history=[(one.at, _told(one, desk, asked)) for one in await acts.list_about(tx, one.report_id)],
            reasons={
                act: [("", "Kies een reden"), *((w.value, words.WHY[w]) for w in REASONS[act])]
                for act in REASONS
            },
            partners=[("", "Kies een partner"), *_askable(one, tx, desk)],
            outcomes=[("", "Kies een uitkomst"), *words.OUTCOMES.items()],
            findings=list(words.FINDINGS.items()),
            mark=mark_of(one, asked),
            open_act=tried.act,
            filled=tried.filled,
            blank=Filled(),
            fault=dict(tried.faults),
            errors=[(at if tried.act in can else "deze-vraag", said) for at, said in tried.faults],
        )

    return routes


async def _do(act: Act, wish: Wish, filled: Filled, tx: Transaction, desk: Desk) -> UUID:
    """Do it; the assignment to show after it."""
    shown = wish.assignment_id
    match act:
        case Act.WITHDRAW:
            await directing.take_question_back(wish, tx, desk)
        case Act.REASSIGN:
            shown = (
                await directing.ask_another(wish, filled.partner, int(filled.dagen), tx, desk)
            ).assignment_id
        case Act.REPEAT:
            shown = (await directing.ask_again(wish, int(filled.dagen), tx, desk)).assignment_id
        case Act.CLARIFY:
            await directing.clarify(wish, filled.toelichting.strip(), tx, desk)
        case Act.ADOPT:
            shown = (await directing.take_over(wish, tx, desk)).assignment_id
        case Act.CONCLUDE:
            await directing.conclude(wish, filled.uitkomst, filled.bevinding or None, tx, desk)
        case Act.APPOINT:
            await directing.give_lead(wish, tx, desk)
    return shown


def _row(work: Work, tx: Transaction, desk: Desk) -> dict[str, Any]:
    one = work.assignment
    why = waiting(one)
    return {
        "work": work,
        "one": one,
        "badge": words.WAITING[why] if why else _badge(one),
        "name": desk.register[one.partner].name,
        "track": words.TRACKS[one.track],
        "why": _reason(one, tx, desk),
    }


def _reason(one: Assignment, tx: Transaction, desk: Desk) -> str | None:
    """Why it is as it is: the sentence of the register, or what the partner said."""
    if one.state is State.UNDELIVERABLE:
        return why_not_asked(one, tx, desk) or "De partner is nu wel te bereiken: vraag het opnieuw."
    return words.REASONS.get(one.reason, one.reason) if one.reason else None


def _fired(kept: assessments.Kept, names: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Why each rule that spoke is there, and what it saw."""
    facts = kept.facts
    known = {**names, facts["area"]: facts["area_name"]} if facts.get("area_name") else names
    return [
        (rule["because"], [seen_in_words(seen, known) for seen in rule["facts"]])
        for rule in kept.decision["fired"]
    ]


def _badge(one: Assignment) -> words.Badge:
    if why := waiting(one):
        return words.WAITING[why]
    mark, text = words.STATES[one.state]
    return {"done": "ok", "current": "notice"}.get(mark, "plain"), text[:1].upper() + text[1:]


def _facts(one: Assignment, tx: Transaction, desk: Desk) -> list[tuple[str, str]]:
    facts = [
        ("Partner", desk.register[one.partner].name),
        ("Spoor", words.TRACKS[one.track]),
        ("Regie", "ja" if one.lead else "nee"),
        ("Sinds", moment(one.changed_at)),
    ]
    if one.state in WITH_THE_PARTNER:
        facts.append(("Antwoord vóór", moment(one.due_at)))
    reason = _reason(one, tx, desk)
    return [*facts, ("Reden", reason)] if reason else facts


def _step(one: Assignment, desk: Desk) -> tuple[str, str, str]:
    mark, text = words.STATES[one.state]
    said = [words.REASONS.get(one.reason, one.reason)] if one.reason else []
    if one.finding:
        said.append(words.FINDINGS.get(one.finding, one.finding).lower())
    told = f": {', '.join(said)}" if said else ""
    lead = ", heeft de regie" if one.lead else ""
    return mark, desk.register[one.partner].name, f"{text}{told}, {moment(one.changed_at)}{lead}"


def _done(act: str, name: str) -> str | None:
    return f"Gedaan: u {words.ACTS[Act(act)][2].format(who=name)}." if act in set(Act) else None


def _told(decision: Any, desk: Desk, asked: Sequence[Assignment]) -> str:
    about = next(one.partner for one in asked if one.assignment_id == decision.assignment_id)
    text = words.ACTS[decision.act][2].format(who=desk.register[decision.partner or about].name)
    why = f": {words.WHY[decision.why].lower()}" if decision.why else ""
    return f"{decision.who} {text}{why}"


def _askable(one: Assignment, tx: Transaction, desk: Desk) -> list[tuple[str, str]]:
    """Who might be asked instead; those who cannot be are there too, with the reason when they are chosen."""
    others = [p for p in desk.register.values() if p.id not in {one.partner, DESK}]
    named = ((p, why_not(p, one.track, tx)) for p in others)
    return [
        (p.id, f"{p.name} (kan nu niet)" if cannot else p.name)
        for p, cannot in sorted(named, key=lambda n: (n[1] is not None, n[0].name))
    ]
