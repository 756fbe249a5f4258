"""What crosses a service boundary, and nothing else."""
