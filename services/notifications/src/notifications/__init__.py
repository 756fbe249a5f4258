"""Tells people, in plain words, what they need to hear."""
