"""Casework's tables. They hold personal data: what comes from them stays on casework's own screens.

What is known of a report may come before the report itself, so it is kept by `report_id` and joined when read.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from chassis.tables import new_metadata

metadata = new_metadata()

# The last case number of each year. Its row is the gate that new cases go through one at a time.
numbers = Table(
    "numbers",
    metadata,
    Column("year", SmallInteger, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("category", Text, nullable=False),
    Column("category_name", Text, nullable=False),
    Column("address_key", Text, nullable=False),
    Column("postcode", Text, nullable=False),
    Column("house_number", Integer, nullable=False),
    Column("addition", Text),
    Column("street", Text),
    Column("city", Text),
    Column("neighbourhood", Text),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("relapse", Boolean, nullable=False),
    Column("parted", Boolean, nullable=False),
    Index(
        "ix_cases_open_at_address",
        "address_key",
        unique=True,
        postgresql_where=text("closed_at is null and not parted"),
    ),
    Index(None, "address_key"),
    Index(None, "opened_at", "case_id"),
)

reports = Table(
    "reports",
    metadata,
    Column("report_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False, index=True),
    Column("reference", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("category_name", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("story", Text, nullable=False),
    Column("address_key", Text, nullable=False),
    Column("postcode", Text, nullable=False),
    Column("house_number", Integer, nullable=False),
    Column("addition", Text),
    Column("street", Text),
    Column("city", Text),
    Column("neighbourhood", Text),
    Column("name", Text),
    Column("phone", Text),
    Column("email", Text),
    Column("anonymous", Boolean, nullable=False),
    Column("tenure", Text, nullable=False),
    Column("danger", Boolean, nullable=False),
    Column("children", Boolean, nullable=False),
    Column("going_on_now", Boolean, nullable=False),
    Column("reported_before", Boolean, nullable=False),
    Column("attachments", ARRAY(Uuid), nullable=False),
)

assessments = Table(
    "assessments",
    metadata,
    Column("report_id", Uuid, primary_key=True),
    Column("tracks", ARRAY(Text), nullable=False),
)

assignments = Table(
    "assignments",
    metadata,
    Column("assignment_id", Uuid, primary_key=True),
    Column("report_id", Uuid, nullable=False, index=True),
    Column("partner", Text, nullable=False),
    Column("partner_name", Text, nullable=False),
    Column("track", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("question", Text),
    Column("offered_at", DateTime(timezone=True)),
    Column("due_at", DateTime(timezone=True)),
    Column("detail", Text),
)

deadlines = Table(
    "deadlines",
    metadata,
    Column("deadline_id", Uuid, primary_key=True),
    Column("report_id", Uuid, nullable=False, index=True),
    Column("assignment_id", Uuid),
    Column("promise", Text, nullable=False),
    Column("holder_name", Text, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("clock", Text, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("report_id", Uuid, nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("what", Text, nullable=False),
    Column("track", Text),
    Column("who", Text),
    Column("detail", Text),
    Column("text", Text),
    Column("due_at", DateTime(timezone=True)),
)

# Who read which file, and whether care texts were in it.
readings = Table(
    "readings",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False, index=True),
    Column("reader", Text, nullable=False),
    Column("care", Boolean, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
