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
    Column("mailbox", Text),
    Column("bundle_id", Uuid),
    UniqueConstraint("letter", "about"),
    CheckConstraint("state in ('queued', 'sent', 'failed')", name="state"),
    Index(None, "report_id"),
    Index(None, "bundle_id"),
    Index("ix_notifications_due", "next_at", "notification_id", postgresql_where=text("state = 'queued'")),
    # What a mailbox still has to get, and what it did not get: a small part of all.
    Index(
        None, "mailbox", "notification_id", postgresql_where=text("mailbox is not null and state <> 'sent'")
    ),
)

# Whose alerts go together in one mail, and until when no other is sent.
mailboxes = Table(
    "mailboxes",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("quiet_until", DateTime(timezone=True), nullable=False),
)

# Alerts for webhooks.
deliveries = Table(
    "deliveries",
    metadata,
    Column("webhook", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("traceparent", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("first_tried_at", DateTime(timezone=True)),
    Column("done_at", DateTime(timezone=True)),
    Column("reason", Text),
    CheckConstraint("stage in ('waiting', 'delivered', 'given-up')", name="stage"),
    Index("ix_deliveries_due", "webhook", "next_at", postgresql_where=text("stage <> 'delivered'")),
    Index(None, "done_at", postgresql_where=text("done_at is not null")),
)
