"""A report knows its own address, so that it can be taken out of a case, and its files."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ADDRESS: dict[str, sa.types.TypeEngine[Any]] = {
    "address_key": sa.Text(),
    "postcode": sa.Text(),
    "house_number": sa.Integer(),
    "addition": sa.Text(),
    "street": sa.Text(),
    "city": sa.Text(),
    "neighbourhood": sa.Text(),
}
KNOWN = ("address_key", "postcode", "house_number")


def upgrade() -> None:
    for name, kind in ADDRESS.items():
        op.add_column("reports", sa.Column(name, kind, nullable=True))
    copied = ", ".join(f"{name} = cases.{name}" for name in ADDRESS)
    op.execute(f"update reports set {copied} from cases where cases.case_id = reports.case_id")  # noqa: S608  names of our own
    for name in KNOWN:
        op.alter_column("reports", name, nullable=False)
    op.add_column(
        "reports", sa.Column("attachments", sa.ARRAY(sa.Uuid()), nullable=False, server_default="{}")
    )
    op.alter_column("reports", "attachments", server_default=None)
    op.add_column("cases", sa.Column("parted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("cases", "parted", server_default=None)
    op.drop_index("ix_cases_open_at_address", "cases")
    op.create_index(
        "ix_cases_open_at_address",
        "cases",
        ["address_key"],
        unique=True,
        postgresql_where=sa.text("closed_at is null and not parted"),
    )
