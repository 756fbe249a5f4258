"""What monitoring keeps, by subject."""
