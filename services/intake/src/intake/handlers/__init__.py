"""What intake does, by subject."""
