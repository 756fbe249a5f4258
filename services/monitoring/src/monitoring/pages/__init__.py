"""Monitoring's pages, by subject."""

from monitoring.pages import board, journey

__all__ = ["board", "journey"]
