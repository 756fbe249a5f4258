"""Routing's tables. No address and no person: those only pass through, to the partner's queue."""

from sqlalchemy import Boolean, Column, DateTime, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import new_metadata

metadata = new_metadata()

# What the policy decided about a report, with the rules that spoke.
assessments = Table(
    "assessments",
    metadata,
    Column("report_id", Uuid, primary_key=True),
    Column("category", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("tracks", JSONB, nullable=False),
    Column("rules", JSONB, nullable=False),
    Column("assessed_at", DateTime(timezone=True), nullable=False),
)

assignments = Table(
    "assignments",
    metadata,
    Column("assignment_id", Uuid, primary_key=True),
    Column("report_id", Uuid, nullable=False),
    Column("partner", Text, nullable=False),
    Column("track", Text, nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("question", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("offered_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Index(None, "report_id"),
)
