"""Notifications over HTTP, by subject."""

from notifications.api import notifications, outlets

REFUSALS: dict[type[Exception], int] = {outlets.NoSuchWebhook: 404, outlets.NoSuchMailbox: 404}
"""Every error of the domain, with the status it gets."""

__all__ = ["REFUSALS", "notifications", "outlets"]
