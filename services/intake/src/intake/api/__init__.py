"""Intake over HTTP, by subject."""

from intake.api import categories, events, evidence, following, open311, reports, sheets

REFUSALS: dict[type[Exception], int] = {
    **reports.REFUSALS,
    **following.REFUSALS,
    **evidence.REFUSALS,
    **events.REFUSALS,
    **sheets.REFUSALS,
}
"""Every error of the domain, with the status it gets."""

__all__ = ["REFUSALS", "categories", "events", "evidence", "following", "open311", "reports", "sheets"]
