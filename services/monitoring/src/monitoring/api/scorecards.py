"""The scorecards over HTTP: how each partner does, and the clocks that are open with it."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from chassis.http import InTransaction
from chassis.principals import Principal, may
from contracts.envelope import Shape
from monitoring.api.clocks import DeadlinesOut, page_of
from monitoring.domain.scorecards import (
    Kept,
    NoSuchPartner,
    NotAPeriod,
    Period,
    Scorecard,
    Span,
    Stretch,
    period_of,
)
from monitoring.handlers import scorecards
from monitoring.store import clocks

REFUSALS: dict[type[Exception], int] = {NotAPeriod: 400, NoSuchPartner: 404}

MayWatch = Annotated[Principal, Depends(may("deadlines:read"))]
Partner = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$", description="Its id in the register.")]


class KeptOut(Shape):
    """Of `ended` promises `punctual` were kept by their term. `percent` is null where fewer than five ended."""

    punctual: int
    ended: int
    percent: int | None


class PaceOut(Shape):
    """Working time to the first answer, of `answers`. Null where there are fewer than five."""

    answers: int
    median_working_hours: float | None
    p90_working_hours: float | None


class DeclineOut(Shape):
    reason: str
    count: int


class LoadOut(Shape):
    """What is open now, whenever it was asked. `late` and `waiting` are part of `open`."""

    open: int
    late: int
    waiting: int


class StretchOut(Shape):
    begins: date
    asked: int
    first_answer: KeptOut


class ScorecardOut(Shape):
    partner: str
    name: str
    asked: int
    first_answer: KeptOut
    result: KeptOut
    pace: PaceOut
    declined: int
    declines: list[DeclineOut]
    load: LoadOut


class ScorecardsOut(Shape):
    """By name. `since` and `until` are both included."""

    since: date
    until: date
    items: list[ScorecardOut]


class ScorecardWithTrendOut(ScorecardOut):
    """`trend` is by the week, or by the month for a period of more than 125 days."""

    since: date
    until: date
    trend: list[StretchOut]


async def _period(
    tx: InTransaction,
    since: Annotated[
        date | None, Query(description="The first day; 90 days up to today where not given.")
    ] = None,
    until: Annotated[date | None, Query(description="The last day; today where not given.")] = None,
) -> Period:
    usual = period_of(Span.DAYS, scorecards.today(tx))
    last = until or usual.until
    return Period(since or period_of(Span.DAYS, last).since, last)


Asked = Annotated[Period, Depends(_period)]


def router() -> APIRouter:
    routes = APIRouter(prefix="/monitoring/v1", tags=["partners"])

    @routes.get("/partners")
    async def list_partners(tx: InTransaction, _reader: MayWatch, period: Asked) -> ScorecardsOut:
        """Say how each partner does, of what it was asked in a period."""
        found = await scorecards.compare(tx, period)
        items = [ScorecardOut(**_out(card)) for card in found]
        return ScorecardsOut(since=period.since, until=period.until, items=items)

    @routes.get("/partners/{partner}")
    async def get_partner(
        partner: Partner, tx: InTransaction, _reader: MayWatch, period: Asked
    ) -> ScorecardWithTrendOut:
        """Say how one partner does, and how it went by the week or month."""
        card, stretches = await scorecards.follow(tx, partner, period)
        trend = [_stretch(one) for one in stretches]
        return ScorecardWithTrendOut(**_out(card), since=period.since, until=period.until, trend=trend)

    @routes.get("/partners/{partner}/clocks")
    async def list_partner_clocks(
        partner: Partner,
        tx: InTransaction,
        _reader: MayWatch,
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> DeadlinesOut:
        """List the clocks of a partner that are not over, oldest first."""
        await scorecards.find(tx, partner)
        asked = clocks.Asked(holder=partner, is_open=True)
        return page_of(await clocks.list_deadlines(tx, asked, after, limit + 1), limit)

    return routes


def _out(card: Scorecard) -> dict[str, object]:
    pace = card.pace
    return {
        "partner": card.partner,
        "name": card.name,
        "asked": card.asked,
        "first_answer": _kept(card.first_answer),
        "result": _kept(card.result),
        "pace": PaceOut(
            answers=pace.answers,
            median_working_hours=_hours(pace.median),
            p90_working_hours=_hours(pace.p90),
        ),
        "declined": card.declined,
        "declines": [DeclineOut(reason=reason, count=many) for reason, many in card.declines],
        "load": LoadOut.model_validate(card.load, from_attributes=True),
    }


def _stretch(stretch: Stretch) -> StretchOut:
    return StretchOut(begins=stretch.begins, asked=stretch.asked, first_answer=_kept(stretch.first_answer))


def _kept(kept: Kept) -> KeptOut:
    return KeptOut.model_validate(kept, from_attributes=True)


def _hours(time: timedelta | None) -> float | None:
    return None if time is None else round(time / timedelta(hours=1), 1)
