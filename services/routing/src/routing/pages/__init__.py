"""Routing's pages for people, by subject."""

from routing.pages import answers, assignments, dry_runs, policies

__all__ = ["answers", "assignments", "dry_runs", "policies"]
