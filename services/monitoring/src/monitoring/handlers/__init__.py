"""What monitoring does, by subject."""
