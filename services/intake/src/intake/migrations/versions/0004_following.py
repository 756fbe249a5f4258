"""What a reporter follows: how far it is, what they added, and the promise they got."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("reports", sa.Column("hear_by", sa.DateTime(timezone=True), nullable=True))
    op.execute("update reports set hear_by = received_at + interval '7 days'")
    op.alter_column("reports", "hear_by", nullable=False)
    op.add_column("reports", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reports", sa.Column("solved", sa.Boolean(), nullable=True))
    op.create_table(
        "assignments",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("told_as", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_report_id"), "assignments", ["report_id"])
    op.create_table(
        "additions",
        sa.Column("addition_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.report_id"], name=op.f("fk_additions_report_id")),
        sa.PrimaryKeyConstraint("addition_id", name=op.f("pk_additions")),
    )
    op.create_table(
        "cases",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_cases")),
    )
    op.create_index(op.f("ix_additions_report_id_key"), "additions", ["report_id", "key"], unique=True)
