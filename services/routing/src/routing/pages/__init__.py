"""Routing's pages for people."""

from routing.pages import answers

__all__ = ["answers"]
