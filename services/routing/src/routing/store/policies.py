"""Versions of the policy and when each was in force, in PostgreSQL."""

from chassis.version_store import VersionStore
from routing.tables import activations
from routing.tables import policies as texts

policies = VersionStore(texts, activations, "the policy")
