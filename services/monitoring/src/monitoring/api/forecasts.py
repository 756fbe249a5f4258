"""What if, over HTTP: what another table of terms would mean."""

from datetime import timedelta

from fastapi import APIRouter
from pydantic import Field

from chassis.http import InTransaction
from contracts.envelope import Shape
from monitoring.api.terms import PATH, MayRead, Strict, Text
from monitoring.domain.clocks import Promise
from monitoring.domain.forecasts import IN_TIME, LATE, LATER, SOONER, Forecast
from monitoring.handlers.clocks import Terms
from monitoring.handlers.forecasts import what_if
from monitoring.handlers.terms import check


class WhatIf(Strict):
    """The table to try, which is not kept, over the open clocks and those that were met in the last `days`."""

    text: Text
    days: int = Field(30, ge=0, le=3650)


class ForecastRow(Shape):
    """How many clocks, and of those: another end, and late or in time where they are not."""

    promise: Promise
    holder: str
    holder_name: str
    clocks: int
    later: int
    sooner: int
    newly_late: int
    no_longer_late: int


class ForecastOut(Shape):
    """What another table would mean. Nothing was changed."""

    version: str
    clocks: int
    later: int
    sooner: int
    newly_late: int
    no_longer_late: int
    rows: list[ForecastRow]


def router(terms: Terms) -> APIRouter:
    routes = APIRouter(prefix=PATH, tags=["terms"])

    @routes.post("/_foresee")
    async def foresee(body: WhatIf, tx: InTransaction, _reader: MayRead) -> ForecastOut:
        """Say what another table would mean for the clocks there are. Nothing changes."""
        table = await check(body.text, tx)
        found = await what_if(table, timedelta(days=body.days), tx, terms)
        return forecast_out(table.version, found)

    return routes


def forecast_out(version: str, found: Forecast) -> ForecastOut:
    return ForecastOut(
        version=version,
        clocks=found.clocks.total(),
        later=found.total(LATER),
        sooner=found.total(SOONER),
        newly_late=found.total(LATE),
        no_longer_late=found.total(IN_TIME),
        rows=[
            ForecastRow(
                promise=row[0],
                holder=row[1],
                holder_name=found.names[row[1]],
                clocks=found.clocks[row],
                later=found.changes[row, LATER],
                sooner=found.changes[row, SOONER],
                newly_late=found.changes[row, LATE],
                no_longer_late=found.changes[row, IN_TIME],
            )
            for row in found.rows()
        ],
    )
