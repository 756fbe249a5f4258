"""The board: the terms that ask for attention, live."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException

from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.transaction import Transaction
from look.pages import Pages
from monitoring.adapters.bell import Bell
from monitoring.domain.board import passes
from monitoring.pages.board_words import DONE, sentence
from monitoring.pages.glances import Glances
from monitoring.pages.seeing import BOARD, part, see, show_newest
from monitoring.pages.sieving import Asked, AskedOfTheBoard, chips, options
from monitoring.store import board

MayWatch = Annotated[Principal, Depends(may("deadlines:read"))]


@dataclass(frozen=True, slots=True)
class Notice:
    """What came of an act, to be said on the board. `kind` is as of an alert."""

    kind: str
    text: str


def router(bell: Bell, glances: Glances) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("monitoring")

    def watched() -> None:
        """Refuse to call a board live when nobody looks on its behalf."""
        if not bell.is_watched():
            raise HTTPException(503, "The board is not live now.")

    @routes.get("/toezicht")
    async def show_board(
        request: Request, tx: InTransaction, asked: AskedOfTheBoard, reader: MayWatch, gedaan: str = ""
    ) -> Response:
        notice = Notice("ok", DONE[gedaan]) if gedaan in DONE else None
        return await show(pages, request, tx, asked, reader, notice)

    @routes.get("/toezicht/bord")
    async def show_part(request: Request, asked: AskedOfTheBoard, reader: MayWatch) -> Response:
        """Give the changing part alone, to who has the page already."""
        if "hx-request" not in request.headers:
            return RedirectResponse(f"/toezicht{asked.query}", 303)
        return await show_newest(pages, glances, request, asked, reader, BOARD)

    @routes.get("/toezicht/stroom", response_class=EventSourceResponse)
    async def ring(
        reader: MayWatch,
        _live: Annotated[None, Depends(watched)],
        asked: AskedOfTheBoard,
        sinds: int = 0,
        last_event_id: Annotated[int | None, Header()] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        """A doorbell: it says that something changed, and the board fetches what by an ordinary request.

        It tells only of what would stand on the board of who listens.
        """
        sieve = asked.sieve(reader.name)
        async for heard in bell.rings(sinds if last_event_id is None else last_event_id):
            told = sentence([one for one in heard.fresh if passes(one, sieve)])
            yield ServerSentEvent(event="bord", id=str(heard.version), raw_data=told)

    return routes


async def show(
    pages: Pages,
    request: Request,
    tx: Transaction,
    asked: Asked,
    reader: Principal,
    notice: Notice | None,
    *,
    status: int = 200,
) -> Response:
    """The whole page."""
    version = await board.version(tx)
    choices = await board.list_choices(tx, asked.bij)
    return pages.render(
        request,
        "toezicht.html",
        status=status,
        active="/toezicht",
        version=version,
        notice=notice,
        chips=chips(asked, choices),
        options=options(asked, choices),
        **part(await see(tx, asked, reader, BOARD), asked, reader),
    )
