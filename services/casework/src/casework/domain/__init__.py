"""The rules of casework, pure."""
