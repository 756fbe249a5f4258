"""Routing's tables. No person; a report's address and story only pass: in a delivery or a link, until it is over."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import new_metadata
from chassis.version_store import version_tables

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

# What goes to partners over HTTPS or by mail. The body is there until it is delivered or given up.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("assignment_id", Uuid, nullable=False),
    Column("partner", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary),
    Column("traceparent", Text),
    Column("stage", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("first_tried_at", DateTime(timezone=True)),
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("done_at", DateTime(timezone=True)),
    Column("last_error", Text),
    Index("ix_deliveries_due", "partner", "next_at", postgresql_where=text("stage = 'waiting'")),
    Index("ix_deliveries_waiting", "assignment_id", "id", postgresql_where=text("stage = 'waiting'")),
)

# What who has a link may see, until the assignment is over or the link expires.
links = Table(
    "links",
    metadata,
    Column("assignment_id", Uuid, primary_key=True),
    Column("view", JSONB(none_as_null=True)),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
)

# Each mail has a token of its own, and nobody but who got it knows it: here is its SHA-256.
link_tokens = Table(
    "link_tokens",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("assignment_id", Uuid, ForeignKey("links.assignment_id", ondelete="CASCADE"), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Index(None, "assignment_id"),
)

# Answers by link or over HTTPS that were refused, and why.
refused_answers = Table(
    "refused_answers",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("partner", Text, nullable=False),
    Column("assignment_id", Uuid),
    Column("way", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("refused_at", DateTime(timezone=True), nullable=False),
    Index(None, "refused_at"),
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

# Every text of the policy that was proposed, by the version that stands in it; and which came into force when.
policies, activations = version_tables(metadata, "policies")

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
