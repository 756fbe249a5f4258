"""Monitoring's pages, by subject."""

from monitoring.pages import board

__all__ = ["board"]
