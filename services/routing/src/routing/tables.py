"""Routing's tables. No address and nobody of a report: those only pass through, to the partner's queue."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
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
    Index(None, "state", "changed_at"),
    # One of those who were asked is accountable for a report, and never two.
    Index("uq_assignments_lead", "report_id", unique=True, postgresql_where=text("lead")),
)

# What people decided about an assignment: who, when, and why as a code.
acts = Table(
    "acts",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("report_id", Uuid, nullable=False, index=True),
    Column("assignment_id", Uuid, nullable=False),
    Column("act", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("why", Text),
    Column("partner", Text),
)

# In which case a report is.
cases = Table(
    "cases",
    metadata,
    Column("report_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("number", Text, nullable=False),
)
