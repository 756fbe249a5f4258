"""What was sent is kept for some days."""

from chassis.migrations import keep_what_was_sent

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    keep_what_was_sent()
