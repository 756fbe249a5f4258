"""Which corporation owns which dwelling."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "stock",
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=True),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_key", name=op.f("pk_stock")),
    )
    op.create_index(op.f("ix_stock_object_id"), "stock", ["object_id"], unique=False)
    op.create_index(op.f("ix_stock_partner"), "stock", ["partner"], unique=False)
