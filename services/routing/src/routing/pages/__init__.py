"""Routing's screens, by subject."""
