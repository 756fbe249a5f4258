"""What casework can be told: no more than every service."""

from chassis.settings import Settings

__all__ = ["Settings"]
