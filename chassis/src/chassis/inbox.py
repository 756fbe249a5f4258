"""Taking a message in once. What was taken in is remembered by day, and forgotten by day."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Date, DateTime, Text, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import columns, values
from chassis.incoming import Incoming, Key
from chassis.tables import inbox
from chassis.transaction import Transaction

REMEMBER = timedelta(days=35)
"""Longer than a message may lie parked before it is handled after all (30 days)."""

AHEAD = timedelta(minutes=10)
"""How far a sender's clock may run before ours."""

_came = columns(day=Date, source=Text, event_id=Text)
_TAKE_IN = (
    insert(inbox)
    .from_select(
        ["day", "source", "event_id", "taken_at"],
        select(
            _came.c.day, _came.c.source, _came.c.event_id, bindparam("now", type_=DateTime(timezone=True))
        ),
    )
    .on_conflict_do_nothing()
    .returning(inbox.c.source, inbox.c.event_id)
)


async def take_in(tx: Transaction, incoming: Sequence[Incoming]) -> list[Incoming]:
    """Those that did not come before, each once, in the order of their coming."""
    first: dict[Key, Incoming] = {}
    for one in incoming:
        first.setdefault(one.key, one)
    if not first:
        return []
    keys = sorted(first)
    today = tx.now.date()
    rows = await tx.execute(
        _TAKE_IN,
        values(
            day=[first[key].day(today) for key in keys],
            source=[source for source, _ in keys],
            event_id=[event_id for _, event_id in keys],
        )
        | {"now": tx.now},
    )
    fresh = {(row.source, row.event_id) for row in rows}
    return [one for key, one in first.items() if key in fresh]


def untimely(incoming: Incoming, now: datetime) -> str | None:
    """Why a message's time is not one to handle it by; none where it is."""
    if incoming.event is None:
        return None
    time = incoming.event.time.astimezone(UTC)
    if time > now + AHEAD:
        return f"from the future: its time is {time:%Y-%m-%dT%H:%MZ}"
    if time < now - REMEMBER:
        return f"too old to know whether it came before: its time is {time:%Y-%m-%dT%H:%MZ}"
    return None
