"""What a board shows of the moment, the changing part of its page."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from chassis.calendar import HERE
from chassis.database import Database
from chassis.principals import Principal
from chassis.transaction import Transaction
from look.pages import Pages
from monitoring.domain.board import Concern, Tally
from monitoring.handlers.board import FRESH
from monitoring.pages.board_words import BADGES, what_waits, with_whom
from monitoring.pages.glances import Glances
from monitoring.pages.sieving import Asked, nothing
from monitoring.store import board

MAY_ACT = "deadlines:act"


@dataclass(frozen=True, slots=True)
class View:
    """A way to show the board: its template, and how many rows it has."""

    template: str
    size: int


BOARD = View("bord.html", 50)
WALL = View("wandbord.html", 6)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was on the board at a moment. `total` is how many rows there are, on all pages."""

    now: datetime
    tally: Tally
    concerns: tuple[Concern, ...]
    total: int


async def see(tx: Transaction, asked: Asked, reader: Principal, view: View) -> Seen:
    sieve = asked.sieve(reader.name)
    concerns = await board.list_concerns(tx, sieve, view.size, (asked.pagina - 1) * view.size)
    total = await board.count_concerns(tx, sieve)
    return Seen(tx.now, await board.tally(tx, _week_began(tx.now), sieve), tuple(concerns), total)


def part(seen: Seen, asked: Asked, reader: Principal) -> dict[str, Any]:
    """For the template."""
    return {
        "now": seen.now,
        "tally": seen.tally,
        "rows": [_row(one, seen.now) for one in seen.concerns],
        "total": seen.total,
        "pages": max(1, -(-seen.total // BOARD.size)),
        "asked": asked,
        "nothing": nothing(asked),
        "me": reader.name,
        "may_act": MAY_ACT in reader.scopes,
    }


async def show_newest(
    pages: Pages, glances: Glances, request: Request, asked: Asked, reader: Principal, view: View
) -> HTMLResponse:
    """The changing part alone. Boards that ask the same at the same moment are given the same."""
    database: Database = request.app.state.database

    async def look() -> Seen:
        async with database.transaction() as tx:
            return await see(tx, asked, reader, view)

    async def draw() -> bytes:
        return bytes(pages.render(request, view.template, **part(seen, asked, reader)).body)

    who = reader.name if asked.pakt == "mij" else ""
    seen = await glances.get((view, asked, who), look)
    mine = reader.name if any(one.attention.taken_by == reader.name for one in seen.concerns) else ""
    return HTMLResponse(await glances.get((view, asked, who, mine, MAY_ACT in reader.scopes), draw))


def _row(concern: Concern, now: datetime) -> dict[str, Any]:
    return {
        "concern": concern,
        "badge": BADGES[concern.urgency],
        "what": what_waits(concern),
        "who": with_whom(concern),
        "fresh": now - concern.alerted_at < FRESH,
    }


def _week_began(now: datetime) -> datetime:
    """Monday, as the day begins here."""
    today = now.astimezone(HERE).date()
    return datetime.combine(today - timedelta(days=today.weekday()), time(), HERE)
