"""The board on a screen on the wall: the most urgent in large letters, and nothing to do."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from chassis.http import InTransaction
from look.pages import Pages
from monitoring.pages.board import MayWatch
from monitoring.pages.glances import Glances
from monitoring.pages.seeing import WALL, part, see, show_newest
from monitoring.pages.sieving import AskedOfTheBoard, chips
from monitoring.store import board


def router(glances: Glances) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("monitoring")

    @routes.get("/toezicht/wand")
    async def show_wall(
        request: Request, tx: InTransaction, asked: AskedOfTheBoard, reader: MayWatch
    ) -> Response:
        version = await board.version(tx)
        sieved_by = chips(asked, await board.list_choices(tx, asked.bij))
        shown = part(await see(tx, asked, reader, WALL), asked, reader)
        return pages.render(request, "wand.html", version=version, chips=sieved_by, **shown)

    @routes.get("/toezicht/wand/bord")
    async def show_part(request: Request, asked: AskedOfTheBoard, reader: MayWatch) -> Response:
        if "hx-request" not in request.headers:
            return RedirectResponse(f"/toezicht/wand{asked.query}", 303)
        return await show_newest(pages, glances, request, asked, reader, WALL)

    return routes
