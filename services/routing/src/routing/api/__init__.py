"""Routing over HTTP, by subject."""
