"""Answers and a PIN with a report; forms that are not sent yet."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("reports", sa.Column("answers", JSONB(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("reports", sa.Column("pin_hash", sa.Text(), nullable=True))
    op.add_column(
        "reports", sa.Column("wrong_pins", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.create_table(
        "drafts",
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("fields", JSONB(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pin", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_saved_at"), "drafts", ["saved_at"], unique=False)
