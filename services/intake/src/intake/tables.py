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
    Index(None, "address_key", "received_at"),
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
