"""Who is in the partner register, and when they are open."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Clocks that run go on as they were counted."""
    op.create_table(
        "partners",
        sa.Column("partner", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("opening", sa.Text()),
    )
