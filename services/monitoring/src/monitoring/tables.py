"""Monitoring's tables. None of them tells of a reporter or a subject; `deeds` has what staff wrote down.

`changed` is a number of one sequence, new with every change of a row: what the boards look at to know that
there is something to see.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    Interval,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import new_metadata
from chassis.version_store import version_tables

metadata = new_metadata()

changes = Sequence("changes", metadata=metadata, data_type=BigInteger)


def _changed() -> Column[int]:
    return Column(
        "changed",
        BigInteger,
        nullable=False,
        index=True,
        server_default=text("nextval('changes')"),
        onupdate=changes.next_value(),
    )


deadlines = Table(
    "deadlines",
    metadata,
    Column("deadline_id", Uuid, primary_key=True),
    Column("report_id", Uuid, nullable=False),
    Column("assignment_id", Uuid),
    Column("case_id", Uuid),
    Column("term_id", Uuid),
    Column("promise", Text, nullable=False),
    Column("about", Text),
    Column("holder", Text, nullable=False),
    Column("holder_name", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    # What the term was made of.
    Column("amount", BigInteger),
    Column("unit", Text, nullable=False, server_default="hours"),
    Column("statutory", Boolean, nullable=False, server_default=false()),
    Column("facts", JSONB, nullable=False, server_default="{}"),
    Column("terms_version", Text),
    Column("counted_to", DateTime(timezone=True)),
    Column("warn_before", Interval, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),
    Column("next_at", DateTime(timezone=True)),
    Column("alerted_at", DateTime(timezone=True)),
    Column("missed_at", DateTime(timezone=True)),
    Column("met_at", DateTime(timezone=True)),
    Column("paused_at", DateTime(timezone=True)),
    Column("left", BigInteger),
    Column("reason", Text),
    Column("rung", Text),
    Column("escalated_at", DateTime(timezone=True)),
    Column("acknowledged_at", DateTime(timezone=True)),
    Column("acknowledged_by", Text),
    # Whether the holder hears of it, the working time until it was met, and for what a partner declined.
    Column("told", Boolean, nullable=False, server_default=false()),
    Column("took", Interval),
    Column("declined", Text),
    _changed(),
    UniqueConstraint("report_id", "promise", "assignment_id", "term_id", postgresql_nulls_not_distinct=True),
    # A tick reads what is due from this one alone: what is met, paused or taken is not in it.
    Index(None, "next_at", postgresql_where=text("next_at is not null")),
    Index("ix_deadlines_open", "state", "due_at", postgresql_where=text("state <> 'met'")),
    Index(None, "term_id", postgresql_where=text("term_id is not null")),
    Index(None, "met_at", postgresql_where=text("met_at is not null")),
    # What the scorecards count is read from this one alone.
    Index(
        "ix_deadlines_asked",
        "holder",
        "started_at",
        postgresql_include=["promise", "state", "due_at", "met_at", "took", "declined"],
        postgresql_where=text("assignment_id is not null"),
    ),
    Index("ix_deadlines_alerted", "alerted_at", postgresql_where=text("state in ('warned', 'missed')")),
)

# What the board shows of a report, and what its terms go by. Its parts come from several services, so each may be missing.
reports = Table(
    "reports",
    metadata,
    Column("report_id", Uuid, primary_key=True),
    Column("category", Text),
    Column("category_name", Text),
    Column("urgency", Text),
    Column("area_name", Text),
    Column("case_id", Uuid),
    Column("case_number", Text),
    _changed(),
)

# Who is in the partner register, as routing said last, and when they are open.
partners = Table(
    "partners",
    metadata,
    Column("partner", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("opening", Text),
)

stranded = Table(
    "stranded",
    metadata,
    Column("stranded_id", Uuid, primary_key=True),
    Column("report_id", Uuid, nullable=False),
    Column("promise", Text, nullable=False),
    Column("partner_name", Text),
    Column("found_at", DateTime(timezone=True), nullable=False),
    Column("settled_at", DateTime(timezone=True)),
    _changed(),
    Index("ix_stranded_open", "found_at", postgresql_where=text("settled_at is null")),
)

# Every message about a report. `heard_at` only grows, so an index of the least size tells what is old.
hops = Table(
    "hops",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("report_id", Uuid, index=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("registered_at", DateTime(timezone=True), nullable=False),
    Column("heard_at", DateTime(timezone=True), nullable=False),
    Column("trace_id", Text),
    Column("facts", JSONB, nullable=False),
    Index(None, "heard_at", postgresql_using="brin"),
    Index("ix_hops_nobodys", "subject", postgresql_where=text("report_id is null")),
)

# What people do about a concern, by the id of its clock or of what was stranded.
attention = Table(
    "attention",
    metadata,
    Column("concern_id", Uuid, primary_key=True),
    Column("taken_by", Text),
    Column("taken_at", DateTime(timezone=True)),
    Column("snoozed_at", DateTime(timezone=True)),
    Column("snoozed_until", DateTime(timezone=True)),
    Column("returned_at", DateTime(timezone=True)),
    Column("revision", Integer, nullable=False),
    _changed(),
    Index(None, "snoozed_until", postgresql_where=text("snoozed_until is not null")),
    Index(None, "returned_at", postgresql_where=text("returned_at is not null")),
)

deeds = Table(
    "deeds",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("concern_id", Uuid, nullable=False, index=True),
    Column("act", Text, nullable=False),
    Column("who", Text),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True)),
    Column("why", Text),
    Column("text", Text),
)

# Every table of terms that was proposed, by the version that stands in it; and which came into force when.
term_tables, activations = version_tables(metadata, "term_tables")

# Running clocks that are put on a version of the terms because somebody asked for it, and how far that is: one at a time.
transfers = Table(
    "transfers",
    metadata,
    Column("transfer_id", Uuid, primary_key=True),
    Column("version", Text, nullable=False),
    Column("also_sooner", Boolean, nullable=False),
    Column("why", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("at_clock", Uuid),
    Column("seen", Integer, nullable=False),
    Column("later", Integer, nullable=False),
    Column("sooner", Integer, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Index(
        "uq_transfers_running",
        text("(ended_at is null)"),
        unique=True,
        postgresql_where=text("ended_at is null"),
    ),
)
