"""Addresses of the BAG in a table of our own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("reports", sa.Column("object_id", sa.Text(), nullable=True))
    op.add_column("reports", sa.Column("story_as_sent", sa.Text(), nullable=True))
    op.add_column(
        "reports", sa.Column("imported", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("reports", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "addresses",
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("house_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("addition", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("address_id", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=True),
        sa.Column("area_code", sa.Text(), nullable=True),
        sa.Column("area_name", sa.Text(), nullable=True),
        sa.Column("area_year", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("postcode", "house_number", "addition", name=op.f("pk_addresses")),
    )
