"""Intake's screens."""

from intake.pages import drafts, following, phone, sheets

__all__ = ["drafts", "following", "phone", "sheets"]
