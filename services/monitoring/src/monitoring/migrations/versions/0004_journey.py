"""The journey of a report, hop by hop."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """What was heard before cannot be told any more: it was not kept."""
    op.create_table(
        "hops",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trace_id", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_hops")),
    )
    op.create_index(op.f("ix_hops_report_id"), "hops", ["report_id"])
    op.create_index(op.f("ix_hops_heard_at"), "hops", ["heard_at"], postgresql_using="brin")
    op.create_index("ix_hops_nobodys", "hops", ["subject"], postgresql_where=sa.text("report_id is null"))
