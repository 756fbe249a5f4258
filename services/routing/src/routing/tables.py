"""Routing's tables. No address and no person: those only pass through, to the partner's queue."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
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
    # One of those who were asked is accountable for a report, and never two.
    Index("uq_assignments_lead", "report_id", unique=True, postgresql_where=text("lead")),
)

# Every text of the policy that was proposed, by the version that stands in it.
policies = Table(
    "policies",
    metadata,
    Column("version", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("note", Text, nullable=False),
)

# Which version came into force when: the one with the highest number is in force.
activations = Table(
    "activations",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Text, ForeignKey("policies.version"), nullable=False),
    Column("activated_by", Text, nullable=False),
    Column("activated_at", DateTime(timezone=True), nullable=False),
    Column("why", Text, nullable=False),
    Column("rolled_back", Boolean, nullable=False),
)

# What another policy would have decided about the reports there were, and how far that is worked out.
dry_runs = Table(
    "dry_runs",
    metadata,
    Column("dry_run_id", Uuid, primary_key=True),
    Column("version", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("since", DateTime(timezone=True)),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("at_report", Uuid),
    Column("effects", JSONB, nullable=False),
    Column("failure", Text),
    Column("ended_at", DateTime(timezone=True)),
)
