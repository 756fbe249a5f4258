"""Monitoring's pages, by subject."""

from monitoring.pages import acting, board, messages, parked

__all__ = ["acting", "board", "messages", "parked"]
