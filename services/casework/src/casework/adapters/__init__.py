"""Outside formats and systems, one per file."""
