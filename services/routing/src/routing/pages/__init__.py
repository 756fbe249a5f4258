"""Routing's pages for people, by subject."""
