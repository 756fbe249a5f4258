"""The shared look of the screens."""
