"""The schema of routing through time."""
