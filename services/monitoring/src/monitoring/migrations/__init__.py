"""The schema of monitoring through time."""
