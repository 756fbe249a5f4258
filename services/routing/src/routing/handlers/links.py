"""Links to the answer page: made, opened, and closed when there is nothing more to answer."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from chassis.transaction import Transaction
from routing.domain.assignments import OVER, Answer, Assignment, CannotFollow
from routing.handlers.answering import keep_answer
from routing.handlers.asking import Desk
from routing.store import assignments
from routing.store import links as store
from routing.store.links import Link

KEPT = timedelta(days=90)
PAGE = "page"


@dataclass(frozen=True, slots=True)
class Opened:
    """What somebody with a link sees."""

    assignment: Assignment
    view: dict[str, Any]


def new_token(assignment: Assignment, tx: Transaction) -> str:
    """A token that opens the link; the hub keeps no more of it than it needs to know it again."""
    token = secrets.token_urlsafe(32)
    store.add_token(tx, _hash(token), assignment.assignment_id)
    return token


async def find_open(token: str, tx: Transaction, *, lock: bool = False) -> Opened | None:
    """What the token opens; none where there is no such link, or it is over."""
    link = await store.find(tx, _hash(token))
    if link is None or not _is_open(link, tx):
        return None
    found = await assignments.get(tx, link.assignment_id) if lock else await _look(link, tx)
    return Opened(found, link.view or {}) if found.state not in OVER else None


async def answer(opened: Opened, given: Answer, tx: Transaction, desk: Desk) -> Assignment:
    """Keep an answer that came by a link that was found locked.

    CannotFollow: it is written down and changes nothing, and the transaction may be committed.
    """
    tx.sender = opened.assignment.partner
    try:
        return await keep_answer(given, tx, desk)
    except CannotFollow:
        store.refuse(tx, opened.assignment.partner, given.assignment_id, PAGE, CannotFollow.__name__)
        raise


async def write_down_late(token: str, tx: Transaction) -> None:
    """An answer by a link that was over. A guess at a link leaves no trace: there could be many."""
    link = await store.find(tx, _hash(token))
    if link:
        assignment = await _look(link, tx)
        store.refuse(tx, assignment.partner, link.assignment_id, PAGE, "LinkClosed")


async def forget(tx: Transaction) -> bool:
    """Erase what expired links show, and let go of what was over long ago; a job."""
    await store.forget(tx, tx.now - KEPT)
    return False


def _is_open(link: Link, tx: Transaction) -> bool:
    return link.closed_at is None and link.view is not None and tx.now < link.expires_at


async def _look(link: Link, tx: Transaction) -> Assignment:
    return await assignments.look(tx, link.assignment_id)


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
