"""Intake over HTTP, by subject."""
