"""Stand-ins for the outside world: partners that answer, and people who report. For demonstrations and tests."""
