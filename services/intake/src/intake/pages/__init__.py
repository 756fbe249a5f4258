"""Intake's screens."""

from intake.pages import attachments, drafts, following, phone, sheets

__all__ = ["attachments", "drafts", "following", "phone", "sheets"]
