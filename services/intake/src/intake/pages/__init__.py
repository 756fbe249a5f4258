"""Intake's screens."""
