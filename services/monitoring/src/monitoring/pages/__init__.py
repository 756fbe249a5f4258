"""Monitoring's pages, by subject."""

from monitoring.pages import (
    acting,
    attention,
    board,
    journey,
    messages,
    parked,
    scorecards,
    terms,
    transferring,
    wall,
)
from monitoring.pages.glances import Glances

__all__ = [
    "Glances",
    "acting",
    "attention",
    "board",
    "journey",
    "messages",
    "parked",
    "scorecards",
    "terms",
    "transferring",
    "wall",
]
