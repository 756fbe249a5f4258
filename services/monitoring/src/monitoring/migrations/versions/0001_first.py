"""The first tables, and those of the delivery contract."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import create_messaging_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_messaging_tables()
    op.execute(sa.schema.CreateSequence(sa.Sequence("changes", data_type=sa.BigInteger)))
    op.create_table(
        "deadlines",
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed", sa.BigInteger(), server_default=sa.text("nextval('changes')"), nullable=False),
        sa.PrimaryKeyConstraint("deadline_id", name=op.f("pk_deadlines")),
        sa.UniqueConstraint(
            "report_id",
            "promise",
            "assignment_id",
            name=op.f("uq_deadlines_report_id_promise_assignment_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_deadlines_changed"), "deadlines", ["changed"], unique=False)
    op.create_index(
        op.f("ix_deadlines_met_at"),
        "deadlines",
        ["met_at"],
        unique=False,
        postgresql_where=sa.text("met_at is not null"),
    )
    op.create_index(
        op.f("ix_deadlines_next_at"),
        "deadlines",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("next_at is not null"),
    )
    op.create_index(
        "ix_deadlines_open",
        "deadlines",
        ["state", "due_at"],
        unique=False,
        postgresql_where=sa.text("state <> 'met'"),
    )
    op.create_table(
        "reports",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("category_name", sa.Text(), nullable=True),
        sa.Column("area_name", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("case_number", sa.Text(), nullable=True),
        sa.Column("changed", sa.BigInteger(), server_default=sa.text("nextval('changes')"), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_changed"), "reports", ["changed"], unique=False)
    op.create_table(
        "stranded",
        sa.Column("stranded_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("partner_name", sa.Text(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed", sa.BigInteger(), server_default=sa.text("nextval('changes')"), nullable=False),
        sa.PrimaryKeyConstraint("stranded_id", name=op.f("pk_stranded")),
    )
    op.create_index(op.f("ix_stranded_changed"), "stranded", ["changed"], unique=False)
    op.create_index(
        "ix_stranded_open",
        "stranded",
        ["found_at"],
        unique=False,
        postgresql_where=sa.text("settled_at is null"),
    )
