"""Intake's screens."""

from intake.pages import drafts, following, phone

__all__ = ["drafts", "following", "phone"]
