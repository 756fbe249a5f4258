"""What scorecards count is kept with a clock, and whether its holder hears of it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """The working time of what was met before is not known; why partners declined still stands in the journeys."""
    op.add_column("deadlines", sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("deadlines", sa.Column("took", sa.Interval()))
    op.add_column("deadlines", sa.Column("declined", sa.Text()))
    op.execute(
        "update deadlines set declined = facts_of.reason from "
        "(select subject, facts ->> 'reason' as reason from hops where name = 'assignments.declined.v1') facts_of "
        "where promise = 'first-answer' and assignment_id::text = facts_of.subject"
    )
    op.create_index(
        "ix_deadlines_asked",
        "deadlines",
        ["holder", "started_at"],
        postgresql_include=["promise", "state", "due_at", "met_at", "took", "declined"],
        postgresql_where=sa.text("assignment_id is not null"),
    )
