"""Alembic, one history per service, in the service's own schema."""

from importlib.resources import files

import sqlalchemy as sa
from alembic import command, context, op
from alembic.config import Config
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from chassis import pages
from chassis.clock import wall_clock
from chassis.tables import messaging
from chassis.transaction import Transaction


async def upgrade(url: str, service: str) -> None:
    """Bring a service's schema to the newest shape. `url` is of the role that owns the schema."""
    config = Config()
    config.set_main_option("script_location", str(files(service) / "migrations"))
    config.set_main_option("path_separator", "os")
    engine = create_async_engine(
        url, poolclass=NullPool, connect_args={"server_settings": {"search_path": service}}
    )

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with engine.begin() as connection:
        await connection.run_sync(run)
        await pages.turn_pages(Transaction(connection, service, wall_clock()))
    await engine.dispose()


def run_environment(metadata: MetaData) -> None:
    """The whole of a service's env.py."""
    context.configure(
        connection=context.config.attributes["connection"], target_metadata=[metadata, messaging]
    )
    with context.begin_transaction():
        context.run_migrations()


def keep_what_was_sent() -> None:
    """The table of what the broker confirmed: part of each service's second migration."""
    op.create_table(
        "sent",
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("routing_key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sent_at", "id", name=op.f("pk_sent")),
        postgresql_partition_by="range (sent_at)",
    )
    # What was sent again is written down too, and is not one message.
    op.alter_column("interventions", "deferred_id", nullable=True)
    op.alter_column("interventions", "body", nullable=True)


def create_messaging_tables() -> None:
    """The delivery contract's tables as they first were: part of each service's first migration.

    Written out, and not taken from the tables of today: a migration never changes once it is released.
    """
    op.create_table(
        "deferred",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("bound_for", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'retrying', 'parked')", name=op.f("ck_deferred_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deferred")),
    )
    op.create_index(
        "ix_deferred_due",
        "deferred",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("state = 'retrying'"),
    )
    op.create_index(
        op.f("ix_deferred_source_subject_place"), "deferred", ["source", "subject", "place"], unique=False
    )
    op.create_table(
        "inbox",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "source", "event_id", name=op.f("pk_inbox")),
        postgresql_partition_by="range (day)",
    )
    op.create_table(
        "interventions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("deferred_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interventions")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("routing_key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    # Rows come and go all day: sweep after them by number, not by share.
    op.execute(
        "alter table outbox set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)"
    )
    op.create_table(
        "positions",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("source", "subject", name=op.f("pk_positions")),
    )
    op.create_table(
        "sequences",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "reader", name=op.f("pk_sequences")),
    )
    op.create_table(
        "suspects",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "event_id", name=op.f("pk_suspects")),
    )
