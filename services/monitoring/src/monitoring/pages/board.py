"""The board: the terms that ask for attention, live."""

from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException

from chassis.calendar import HERE
from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.transaction import Transaction
from look.pages import Pages
from monitoring.adapters.bell import Bell
from monitoring.domain.board import Concern, Urgency, by_urgency
from monitoring.domain.clocks import Promise
from monitoring.handlers.board import LONGEST_BOARD
from monitoring.handlers.promises import DESK_NAME
from monitoring.store import board

MayWatch = Annotated[Principal, Depends(may("deadlines:read"))]
BADGES = {
    Urgency.LATE: ("late", "Te laat"),
    Urgency.STRANDED: ("notice", "Let op"),
    Urgency.ALMOST: ("almost", "Bijna"),
}
WAITS = {
    Promise.CONFIRMATION: "Bevestiging aan melder",
    Promise.FIRST_ANSWER: "Eerste antwoord",
    Promise.RESULT: "Resultaat",
    Promise.STEP: "Stap in de zaak",
    Promise.STATUTORY: "Wettelijke termijn",
    Promise.FIRST_ACTION: "Eerste actie op de melding",
    Promise.OUTCOME: "Uitkomst van de melding",
    Promise.AFTERCARE: "Nazorg",
}
FRESH = timedelta(seconds=15)


def router(bell: Bell) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("monitoring")

    def watched() -> None:
        """Refuse to call a board live when nobody looks on its behalf."""
        if not bell.is_watched():
            raise HTTPException(503, "The board is not live now.")

    @routes.get("/toezicht")
    async def show_board(request: Request, tx: InTransaction, _reader: MayWatch) -> Response:
        version = await board.version(tx)
        return pages.render(request, "toezicht.html", active="/toezicht", version=version, **await _board(tx))

    @routes.get("/toezicht/bord")
    async def show_newest(request: Request, tx: InTransaction, _reader: MayWatch) -> Response:
        """Give the changing part alone, to who has the page already."""
        if "hx-request" not in request.headers:
            return RedirectResponse("/toezicht", 303)
        return pages.render(request, "bord.html", **await _board(tx))

    @routes.get("/toezicht/stroom", response_class=EventSourceResponse)
    async def ring(
        _reader: MayWatch,
        _live: Annotated[None, Depends(watched)],
        sinds: int = 0,
        last_event_id: Annotated[int | None, Header()] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        """A doorbell: it says that something changed, and the board fetches what by an ordinary request."""
        async for heard in bell.rings(sinds if last_event_id is None else last_event_id):
            yield ServerSentEvent(event="bord", id=str(heard.version), raw_data=sentence(heard.fresh))

    return routes


def sentence(fresh: tuple[Concern, ...]) -> str:
    """What is new, for who listens to the page; empty when nothing asks for more attention than before."""
    if not fresh:
        return ""
    if len(fresh) > 1:
        return f"{len(fresh)} termijnen vragen nu aandacht."
    one = fresh[0]
    return f"{BADGES[one.urgency][1]}: {what_waits(one)}, {with_whom(one)}, {which_case(one)}."


def what_waits(concern: Concern) -> str:
    if concern.urgency is not Urgency.STRANDED:
        return WAITS[concern.promise]
    if concern.promise is Promise.FIRST_ANSWER:
        return f"Zelf uitzetten bij {concern.holder_name}"
    return "Melder zelf inlichten, bevestiging niet bezorgd"


def with_whom(concern: Concern) -> str | None:
    """What could not be delivered is for the desk, whoever it was meant for."""
    return DESK_NAME if concern.urgency is Urgency.STRANDED else concern.holder_name


def which_case(concern: Concern) -> str:
    return f"zaak {concern.case_number}" if concern.case_number else "nog geen zaak"


async def _board(tx: Transaction) -> dict[str, Any]:
    tally = await board.tally(tx, _week_began(tx.now))
    concerns = sorted(await board.list_concerns(tx, LONGEST_BOARD), key=by_urgency)
    return {
        "now": tx.now,
        "tally": tally,
        "rows": [
            {
                "concern": concern,
                "badge": BADGES[concern.urgency],
                "what": what_waits(concern),
                "who": with_whom(concern),
                "fresh": tx.now - concern.alerted_at < FRESH,
                "is_term": concern.urgency is not Urgency.STRANDED,
            }
            for concern in concerns[:LONGEST_BOARD]
        ],
        "longest": LONGEST_BOARD,
    }


def _week_began(now: datetime) -> datetime:
    """Monday, as the day begins here."""
    today = now.astimezone(HERE).date()
    return datetime.combine(today - timedelta(days=today.weekday()), time(), HERE)
