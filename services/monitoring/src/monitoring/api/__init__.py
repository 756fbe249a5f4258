"""Monitoring over HTTP, by subject."""

from monitoring.api import clocks

REFUSALS: dict[type[Exception], int] = {**clocks.REFUSALS}
"""Every error of the domain, with the status it gets."""

__all__ = ["REFUSALS", "clocks"]
