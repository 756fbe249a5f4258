"""Notifications in PostgreSQL, by subject."""
