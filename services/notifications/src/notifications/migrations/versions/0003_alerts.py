"""Alerts of one mailbox go together, and go to webhooks too."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

REPORTERS = "('confirmation', 'taken-up', 'step-taken')"


def upgrade() -> None:
    op.add_column("notifications", sa.Column("mailbox", sa.Text()))
    op.add_column("notifications", sa.Column("bundle_id", sa.Uuid()))
    op.execute("update notifications set bundle_id = notification_id")
    op.execute(f"update notifications set mailbox = 'operations' where letter not in {REPORTERS}")  # noqa: S608  words of our own
    op.create_index(op.f("ix_notifications_bundle_id"), "notifications", ["bundle_id"], unique=False)
    op.create_index(
        op.f("ix_notifications_mailbox_notification_id"),
        "notifications",
        ["mailbox", "notification_id"],
        unique=False,
        postgresql_where=sa.text("mailbox is not null and state <> 'sent'"),
    )
    op.create_table(
        "mailboxes",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("quiet_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_mailboxes")),
    )
    op.create_table(
        "deliveries",
        sa.Column("webhook", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("stage in ('waiting', 'delivered', 'given-up')", name=op.f("ck_deliveries_stage")),
        sa.PrimaryKeyConstraint("webhook", "event_id", name=op.f("pk_deliveries")),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["webhook", "next_at"],
        unique=False,
        postgresql_where=sa.text("stage <> 'delivered'"),
    )
    op.create_index(
        op.f("ix_deliveries_done_at"),
        "deliveries",
        ["done_at"],
        unique=False,
        postgresql_where=sa.text("done_at is not null"),
    )
