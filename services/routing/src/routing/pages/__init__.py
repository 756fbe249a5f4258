"""Routing's screens, by subject."""

from routing.pages import dry_runs, policies, proposing

__all__ = ["dry_runs", "policies", "proposing"]
