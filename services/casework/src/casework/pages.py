"""Casework's screens: the list of cases, and one case's file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from casework import store
from casework.domain.cases import (
    Assignment,
    File,
    Reason,
    Report,
    State,
    Track,
    Urgency,
    clock_of,
    count_reporters,
    nearest,
    urgency,
    why_complex,
)
from casework.domain.timeline import CHANNELS, PROMISES, REFUSALS, results, words
from casework.handlers import cases as handlers
from chassis.http import InTransaction
from chassis.principals import Principal, may
from look.pages import Pages
from look.words import day, moment, until

MayRead = Annotated[Principal, Depends(may("cases:read"))]
MayDirect = Annotated[Principal, Depends(may("cases:direct"))]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
PAGE_SIZE = 25

REASONS = {
    Reason.BOTH_TRACKS: "Twee of meer partners, op beide sporen",
    Reason.MANY_REPORTERS: "Drie of meer melders",
    Reason.DANGER: "Gevaar gemeld",
    Reason.LONG: "Loopt langer dan drie maanden",
    Reason.RELAPSE: "Eerder gesloten, en terug",
}
TENURES = {
    "corporation-tenant": "huurt van een corporatie",
    "private-tenant": "huurt van iemand anders",
    "owner": "is eigenaar",
}
TRACK_NAMES = {Track.CARE: "Zorgspoor", Track.ENFORCEMENT: "Handhavingsspoor"}

Badge = tuple[str, str]
"""The kind and the text of a badge."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step on a track: its state as the look names it, its heading, and what is known of it."""

    state: str
    text: str
    detail: str


@dataclass(frozen=True, slots=True)
class TrackCard:
    track: Track
    name: str
    badge: Badge
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """The nearest term: the kind of its badge, how far off it is, and what was promised."""

    kind: Urgency
    left: str
    promise: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """What both screens show of a case."""

    file: File
    kind: str
    badge: Badge
    reasons: tuple[str, ...]
    term: Term | None


def router() -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("casework")

    def view(file: File, now: datetime) -> CaseView:
        reasons = why_complex(file, now)
        return CaseView(
            file,
            file.case.category_name,
            _weight(file, reasons),
            tuple(REASONS[reason] for reason in reasons),
            _term(file, now),
        )

    @routes.get("/zaken")
    async def show_cases(
        request: Request, tx: InTransaction, _reader: MayRead, pagina: PageNumber = 1
    ) -> HTMLResponse:
        files, total = await store.list_cases(tx, pagina, PAGE_SIZE)
        return pages.render(
            request,
            "zaken.html",
            active="/zaken",
            cases=[view(file, tx.now) for file in files],
            total=total,
            page=pagina,
            pages=max(1, -(-total // PAGE_SIZE)),
        )

    @routes.get("/zaken/{case_id}")
    async def show_case(request: Request, case_id: UUID, tx: InTransaction, reader: MayRead) -> HTMLResponse:
        reads_care = "care:read" in reader.scopes
        file, timeline = await handlers.read_case(case_id, reader.name, tx, reads_care=reads_care)
        return pages.render(
            request,
            "zaak.html",
            active="/zaken",
            case=view(file, tx.now),
            facts=_facts(file),
            tracks=[_track_card(track, file) for track in Track],
            partners=[(a, _answer(a, file, tx.now)) for a in file.assignments],
            timeline=[(entry, words(entry)) for entry in timeline],
            channels=CHANNELS,
            report_facts=_report_facts,
            reads_evidence="evidence:read" in reader.scopes,
            may_part=len(file.reports) > 1 and "cases:direct" in reader.scopes,
        )

    @routes.post("/zaken/{case_id}/losmaken/{report_id}")
    async def part_report(
        case_id: UUID,
        report_id: UUID,
        tx: InTransaction,
        director: MayDirect,
        reden: Annotated[str, Form(min_length=1, max_length=1000)],
    ) -> RedirectResponse:
        case = await handlers.part_report(case_id, report_id, reden.strip(), director.name, tx)
        return RedirectResponse(f"/zaken/{case.case_id}", 303)

    return routes


def _weight(file: File, reasons: tuple[Reason, ...]) -> Badge:
    if file.case.closed_at:
        return "ok", "Afgesloten"
    return ("notice", "Complex") if reasons else ("plain", "Licht")


def _term(file: File, now: datetime) -> Term | None:
    deadline = nearest(file.deadlines)
    if deadline is None:
        return None
    promise = PROMISES.get(deadline.promise, deadline.promise)
    if deadline.assignment_id:
        promise = f"{promise} van {deadline.holder_name}"
    return Term(urgency(deadline.due_at, deadline.clock, now), until(deadline.due_at, now), promise)


def _facts(file: File) -> list[tuple[str, str]]:
    case, people = file.case, count_reporters(file.reports)
    anonymous = sum(report.reporter.anonymous for report in file.reports)
    reaction = nearest(file.deadlines, "confirmation")
    facts = [
        ("Nummer", case.number),
        ("Buurt", case.neighbourhood or "onbekend"),
        ("Meldingen", str(len(file.reports))),
        ("Melders", f"{people} ({anonymous} anoniem)" if anonymous else str(people)),
        ("Geopend", day(case.opened_at)),
    ]
    if case.closed_at:
        facts.append(("Afgesloten", day(case.closed_at)))
    return [*facts, ("Reactie vóór", moment(reaction.due_at))] if reaction else facts


def _report_facts(report: Report) -> list[tuple[str, str]]:
    who = report.reporter
    facts = [
        ("Nummer", report.reference),
        ("Soort", report.category_name),
        ("Melder", "anoniem" if who.anonymous else who.name or "zonder naam"),
        ("Telefoon", who.phone),
        ("E-mail", who.email),
        ("Woont", TENURES.get(who.tenure)),
    ]
    return [(name, value) for name, value in facts if value]


def _track_card(track: Track, file: File) -> TrackCard:
    asked = tuple(a for a in file.assignments if a.track is track)
    if any(assignment.is_open for assignment in asked):
        badge = ("notice", "actief")
    elif asked:
        badge = ("ok", "alle antwoorden binnen")
    elif track in file.tracks:
        badge = ("almost", "nog niemand gevraagd")
    else:
        badge = ("plain", "niet in gang")
    return TrackCard(track, TRACK_NAMES[track], badge, tuple(map(_step, asked)))


# How far a partner is: the mark of its step and its words, which may tell since when, the term, and the detail.
STEPS = {
    State.OFFERED: ("todo", "gevraagd {since}{due}"),
    State.ACCEPTED: ("current", "opgepakt {since}"),
    State.PROGRESSED: ("current", "ermee bezig, laatste bericht {since}"),
    State.QUERIED: ("current", "wil meer weten, {since}"),
    State.ANSWERED: ("done", "{detail}, {since}"),
    State.DECLINED: ("skipped", "niet opgepakt, {since}: {detail}"),
    State.UNDELIVERABLE: ("skipped", "niet bereikt: vraag het zelf"),
    State.HELD: ("todo", "wacht sinds {since}"),
    State.EXPIRED: ("skipped", "geen antwoord binnen de termijn, {since}"),
    State.TAKEN_BACK: ("skipped", "vraag ingetrokken, {since}"),
}

# The same in short, with the colour of the badge.
ANSWERS = {
    State.ACCEPTED: ("ok", "pakt het op"),
    State.PROGRESSED: ("ok", "is ermee bezig"),
    State.QUERIED: ("almost", "wil meer weten"),
    State.ANSWERED: ("ok", "{detail}"),
    State.DECLINED: ("almost", "nee: {detail}"),
    State.UNDELIVERABLE: ("late", "niet bereikt"),
    State.HELD: ("plain", "wacht"),
    State.EXPIRED: ("late", "geen antwoord"),
    State.TAKEN_BACK: ("plain", "ingetrokken"),
}


def _detail(assignment: Assignment) -> str:
    detail = assignment.detail or ""
    return REFUSALS.get(detail, detail) if assignment.state is State.DECLINED else results(detail)


def _step(assignment: Assignment) -> Step:
    mark, what = STEPS[assignment.state]
    due = f", antwoord vóór {moment(assignment.due_at)}" if assignment.due_at else ""
    told = what.format(since=moment(assignment.changed_at), due=due, detail=_detail(assignment))
    return Step(mark, assignment.partner_name, told)


def _answer(assignment: Assignment, file: File, now: datetime) -> Badge:
    if assignment.state is State.OFFERED:
        due_at = assignment.due_at or assignment.changed_at
        how = urgency(due_at, clock_of(assignment, file.deadlines), now)
        left = until(due_at, now)
        return how, left if how is Urgency.LATE else f"wacht, {left}"
    colour, what = ANSWERS[assignment.state]
    return colour, what.format(detail=_detail(assignment))
