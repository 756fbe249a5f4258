"""Versions of the table of terms and when each was in force, in PostgreSQL."""

from chassis.version_store import VersionStore
from monitoring.tables import activations, term_tables

terms = VersionStore(term_tables, activations, "the terms")
