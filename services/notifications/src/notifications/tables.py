"""The tables of notifications. They hold no name and no address: those are asked of intake at the moment of sending."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import new_metadata

metadata = new_metadata()

# Whether a report's reporter left a way to be reached.
reports = Table(
    "reports",
    metadata,
    Column("report_id", Uuid, primary_key=True),
    Column("reachable", Boolean, nullable=False),
)

notifications = Table(
    "notifications",
    metadata,
    Column("notification_id", Uuid, primary_key=True),
    Column("report_id", Uuid, nullable=False),
    Column("letter", Text, nullable=False),
    Column("about", Uuid, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("queued_at", DateTime(timezone=True), nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("traceparent", Text),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("reason", Text),
    UniqueConstraint("letter", "about"),
    CheckConstraint("state in ('queued', 'sent', 'failed')", name="state"),
    Index(None, "report_id"),
    Index("ix_notifications_due", "next_at", "notification_id", postgresql_where=text("state = 'queued'")),
)
