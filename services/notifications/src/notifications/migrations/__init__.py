"""The schema of notifications through time."""
