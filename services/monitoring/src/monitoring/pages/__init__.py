"""Monitoring's pages, by subject."""

from monitoring.pages import acting, board, journey, messages, parked

__all__ = ["acting", "board", "journey", "messages", "parked"]
