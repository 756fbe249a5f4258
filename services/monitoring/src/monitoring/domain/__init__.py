"""What a promise is, and when it is broken: no I/O."""
