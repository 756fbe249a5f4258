"""Mending a parked message by hand: it stays the same message, in other words."""

from typing import Any

from sqlalchemy import Row, update

from chassis import aside, by_hand, inbox, record
from chassis.incoming import Incoming
from chassis.tables import deferred
from chassis.transaction import Transaction


class NotAnEvent(Exception):
    """What was written instead is no message that this service can read."""


async def edit(tx: Transaction, deferred_id: int, body: bytes, who: str, why: str) -> None:
    """Put other words in a parked message and try it again; the original stays in the record.

    NothingParked; NotAnEvent where the new body is no message, or not the same one.
    """
    rows = await by_hand.choose(tx, by_hand.Choice(ids=(deferred_id,)), 1)
    if not rows:
        raise by_hand.NothingParked(f"There is no parked message {deferred_id} here.")
    row = rows[0]
    edited = aside.read_again(body, row.sender, tx.service)
    if edited.event is None:
        raise NotAnEvent(edited.fault or "This is no message.")
    await _must_be_the_same(tx, row, edited)
    await record.write_down(tx, [row.id], "edit", who, why)
    event = edited.event
    await tx.execute(
        update(deferred)
        .where(deferred.c.id == row.id)
        .values(
            body=body,
            source=edited.source,
            event_id=event.id,
            subject=event.subject,
            name=event.name,
            place=edited.place,
            state="retrying",
            attempts=0,
            next_at=tx.now,
        )
    )
    if row.bound_for is not None:
        await by_hand.send_again(tx, row.id, tx.now)


async def _must_be_the_same(tx: Transaction, row: Row[Any], edited: Incoming) -> None:
    """NotAnEvent where a message would become another one, or one that came before or cannot be told from it."""
    if row.event_id is None:
        if fault := inbox.untimely(edited, tx.now):
            raise NotAnEvent(f"This message is {fault}.")
        if not await inbox.take_in(tx, [edited]):
            raise NotAnEvent("A message with this source and id came before.")
    elif edited.event and (edited.source, edited.event.id, edited.event.subject, edited.place) != (
        row.source,
        row.event_id,
        row.subject,
        row.place,
    ):
        raise NotAnEvent("Source, id, subject and place in line must stay as they were.")
