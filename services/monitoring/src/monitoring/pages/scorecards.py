"""How each partner does: all beside each other, one by itself, and as a file for a spreadsheet."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from chassis.http import InTransaction
from chassis.principals import Principal, may
from look.pages import Pages
from monitoring.domain.scorecards import FEWEST, NoSuchPartner, NotAPeriod
from monitoring.handlers import scorecards
from monitoring.pages import scorecard_words as words
from monitoring.pages.periods import AskedPeriod, read

MayWatch = Annotated[Principal, Depends(may("deadlines:read"))]
Partner = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$")]


async def _asked(request: Request, tx: InTransaction) -> AskedPeriod:
    return read(request.query_params, scorecards.today(tx))


Asked = Annotated[AskedPeriod, Depends(_asked)]


def router() -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("monitoring")

    @routes.get("/toezicht/partners")
    async def show_partners(request: Request, tx: InTransaction, asked: Asked, _reader: MayWatch) -> Response:
        cards = await scorecards.compare(tx, asked.period)
        return pages.render(
            request,
            "partners.html",
            status=400 if asked.errors else 200,
            active="/toezicht",
            here="/toezicht/partners",
            asked=asked,
            errors=asked.errors,
            cards=cards,
            words=words,
            fewest=FEWEST,
        )

    @routes.get("/toezicht/partners.csv")
    async def take_partners(tx: InTransaction, asked: Asked, _reader: MayWatch) -> Response:
        """NotAPeriod."""
        for _, fault in asked.errors:
            raise NotAPeriod(fault)
        period = asked.period
        cards = await scorecards.compare(tx, period)
        name = f"partners-{period.since}-{period.until}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(words.as_csv(cards, period), media_type="text/csv; charset=utf-8", headers=headers)

    @routes.get("/toezicht/partners/{partner}")
    async def show_partner(
        partner: Partner, request: Request, tx: InTransaction, asked: Asked, reader: MayWatch
    ) -> Response:
        try:
            card, stretches = await scorecards.follow(tx, partner, asked.period)
        except NoSuchPartner:
            return pages.render(
                request, "partner-onbekend.html", status=404, active="/toezicht", partner=partner
            )
        most = max((one.first_answer.ended for one in stretches), default=0)
        return pages.render(
            request,
            "partner.html",
            status=400 if asked.errors else 200,
            active="/toezicht",
            here=f"/toezicht/partners/{partner}",
            asked=asked,
            errors=asked.errors,
            card=card,
            trend=[words.stretch(one, most) for one in words.since_first(stretches)],
            words=words,
            fewest=FEWEST,
            may_see_questions="assignments:read" in reader.scopes,
        )

    return routes
