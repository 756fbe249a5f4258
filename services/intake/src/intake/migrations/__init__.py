"""Intake's schema through time."""
