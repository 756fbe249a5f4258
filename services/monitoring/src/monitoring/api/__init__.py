"""Monitoring over HTTP, by subject."""

from monitoring.api import clocks, journey
from monitoring.domain.journey import NoSuchJourney

REFUSALS: dict[type[Exception], int] = {NoSuchJourney: 404}
"""Every error of the domain, with the status it gets."""

__all__ = ["REFUSALS", "clocks", "journey"]
