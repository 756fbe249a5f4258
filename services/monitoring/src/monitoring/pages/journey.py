"""The journey of a report: a time axis, and under it every hop."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.transaction import Transaction
from look.pages import Pages
from monitoring.domain.attention import LONGEST_TEXT, DeedIncomplete
from monitoring.domain.clocks import OVER, ClockIsOver, NoSuchClock, Promise, State
from monitoring.domain.journey import Hop, Journey, NoSuchJourney, waits
from monitoring.handlers import aftercare, by_hand
from monitoring.handlers.clocks import Terms
from monitoring.handlers.journey import follow
from monitoring.pages import journey_words as words
from monitoring.pages.attention import MayAct, clean
from monitoring.pages.journey_axis import draw
from monitoring.pages.seeing import MAY_ACT
from monitoring.store import clocks

NOT_ANY_MORE = "Deze nazorg is vervallen: er hoeft niets meer te worden vastgelegd."
MayFollow = Annotated[Principal, Depends(may("journey:read"))]
TECHNICAL = "journey:read-technical"
HEARD_LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Recording:
    """What came of recording the after-care, if somebody did: what was written, and what is wrong with it."""

    done: bool = False
    text: str = ""
    fault: str | None = None


def router(journey_days: int, terms: Terms) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("monitoring")

    @routes.get("/toezicht/melding/{report_id}")
    async def show_journey(
        request: Request, report_id: UUID, tx: InTransaction, reader: MayFollow, gedaan: str = ""
    ) -> Response:
        return await show(request, report_id, tx, reader, Recording(done=gedaan == "nazorg"))

    @routes.post("/toezicht/melding/{report_id}/nazorg")
    async def record_aftercare(
        request: Request,
        report_id: UUID,
        tx: InTransaction,
        actor: MayAct,
        reader: MayFollow,
        tekst: Annotated[str, Form()] = "",
    ) -> Response:
        """NoSuchClock where there is no outcome yet, or the case has it."""
        clock = await clocks.find(tx, report_id, Promise.AFTERCARE)
        if clock is None:
            raise NoSuchClock(f"There is no clock for the after-care of report {report_id}.")
        text = clean(tekst)
        try:
            await by_hand.record_aftercare(clock.deadline_id, actor.name, None, text or None, tx, terms)
        except DeedIncomplete as incomplete:
            fault = incomplete.faults[0][1]
        except ClockIsOver:
            fault = NOT_ANY_MORE
        else:
            return RedirectResponse(f"/toezicht/melding/{report_id}?gedaan=nazorg", 303)
        return await show(request, report_id, tx, reader, Recording(text=text, fault=fault))

    async def show(
        request: Request, report_id: UUID, tx: Transaction, reader: Principal, recording: Recording
    ) -> Response:
        try:
            journey = await follow(tx, report_id)
        except NoSuchJourney:
            return pages.render(
                request,
                "reis-onbekend.html",
                status=404,
                active="/toezicht",
                report_id=report_id,
                days=journey_days,
            )
        care = journey.aftercare
        return pages.render(
            request,
            "reis.html",
            status=400 if recording.fault else 200,
            active="/toezicht",
            care=care,
            care_deed=await aftercare.find_deed(tx, care.deadline_id) if care and care.met_at else None,
            may_record=care is not None and care.state not in OVER and MAY_ACT in reader.scopes,
            recording=recording,
            errors=[("tekst", recording.fault)] if recording.fault else [],
            longest_text=LONGEST_TEXT,
            journey=journey,
            badge=standing(journey, tx.now),
            axis=draw(journey, tx.now) if journey.hops or journey.deadlines else None,
            terms=[_term(one, tx.now) for one in journey.deadlines],
            rows=[_row(hop, wait) for hop, wait in zip(journey.hops, waits(journey.hops), strict=True)],
            technical=TECHNICAL in reader.scopes,
            asked=any(hop.what.startswith("assignments.") for hop in journey.hops),
        )

    return routes


def standing(journey: Journey, now: datetime) -> tuple[str, str]:
    """How the report stands, as a badge: by the clock that is worst off, and else by what was heard last."""
    running = [one for one in journey.deadlines if one.met_at is None and one.state is not State.CANCELLED]
    if running:
        worst = min(running, key=lambda one: (one.state is State.PAUSED, one.due_at))
        kind, text = words.how(worst, now)
        return kind, f"Wacht op {worst.holder_name}, {text}"
    for hop in reversed(journey.hops):
        if hop.what in words.BY_REPORTER - {"reports.registered"}:
            return words.sign(hop), words.told(hop)
    return "plain", "Er loopt geen termijn"


def _term(deadline: Any, now: datetime) -> dict[str, Any]:
    return {"deadline": deadline, "promise": words.promised(deadline), "badge": words.how(deadline, now)}


def _row(hop: Hop, wait: timedelta | None) -> dict[str, Any]:
    return {
        "hop": hop,
        "sign": words.sign(hop),
        "told": words.told(hop),
        "who": words.who(hop),
        "since": None if wait is None else words.since(wait),
        "heard_late": hop.heard_at - hop.happened_at >= HEARD_LATE,
        "service": words.SERVICES.get(hop.service, hop.service),
    }
