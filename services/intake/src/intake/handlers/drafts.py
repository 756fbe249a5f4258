"""What intake does with a form that is not sent yet: keep it, send it once, forget it."""

import secrets
from collections.abc import Collection, Mapping, Sequence

from chassis import trace
from chassis.database import Database
from chassis.transaction import Transaction
from intake.adapters.new_report import NewReport
from intake.domain.drafts import KEPT, Draft, fill_in, is_over
from intake.domain.reports import Receipt
from intake.handlers import pins
from intake.handlers.reports import Submission, Together
from intake.store import drafts as store


async def find_draft(tx: Transaction, draft_id: str | None) -> Draft | None:
    draft = await store.find(tx, draft_id) if draft_id else None
    return None if draft is None or is_over(draft, tx.now) else draft


async def keep_draft(
    tx: Transaction, draft_id: str | None, names: Collection[str], filled: Mapping[str, Sequence[str]]
) -> Draft:
    """Save what was filled in for the fields of these names; in a new draft where there is none, or it was sent."""
    draft = await find_draft(tx, draft_id)
    if draft is None or draft.is_sent:
        draft = Draft(secrets.token_urlsafe(32), {}, tx.now)
    kept = fill_in(draft, names, filled, tx.now)
    await store.save(tx, kept)
    return kept


async def send_draft(draft: Draft, new: NewReport, together: Together, database: Database) -> Receipt:
    """Send it once, however often it is asked: the draft's id is the key.

    Three transactions: the PIN must be the same for every click, and the report is written together with others.
    KeyUsedBefore where it was sent with other content.
    """
    pin = None
    if new.reporter.email is None:
        async with database.transaction() as tx:
            pin = await store.give_pin(tx, draft.draft_id, pins.new_pin())
    pin_hash = await pins.hashed(pin) if pin else None
    receipt = await together.do(Submission(new, draft.draft_id, trace.current(), pin_hash))
    async with database.transaction() as tx:
        await store.mark_sent(tx, draft.draft_id, receipt.reference)
    return receipt


async def show_receipt(tx: Transaction, draft_id: str | None) -> Draft | None:
    """The draft that was sent, with its PIN the first time."""
    draft = await find_draft(tx, draft_id)
    if draft is None or not draft.is_sent:
        return None
    if draft.pin:
        await store.forget_pin(tx, draft.draft_id)
    return draft


async def keep_call(
    tx: Transaction, owner: str, draft_id: str | None, filled: Mapping[str, Sequence[str]]
) -> Draft:
    """Keep what an agent typed when the call dropped; in the same draft when it drops again."""
    known = {draft.draft_id for draft in await store.list_of(tx, owner)}
    kept_as = draft_id if draft_id in known else secrets.token_urlsafe(16)
    draft = Draft(str(kept_as), filled, tx.now, owner=owner)
    await store.save(tx, draft)
    return draft


async def list_calls(tx: Transaction, owner: str) -> list[Draft]:
    """The calls that dropped, newest first."""
    return [draft for draft in await store.list_of(tx, owner) if not is_over(draft, tx.now)]


async def forget_drafts(tx: Transaction) -> bool:
    """A job, done when nothing is more to do."""
    await store.delete_saved(tx, before=tx.now - KEPT)
    return False
