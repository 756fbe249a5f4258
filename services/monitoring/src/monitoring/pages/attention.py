"""One concern: what is the matter, what was done about it, and what can be done."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from chassis.calendar import HERE
from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.transaction import Transaction
from look.pages import Pages
from look.words import moment
from monitoring.domain.attention import (
    LONGEST_SNOOZE,
    LONGEST_TEXT,
    Act,
    ActRefused,
    ChangedMeanwhile,
    Deed,
    DeedIncomplete,
    NoConcernNow,
    NoSuchConcern,
    SnoozeReason,
    is_snoozed,
)
from monitoring.domain.board import Concern
from monitoring.handlers.attention import attend
from monitoring.handlers.clocks import Terms
from monitoring.pages import board as board_page
from monitoring.pages.board import MayWatch, Notice
from monitoring.pages.board_words import BADGES, DONE, TOLD, WHY, what_waits, with_whom
from monitoring.pages.seeing import BOARD, MAY_ACT, part, see
from monitoring.pages.sieving import Asked, AskedOfTheBoard
from monitoring.store import attention, board

MayAct = Annotated[Principal, Depends(may(MAY_ACT))]
FIELDS = {"until": "tot", "why": "waarom", "text": "tekst"}
BACK_AT = time(9)


class Filled(BaseModel):
    """As it came: what is wrong is said on the page, not by an error."""

    model_config = ConfigDict(extra="ignore")

    gezien: str = ""
    tot: str = ""
    waarom: str = ""
    tekst: str = ""
    terug: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried on the page, if anything: the act with what was filled in and its faults, or what was done."""

    act: Act | None = None
    filled: Filled = field(default_factory=Filled)
    faults: tuple[tuple[str, str], ...] = ()
    status: int = 200
    done: str = ""


def router(terms: Terms) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("monitoring")

    @routes.get("/toezicht/termijn/{concern_id}")
    async def show_concern(
        request: Request, concern_id: UUID, tx: InTransaction, reader: MayWatch, gedaan: str = ""
    ) -> Response:
        return await _show(pages, request, concern_id, tx, reader, Tried(done=DONE.get(gedaan, "")))

    @routes.post("/toezicht/termijn/{concern_id}/{act}")
    async def act_on(
        request: Request,
        concern_id: UUID,
        act: Act,
        tx: InTransaction,
        actor: MayAct,
        asked: AskedOfTheBoard,
        filled: Annotated[Filled, Form()],
    ) -> Response:
        """Do it; where that cannot be, show the page again with the reason and with what was filled in."""
        faults: tuple[tuple[str, str], ...] = ()
        try:
            await attend(_deed(concern_id, act, actor, filled, tx.now), _seen(filled), tx, terms)
        except DeedIncomplete as incomplete:
            status, faults = 400, tuple((f"{act}-{FIELDS[at]}", said) for at, said in incomplete.faults)
        except (ActRefused, ChangedMeanwhile, NoConcernNow) as refusal:
            status, faults = 409, (("deze-termijn", str(refusal)),)
        if filled.terug == "bord" and not faults and "hx-request" not in request.headers:
            joined = "&" if asked.query else "?"
            return RedirectResponse(f"/toezicht{asked.query}{joined}gedaan={act}", 303)
        if filled.terug == "bord":
            concern = await board.find_concern(tx, concern_id)
            about = f"{what_waits(concern)}, {with_whom(concern)}. " if concern else ""
            notice = Notice("warning", about + faults[0][1]) if faults else Notice("ok", about + DONE[act])
            return await _back(pages, request, tx, asked, actor, notice)
        if not faults:
            return RedirectResponse(f"/toezicht/termijn/{concern_id}?gedaan={act}", 303)
        return await _show(pages, request, concern_id, tx, actor, Tried(act, filled, faults, status))

    return routes


async def _back(
    pages: Pages, request: Request, tx: Transaction, asked: Asked, actor: Principal, notice: Notice
) -> Response:
    """To the board, with what came of it: to its changing part for who has the page already."""
    status = 200 if notice.kind == "ok" else 409
    if "hx-request" not in request.headers:
        return await board_page.show(pages, request, tx, asked, actor, notice, status=status)
    shown = part(await see(tx, asked, actor, BOARD), asked, actor)
    return pages.render(request, "bord-na.html", status=status, notice=notice, **shown)


async def _show(
    pages: Pages, request: Request, concern_id: UUID, tx: Transaction, reader: Principal, tried: Tried
) -> Response:
    concern = await board.find_concern(tx, concern_id)
    if concern is None and not await board.is_there(tx, concern_id):
        raise NoSuchConcern(f"There is no concern {concern_id}.")
    can = _acts(concern, reader, tx.now) if concern and MAY_ACT in reader.scopes else ()
    deeds = await attention.list_deeds(tx, concern_id)
    return pages.render(
        request,
        "termijn.html",
        status=tried.status,
        active="/toezicht",
        concern_id=concern_id,
        concern=concern,
        what=f"{what_waits(concern)}: {with_whom(concern)}" if concern else "Afgehandeld",
        badge=BADGES[concern.urgency] if concern else ("ok", "Klaar"),
        facts=_facts(concern, tx.now) if concern else [],
        can=can,
        done=tried.done,
        history=[(one.at, *_told(one)) for one in deeds],
        reasons=[("", "Kies een reden"), *((one.value, WHY[one]) for one in SnoozeReason)],
        bounds={"min": _for_field(tx.now), "max": _for_field(tx.now + LONGEST_SNOOZE)},
        tomorrow=_for_field(_tomorrow(tx.now)),
        longest_text=LONGEST_TEXT,
        open_act=tried.act,
        filled=tried.filled,
        fault=dict(tried.faults),
        errors=list(tried.faults),
    )


def _deed(concern_id: UUID, act: Act, actor: Principal, filled: Filled, now: datetime) -> Deed:
    why = SnoozeReason(filled.waarom) if filled.waarom in set(SnoozeReason) else None
    text = clean(filled.tekst) if act in {Act.SNOOZE, Act.NOTE} else ""
    snoozes = act is Act.SNOOZE
    return Deed(
        concern_id,
        act,
        actor.name,
        now,
        until=_moment(filled.tot) if snoozes else None,
        why=why if snoozes else None,
        text=text or None,
    )


def clean(text: str) -> str:
    """PostgreSQL takes no control signs in a text; lines are kept."""
    return "".join(one for one in text.replace("\r\n", "\n") if one == "\n" or one.isprintable()).strip()


def _moment(text: str) -> datetime | None:
    """As a browser sends it, in the time of here; none where it is no moment."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=HERE)
    except ValueError:
        return None


def _seen(filled: Filled) -> int | None:
    return int(filled.gezien) if filled.gezien.isascii() and filled.gezien.isdigit() else None


def _for_field(at: datetime) -> str:
    return f"{at.astimezone(HERE):%Y-%m-%dT%H:%M}"


def _tomorrow(now: datetime) -> datetime:
    """When the next day begins."""
    day = now.astimezone(HERE).date() + timedelta(days=1)
    return datetime.combine(day, BACK_AT, HERE)


def _acts(concern: Concern, reader: Principal, now: datetime) -> tuple[Act, ...]:
    """What this reader can do about it, as it stands."""
    stands = concern.attention
    if stands.taken_by is None:
        first = Act.TAKE
    else:
        first = Act.LET_GO if stands.taken_by == reader.name else Act.TAKE_OVER
    is_away = is_snoozed(stands, concern.alerted_at, now)
    return (first, Act.WAKE if is_away else Act.SNOOZE, Act.NOTE)


def _facts(concern: Concern, now: datetime) -> list[tuple[str, str]]:
    stands = concern.attention
    taken = f"{stands.taken_by}, {moment(stands.taken_at)}" if stands.taken_at else "niemand"
    facts = [
        ("Bij wie", with_whom(concern) or ""),
        ("Termijn" if concern.is_term else "Sinds", moment(concern.at)),
        ("Soort", concern.category_name or ""),
        ("Buurt", concern.area_name or ""),
        ("Pakt op", taken),
    ]
    if stands.snoozed_until and is_snoozed(stands, concern.alerted_at, now):
        facts.append(("Uitgesteld tot", moment(stands.snoozed_until)))
    return [(name, value) for name, value in facts if value]


def _told(deed: Deed) -> tuple[str, str, str]:
    """What was done, why, and what was written down."""
    told = f"{deed.who} {TOLD[deed.act]}" if deed.who else TOLD[deed.act]
    until = f" tot {moment(deed.until)}" if deed.until else ""
    return told + until, WHY[deed.why] if deed.why else "", deed.text or ""
