"""What routing does, by subject."""
