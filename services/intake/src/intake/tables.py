"""Intake's tables. Reports hold personal data: nothing here leaves but on the confidential exchange."""

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
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import new_metadata

metadata = new_metadata()

reports = Table(
    "reports",
    metadata,
    Column("report_id", Uuid, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("category", Text, nullable=False),
    Column("category_name", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("story", Text, nullable=False),
    Column("story_as_sent", Text),
    Column("imported", Boolean, nullable=False, server_default=text("false")),
    Column("closed_at", DateTime(timezone=True)),
    Column("language", Text, nullable=False),
    Column("address_key", Text, nullable=False),
    Column("address_id", Text),
    Column("object_id", Text),
    Column("postcode", Text, nullable=False),
    Column("house_number", Integer, nullable=False),
    Column("addition", Text),
    Column("street", Text),
    Column("city", Text),
    Column("area_code", Text),
    Column("area_name", Text),
    Column("area_year", SmallInteger),
    Column("name", Text),
    Column("phone", Text),
    Column("email", Text),
    Column("anonymous", Boolean, nullable=False),
    Column("tenure", Text, nullable=False),
    Column("danger", Boolean, nullable=False),
    Column("children", Boolean, nullable=False),
    Column("going_on_now", Boolean, nullable=False),
    Column("reported_before", Boolean, nullable=False),
    Column("hear_by", DateTime(timezone=True), nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("solved", Boolean),
    Column("answers", JSONB, nullable=False, server_default=text("'[]'")),
    Column("pin_hash", Text),
    Column("wrong_pins", SmallInteger, nullable=False, server_default=text("0")),
    Index(None, "address_key", "received_at"),
    Index(None, "postcode", "house_number", "received_at"),
)

# Which Idempotency-Key led to which report, and a digest of the body that came with it.
keys = Table(
    "keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column(
        "report_id",
        Uuid,
        ForeignKey("reports.report_id", deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
    Column("used_at", DateTime(timezone=True), nullable=False, index=True),
)

# How far each partner is, for the reporter to know: of which kind it is, where that may be told, and no more.
assignments = Table(
    "assignments",
    metadata,
    Column("assignment_id", Uuid, primary_key=True),
    Column("report_id", Uuid, nullable=False, index=True),
    Column("told_as", Text),
    Column("state", Text, nullable=False),
)

# What a reporter added later: texts, and the lines of the diary. `key` is the Idempotency-Key it came with.
additions = Table(
    "additions",
    metadata,
    Column("addition_id", Uuid, primary_key=True),
    Column("report_id", Uuid, ForeignKey("reports.report_id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("key", Text),
    Index(None, "report_id", "key", unique=True),
)

# In which case a report is.
cases = Table(
    "cases",
    metadata,
    Column("report_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("number", Text, nullable=False),
)

# A form that is not sent yet: what was typed, by field. Forgotten after a day. An agent's has its `owner`.
drafts = Table(
    "drafts",
    metadata,
    Column("draft_id", Text, primary_key=True),
    Column("fields", JSONB, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False, index=True),
    Column("pin", Text),
    Column("reference", Text),
    Column("owner", Text, index=True),
)

# Files that belong to a report, or wait for a day until one names them. `place` is where in the store each lies.
evidence = Table(
    "evidence",
    metadata,
    Column("evidence_id", Uuid, primary_key=True),
    Column("report_id", Uuid, ForeignKey("reports.report_id"), index=True),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False),
    Index("ix_evidence_unlinked", "kept_at", postgresql_where=text("report_id is null")),
)

# Who read which file.
evidence_readings = Table(
    "evidence_readings",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("evidence_id", Uuid, ForeignKey("evidence.evidence_id"), nullable=False, index=True),
    Column("reader", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

# The addresses of an extract of the BAG. `addition` has letters and digits only, and is '' where there is none.
addresses = Table(
    "addresses",
    metadata,
    Column("postcode", Text, primary_key=True),
    Column("house_number", Integer, primary_key=True, autoincrement=False),
    Column("addition", Text, primary_key=True),
    Column("street", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("address_id", Text, nullable=False),
    Column("object_id", Text),
    Column("area_code", Text),
    Column("area_name", Text),
    Column("area_year", SmallInteger),
)

# Spreadsheets that were uploaded, and how far each came.
sheets = Table(
    "sheets",
    metadata,
    Column("sheet_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("headers", ARRAY(Text), nullable=False),
    Column("mapping", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", DateTime(timezone=True), nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("at_row", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("faulty", Integer, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
)

# Their rows, until they are reports. Rows hold personal data: they go when the sheet is done.
sheet_rows = Table(
    "sheet_rows",
    metadata,
    Column("sheet_id", Uuid, ForeignKey("sheets.sheet_id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("cells", ARRAY(Text), nullable=False),
)

faults = Table(
    "faults",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("sheet_id", Uuid, ForeignKey("sheets.sheet_id", ondelete="CASCADE"), nullable=False),
    Column("row", Integer, nullable=False),
    Column("column", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "sheet_id", "id"),
)

# Which rows of any spreadsheet are reports: by their own number or else by what they say, so that none comes twice.
imported = Table(
    "imported",
    metadata,
    Column("identity", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("report_id", Uuid, nullable=False, index=True),
)
