"""Routing's rows, by subject."""
