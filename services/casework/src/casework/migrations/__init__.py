"""The schema of casework through time."""
