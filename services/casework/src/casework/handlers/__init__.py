"""What casework does, by subject."""
