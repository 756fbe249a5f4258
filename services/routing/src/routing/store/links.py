"""Links to the answer page in PostgreSQL, and what was refused there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update

from chassis.transaction import Transaction
from routing.tables import link_tokens, links, refused_answers

_ADD = links.insert()
_ADD_TOKEN = link_tokens.insert()
_CLOSE = (
    update(links)
    .where(links.c.assignment_id == bindparam("this"), links.c.closed_at.is_(None))
    .values(view=None, closed_at=bindparam("at"))
)
_REFUSE = refused_answers.insert()


@dataclass(frozen=True, slots=True)
class Link:
    """`view` is what may be seen, as JSON; none where it is closed."""

    assignment_id: UUID
    view: dict[str, Any] | None
    expires_at: datetime
    closed_at: datetime | None


def add(tx: Transaction, assignment_id: UUID, view: dict[str, Any], expires_at: datetime) -> None:
    tx.write(_ADD, {"assignment_id": assignment_id, "view": view, "expires_at": expires_at})


def add_token(tx: Transaction, token_hash: bytes, assignment_id: UUID) -> None:
    tx.write(_ADD_TOKEN, {"token_hash": token_hash, "assignment_id": assignment_id, "made_at": tx.now})


async def find(tx: Transaction, token_hash: bytes) -> Link | None:
    """Open or not."""
    found = (
        select(links)
        .join(link_tokens, link_tokens.c.assignment_id == links.c.assignment_id)
        .where(link_tokens.c.token_hash == token_hash)
    )
    row = (await tx.execute(found)).one_or_none()
    return Link(**row._asdict()) if row else None


def close(tx: Transaction, assignment_id: UUID) -> None:
    """What could be seen is erased. Nothing where there is no link."""
    tx.write(_CLOSE, {"this": assignment_id, "at": tx.now})


def refuse(tx: Transaction, partner: str, assignment_id: UUID | None, way: str, reason: str) -> None:
    """Write down that an answer was refused, and not what was in it."""
    row = {"partner": partner, "assignment_id": assignment_id, "way": way, "reason": reason}
    tx.write(_REFUSE, row | {"refused_at": tx.now})


async def list_refused(tx: Transaction) -> list[tuple[str, UUID | None, str, str]]:
    """Partner, assignment, way and reason, oldest first."""
    one = refused_answers.c
    rows = await tx.execute(select(one.partner, one.assignment_id, one.way, one.reason).order_by(one.id))
    return [tuple(row) for row in rows]


async def forget(tx: Transaction, before: datetime) -> None:
    """Erase what expired, and let go of what was over before this time."""
    expired = update(links).where(links.c.expires_at <= tx.now, links.c.closed_at.is_(None))
    await tx.execute(expired.values(view=None, closed_at=tx.now))
    await tx.execute(delete(links).where(links.c.closed_at < before))
    await tx.execute(delete(refused_answers).where(refused_answers.c.refused_at < before))
