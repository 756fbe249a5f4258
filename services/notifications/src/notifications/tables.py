"""The tables of notifications."""

from chassis.tables import new_metadata

metadata = new_metadata()
