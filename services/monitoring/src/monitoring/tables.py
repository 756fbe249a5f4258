"""The tables of monitoring."""

from chassis.tables import new_metadata

metadata = new_metadata()
