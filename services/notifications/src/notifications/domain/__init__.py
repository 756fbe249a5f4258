"""The rules of notifications, by subject."""
