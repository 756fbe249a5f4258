"""The tables of the delivery contract. Every service has them in its own schema."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

NAMING = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
}


def new_metadata() -> MetaData:
    """Metadata with the one naming convention of the house."""
    return MetaData(naming_convention=NAMING)


messaging = new_metadata()

# What is committed and not yet confirmed by the broker.
outbox = Table(
    "outbox",
    messaging,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("exchange", Text, nullable=False),
    Column("routing_key", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("written_at", DateTime(timezone=True), nullable=False),
    Column("not_before", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("last_error", Text),
)

# What the broker confirmed, for some days: to fill a queue again that was lost. A page per day.
sent = Table(
    "sent",
    messaging,
    Column("sent_at", DateTime(timezone=True), primary_key=True),
    Column("id", BigInteger, primary_key=True),
    Column("exchange", Text, nullable=False),
    Column("routing_key", Text, nullable=False),
    Column("body", Text, nullable=False),
    postgresql_partition_by="range (sent_at)",
)

# How many messages were said about a subject: in all (reader ''), and to each reader.
sequences = Table(
    "sequences",
    messaging,
    Column("subject", Text, primary_key=True),
    Column("reader", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

# Which messages were taken in, so that each has its effect once. A page per day of the messages' own time.
inbox = Table(
    "inbox",
    messaging,
    Column("day", Date, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("taken_at", DateTime(timezone=True), nullable=False),
    postgresql_partition_by="range (day)",
)

# How far each subject of each source was handled; `held` when something waits behind it.
positions = Table(
    "positions",
    messaging,
    Column("source", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("held", Integer, nullable=False, server_default=text("0")),
)

# What was taken in and not handled: waiting for its turn, to be retried, or parked for a person.
deferred = Table(
    "deferred",
    messaging,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text),
    Column("fingerprint", Text, nullable=False),
    Column("source", Text),
    Column("event_id", Text),
    Column("subject", Text),
    Column("place", Integer),
    Column("name", Text),
    Column("sender", Text),
    Column("bound_for", Text),
    Column("body", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_at", DateTime(timezone=True)),
    Column("first_failed_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("state in ('waiting', 'retrying', 'parked')", name="state"),
    Index(None, "source", "subject", "place"),
    Index("ix_deferred_due", "next_at", postgresql_where=text("state = 'retrying'")),
)

# Messages that came again after the process that took them may have died of them.
suspects = Table(
    "suspects",
    messaging,
    Column("source", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
)

# Who did what with a parked message, and why, with the message as it was; or what was sent again, without one.
interventions = Table(
    "interventions",
    messaging,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("deferred_id", BigInteger),
    Column("source", Text),
    Column("event_id", Text),
    Column("subject", Text),
    Column("name", Text),
    Column("body", LargeBinary),
)
