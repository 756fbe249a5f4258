"""Intake over HTTP, by subject."""

from intake.api import following, reports

REFUSALS = {**reports.REFUSALS, **following.REFUSALS}
"""Every error of the domain, with the status it gets."""
