"""Versions of the policy and when each was in force, in PostgreSQL."""

from collections.abc import Collection

from sqlalchemy import func, select, text

from chassis.bulk import fields_of
from chassis.transaction import Transaction
from routing.domain.versions import Activation, NoSuchVersion, Version
from routing.tables import activations, policies

_NAMED = select(
    policies.c.version.label("name"),
    policies.c.text,
    policies.c.proposed_by,
    policies.c.proposed_at,
    policies.c.note,
)
_NEWEST = select(func.max(activations.c.number))


async def lock(tx: Transaction) -> None:
    """Until the commit nobody else proposes or activates."""
    await tx.execute(text("select pg_advisory_xact_lock(hashtext(current_schema() || '.policies'))"))


async def add(tx: Transaction, version: Version) -> None:
    row = fields_of(version)
    await tx.execute(policies.insert(), {"version": row.pop("name"), **row})


async def find(tx: Transaction, name: str) -> Version | None:
    row = (await tx.execute(_NAMED.where(policies.c.version == name))).one_or_none()
    return Version(**row._asdict()) if row else None


async def get(tx: Transaction, name: str) -> Version:
    """NoSuchVersion."""
    version = await find(tx, name)
    if version is None:
        raise NoSuchVersion(f"{name} is not a version of the policy here.")
    return version


async def list_versions(tx: Transaction) -> list[Version]:
    """Newest first."""
    rows = await tx.execute(_NAMED.order_by(policies.c.proposed_at.desc(), policies.c.version.desc()))
    return [Version(**row._asdict()) for row in rows]


async def list_named(tx: Transaction, names: Collection[str]) -> list[Version]:
    rows = await tx.execute(_NAMED.where(policies.c.version.in_(names)))
    return [Version(**row._asdict()) for row in rows]


async def activate(tx: Transaction, activation: Activation) -> None:
    await tx.execute(activations.insert(), fields_of(activation))


async def list_activations(tx: Transaction) -> list[Activation]:
    """Newest first: the first is in force."""
    rows = await tx.execute(select(activations).order_by(activations.c.number.desc()))
    return [Activation(**row._asdict()) for row in rows]


async def newest_activation(tx: Transaction) -> int | None:
    newest: int | None = (await tx.execute(_NEWEST)).scalar_one()
    return newest
