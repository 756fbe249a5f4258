"""The journey of a report: a time axis, and under it every hop."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from chassis.http import InTransaction
from chassis.principals import Principal, may
from look.pages import Pages
from monitoring.domain.clocks import State
from monitoring.domain.journey import Hop, Journey, NoSuchJourney, waits
from monitoring.handlers.journey import follow
from monitoring.pages import journey_words as words
from monitoring.pages.journey_axis import draw

MayFollow = Annotated[Principal, Depends(may("journey:read"))]
TECHNICAL = "journey:read-technical"
HEARD_LATE = timedelta(minutes=5)


def router(journey_days: int) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("monitoring")

    @routes.get("/toezicht/melding/{report_id}")
    async def show_journey(
        request: Request, report_id: UUID, tx: InTransaction, reader: MayFollow
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
        return pages.render(
            request,
            "reis.html",
            active="/toezicht",
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
