"""What notifications does, by subject."""
