"""What intake keeps in PostgreSQL, by subject."""
