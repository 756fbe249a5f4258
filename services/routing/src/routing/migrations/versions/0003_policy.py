"""Assessments that can be made anew, what was seen at an address, and more of an assignment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """What was assessed before cannot be assessed anew: what the policy saw was not kept."""
    op.drop_table("assessments")
    op.create_table(
        "assessments",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("decision", postgresql.JSONB(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("difference", postgresql.JSONB(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "revision", name=op.f("pk_assessments")),
    )
    op.create_table(
        "sightings",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_sightings")),
    )
    op.create_index(
        op.f("ix_sightings_place_received_at"), "sightings", ["place", "received_at"], unique=False
    )
    op.add_column("assignments", sa.Column("part", sa.Text(), nullable=True))
    op.add_column("assignments", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("update assignments set part = partner, changed_at = offered_at")
    op.alter_column("assignments", "part", nullable=False)
    op.alter_column("assignments", "changed_at", nullable=False)
    op.add_column("assignments", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("assignments", sa.Column("finding", sa.Text(), nullable=True))
    op.add_column("assignments", sa.Column("replaces", sa.Uuid(), nullable=True))
    op.create_index(
        "uq_assignments_lead", "assignments", ["report_id"], unique=True, postgresql_where=sa.text("lead")
    )
