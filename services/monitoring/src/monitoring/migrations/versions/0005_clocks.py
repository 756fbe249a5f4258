"""A clock keeps what its term was made of, stands still, and climbs the ladder."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"

COLUMNS: tuple[sa.Column[Any], ...] = (
    sa.Column("case_id", sa.Uuid()),
    sa.Column("term_id", sa.Uuid()),
    sa.Column("about", sa.Text()),
    sa.Column("amount", sa.BigInteger()),
    sa.Column("unit", sa.Text(), server_default="hours", nullable=False),
    sa.Column("statutory", sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column("facts", JSONB(), server_default="{}", nullable=False),
    sa.Column("terms_version", sa.Text()),
    sa.Column("counted_to", sa.DateTime(timezone=True)),
    sa.Column("warn_before", sa.Interval(), server_default="0", nullable=False),
    sa.Column("missed_at", sa.DateTime(timezone=True)),
    sa.Column("paused_at", sa.DateTime(timezone=True)),
    sa.Column("left", sa.BigInteger()),
    sa.Column("reason", sa.Text()),
    sa.Column("rung", sa.Text()),
    sa.Column("escalated_at", sa.DateTime(timezone=True)),
    sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
    sa.Column("acknowledged_by", sa.Text()),
)


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("deadlines", column)
    op.execute("update deadlines set missed_at = alerted_at where state = 'missed'")
    op.execute("update deadlines set warn_before = due_at - next_at where state = 'running'")
    op.execute(
        "update deadlines set acknowledged_at = taken_at, acknowledged_by = taken_by from attention "
        "where concern_id = deadline_id and taken_by is not null and state in ('warned', 'missed')"
    )
    op.drop_constraint("uq_deadlines_report_id_promise_assignment_id", "deadlines")
    op.create_unique_constraint(
        "uq_deadlines_report_id_promise_assignment_id_term_id",
        "deadlines",
        ["report_id", "promise", "assignment_id", "term_id"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "ix_deadlines_term_id", "deadlines", ["term_id"], postgresql_where=sa.text("term_id is not null")
    )
