"""Monitoring's pages, by subject."""

from monitoring.pages import attention, board, wall
from monitoring.pages.glances import Glances

__all__ = ["Glances", "attention", "board", "wall"]
