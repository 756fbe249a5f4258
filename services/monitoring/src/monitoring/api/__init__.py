"""Monitoring over HTTP, by subject."""

from monitoring.api import clocks, concerns, forecasts, journey, scorecards, terms
from monitoring.domain.attention import (
    ActRefused,
    ChangedMeanwhile,
    DeedIncomplete,
    NoConcernNow,
    NoSuchConcern,
)
from monitoring.domain.journey import NoSuchJourney

REFUSALS: dict[type[Exception], int] = {
    **clocks.REFUSALS,
    **terms.REFUSALS,
    **scorecards.REFUSALS,
    NoSuchConcern: 404,
    NoSuchJourney: 404,
    NoConcernNow: 409,
    ChangedMeanwhile: 409,
    ActRefused: 409,
    DeedIncomplete: 400,
}
"""Every error of the domain, with the status it gets."""

__all__ = ["REFUSALS", "clocks", "concerns", "forecasts", "journey", "scorecards", "terms"]
