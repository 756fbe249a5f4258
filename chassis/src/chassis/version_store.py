"""Versions of a text, and when each was in force, in PostgreSQL."""

from collections.abc import Collection

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    func,
    select,
)

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from chassis.versions import Activation, NoSuchVersion, Version


def version_tables(metadata: MetaData, texts: str) -> tuple[Table, Table]:
    """The tables of the texts, and of which came into force when: that with the highest number is in force."""
    versions = Table(
        texts,
        metadata,
        Column("version", Text, primary_key=True),
        Column("text", Text, nullable=False),
        Column("proposed_by", Text, nullable=False),
        Column("proposed_at", DateTime(timezone=True), nullable=False),
        Column("note", Text, nullable=False),
    )
    activations = Table(
        "activations",
        metadata,
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("version", Text, ForeignKey(f"{texts}.version"), nullable=False),
        Column("activated_by", Text, nullable=False),
        Column("activated_at", DateTime(timezone=True), nullable=False),
        Column("why", Text, nullable=False),
        Column("rolled_back", Boolean, nullable=False),
    )
    return versions, activations


class VersionStore:
    """`what` is what the text is called, for who asks for a version that is not there."""

    def __init__(self, versions: Table, activations: Table, what: str) -> None:
        self._versions = versions
        self._activations = activations
        self.what = what
        self._named = select(
            versions.c.version.label("name"),
            versions.c.text,
            versions.c.proposed_by,
            versions.c.proposed_at,
            versions.c.note,
        )
        this = func.hashtext(func.current_schema().concat(f".{versions.name}"))
        self._lock = select(func.pg_advisory_xact_lock(this))
        self._newest = select(func.max(activations.c.number))

    async def lock(self, tx: Transaction) -> None:
        """Until the commit nobody else proposes or activates."""
        await tx.execute(self._lock)

    async def add(self, tx: Transaction, version: Version) -> None:
        row = fields_of(version)
        await tx.execute(self._versions.insert(), {"version": row.pop("name"), **row})

    async def find(self, tx: Transaction, name: str) -> Version | None:
        row = (await tx.execute(self._named.where(self._versions.c.version == name))).one_or_none()
        return Version(**row._asdict()) if row else None

    async def get(self, tx: Transaction, name: str) -> Version:
        """NoSuchVersion."""
        version = await self.find(tx, name)
        if version is None:
            raise NoSuchVersion(f"{name} is not a version of {self.what} here.")
        return version

    async def list_versions(self, tx: Transaction) -> list[Version]:
        """Newest first."""
        columns = self._versions.c
        rows = await tx.execute(self._named.order_by(columns.proposed_at.desc(), columns.version.desc()))
        return [Version(**row._asdict()) for row in rows]

    async def list_named(self, tx: Transaction, names: Collection[str]) -> list[Version]:
        rows = await tx.execute(self._named.where(self._versions.c.version.in_(names)))
        return [Version(**row._asdict()) for row in rows]

    async def activate(self, tx: Transaction, activation: Activation) -> None:
        await tx.execute(self._activations.insert(), fields_of(activation))

    async def list_activations(self, tx: Transaction) -> list[Activation]:
        """Newest first: the first is in force."""
        columns = self._activations.c
        rows = await tx.execute(select(self._activations).order_by(columns.number.desc()))
        return [Activation(**row._asdict()) for row in rows]

    async def newest_activation(self, tx: Transaction) -> int | None:
        newest: int | None = (await tx.execute(self._newest)).scalar_one()
        return newest
