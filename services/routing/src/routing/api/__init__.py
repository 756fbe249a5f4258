"""Routing over HTTP, by subject."""

from routing.api import assignments, contacts, dry_runs, explanations, partner_answers, policies

REFUSALS: dict[type[Exception], int] = {
    **assignments.REFUSALS,
    **partner_answers.REFUSALS,
    **policies.REFUSALS,
    **dry_runs.REFUSALS,
    **explanations.REFUSALS,
    **contacts.REFUSALS,
}
"""Every error of the domain, with the status it gets."""

__all__ = ["REFUSALS", "assignments", "contacts", "dry_runs", "explanations", "partner_answers", "policies"]
