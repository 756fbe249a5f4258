"""What is known at an address is found by its number; an agent's drafts have an owner."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("drafts", sa.Column("owner", sa.Text(), nullable=True))
    op.create_index(op.f("ix_drafts_owner"), "drafts", ["owner"])
    op.create_index(
        op.f("ix_reports_postcode_house_number_received_at"),
        "reports",
        ["postcode", "house_number", "received_at"],
    )
