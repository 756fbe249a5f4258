"""Routing's tables. No person, and no address of a report: those only pass through, to the partner's queue."""

from sqlalchemy import Boolean, Column, DateTime, Index, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import new_metadata

metadata = new_metadata()

# What the policy decided about a report, each time, with what it saw and the rules that spoke.
assessments = Table(
    "assessments",
    metadata,
    Column("report_id", Uuid, primary_key=True),
    Column("revision", SmallInteger, primary_key=True),
    Column("category", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("decision", JSONB, nullable=False),
    Column("cause", Text),
    Column("difference", JSONB, nullable=False),
    Column("assessed_at", DateTime(timezone=True), nullable=False),
)

# Each report by names that give nothing away, to be counted: at which address, by whom.
sightings = Table(
    "sightings",
    metadata,
    Column("report_id", Uuid, primary_key=True),
    Column("place", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Index(None, "place", "received_at"),
)

assignments = Table(
    "assignments",
    metadata,
    Column("assignment_id", Uuid, primary_key=True),
    Column("report_id", Uuid, nullable=False),
    Column("partner", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("track", Text, nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("question", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("offered_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("reason", Text),
    Column("finding", Text),
    Column("replaces", Uuid),
    Index(None, "report_id"),
    # One of those who were asked is accountable for a report, and never two.
    Index("uq_assignments_lead", "report_id", unique=True, postgresql_where=text("lead")),
)

# Which corporation owns the dwelling at an address, as corporations tell. Addresses alone: nothing about who lives there.
stock = Table(
    "stock",
    metadata,
    Column("address_key", Text, primary_key=True),
    Column("object_id", Text),
    Column("partner", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False),
    Index(None, "object_id"),
    Index(None, "partner"),
)
