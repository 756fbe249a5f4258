"""The whole hub in one command."""
