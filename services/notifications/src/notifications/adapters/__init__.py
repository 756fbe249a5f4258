"""What notifications asks of the world outside."""
