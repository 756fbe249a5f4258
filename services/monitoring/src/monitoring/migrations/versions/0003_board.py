"""What people do about what stands on the board."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "attention",
        sa.Column("concern_id", sa.Uuid(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed", sa.BigInteger(), server_default=sa.text("nextval('changes')"), nullable=False),
        sa.PrimaryKeyConstraint("concern_id", name=op.f("pk_attention")),
    )
    op.create_index(op.f("ix_attention_changed"), "attention", ["changed"], unique=False)
    for column in ("snoozed_until", "returned_at"):
        op.create_index(
            op.f(f"ix_attention_{column}"),
            "attention",
            [column],
            unique=False,
            postgresql_where=sa.text(f"{column} is not null"),
        )
    op.create_table(
        "deeds",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("concern_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deeds")),
    )
    op.create_index(op.f("ix_deeds_concern_id"), "deeds", ["concern_id"], unique=False)
    op.create_index(
        "ix_deadlines_alerted",
        "deadlines",
        ["alerted_at"],
        unique=False,
        postgresql_where=sa.text("state in ('warned', 'missed')"),
    )
