"""Taking a message in: once, in the order of its subject, and never lost when it can not be handled yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    DateTime,
    Integer,
    Row,
    Text,
    and_,
    bindparam,
    delete,
    func,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import columns, values
from chassis.metrics import DEFERRED
from chassis.tables import deferred, inbox, positions
from chassis.transaction import Transaction
from contracts.envelope import CloudEvent

Line = tuple[str, str]
"""The messages of one subject of one source: (source, subject)."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it arrived. `event` is none where the body is not one; `place` none where order was not promised."""

    body: bytes
    event: CloudEvent | None
    source: str
    place: int | None = None
    sender: str | None = None
    fault: str | None = None

    @property
    def key(self) -> tuple[str, str] | None:
        return (self.source, self.event.id) if self.event else None

    @property
    def line(self) -> Line | None:
        return (self.source, self.event.subject) if self.event and self.place else None


_came = columns(source=Text, event_id=Text)
_TAKE_IN = (
    insert(inbox)
    .from_select(
        ["source", "event_id", "taken_at"],
        select(_came.c.source, _came.c.event_id, bindparam("now", type_=DateTime(timezone=True))),
    )
    .on_conflict_do_nothing()
    .returning(inbox.c.source, inbox.c.event_id)
)


async def take_in(tx: Transaction, incoming: Sequence[Incoming]) -> list[Incoming]:
    """Those that did not come before, each once."""
    keys = sorted({i.key for i in incoming if i.key})
    if not keys:
        return []
    rows = await tx.execute(
        _TAKE_IN, values(source=[k[0] for k in keys], event_id=[k[1] for k in keys]) | {"now": tx.now}
    )
    fresh = {(row.source, row.event_id) for row in rows}
    first: dict[tuple[str, str] | None, Incoming] = {}
    for one in incoming:
        first.setdefault(one.key, one)
    return [one for key, one in first.items() if key in fresh]


_lines = columns(source=Text, subject=Text)
_BEGIN_LINES = (
    insert(positions)
    .from_select(["source", "subject", "last"], select(_lines.c.source, _lines.c.subject, literal(0)))
    .on_conflict_do_nothing()
)
_LOCK_LINES = (
    select(positions)
    .where(tuple_(positions.c.source, positions.c.subject).in_(select(_lines.c.source, _lines.c.subject)))
    .order_by(positions.c.source, positions.c.subject)
    .with_for_update()
)
_moved = columns(source=Text, subject=Text, last=Integer)
_MOVE = (
    update(positions)
    .where(and_(positions.c.source == _moved.c.source, positions.c.subject == _moved.c.subject))
    .values(last=_moved.c.last)
)
_NEXT_IN_LINE = (
    update(deferred)
    .where(
        and_(
            deferred.c.state == "waiting",
            deferred.c.source == _moved.c.source,
            deferred.c.subject == _moved.c.subject,
            deferred.c.place == _moved.c.last + 1,
        )
    )
    .values(state="retrying", reason="its turn", next_at=bindparam("now", type_=DateTime(timezone=True)))
)


@dataclass(slots=True)
class Lines:
    """How far each line was handled; its rows are locked until the commit, so a line is walked by one at a time."""

    last: dict[Line, int]
    held: frozenset[Line]

    def is_next(self, incoming: Incoming) -> bool:
        return incoming.line is None or incoming.place == self.last[incoming.line] + 1

    def is_past(self, incoming: Incoming) -> bool:
        return incoming.line is not None and (incoming.place or 0) <= self.last[incoming.line]

    def step(self, incoming: Incoming) -> None:
        if incoming.line is not None and incoming.place is not None:
            self.last[incoming.line] = incoming.place


async def lock_lines(tx: Transaction, incoming: Iterable[Incoming]) -> Lines:
    lines = sorted({i.line for i in incoming if i.line})
    if not lines:
        return Lines({}, frozenset())
    arrays = values(source=[line[0] for line in lines], subject=[line[1] for line in lines])
    await tx.execute(_BEGIN_LINES, arrays)
    rows = (await tx.execute(_LOCK_LINES, arrays)).all()
    return Lines(
        last={(row.source, row.subject): row.last for row in rows},
        held=frozenset((row.source, row.subject) for row in rows if row.held),
    )


async def save_lines(tx: Transaction, lines: Lines) -> None:
    """Keep how far the lines came, and call who is next among those put aside."""
    if not lines.last:
        return
    arrays = values(
        source=[line[0] for line in lines.last],
        subject=[line[1] for line in lines.last],
        last=list(lines.last.values()),
    )
    await tx.execute(_MOVE, arrays)
    if lines.held:
        await tx.execute(_NEXT_IN_LINE, arrays | {"now": tx.now})


async def put_aside(
    tx: Transaction,
    incoming: Incoming,
    state: str,
    reason: str,
    detail: str | None = None,
    next_at: datetime | None = None,
) -> None:
    """Store a message that is not handled now; the later ones of its subject wait behind it."""
    event = incoming.event
    await tx.execute(
        deferred.insert().values(
            state=state,
            reason=reason,
            detail=detail,
            body=incoming.body,
            sender=incoming.sender,
            source=incoming.source if event else None,
            event_id=event.id if event else None,
            subject=event.subject if event else None,
            name=event.name if event else None,
            place=incoming.place,
            next_at=next_at,
            first_failed_at=tx.now,
        )
    )
    if incoming.line:
        here = and_(positions.c.source == incoming.source, positions.c.subject == incoming.line[1])
        await tx.execute(update(positions).where(here).values(held=1))
    DEFERRED.labels(tx.service, state, reason).inc()


async def due(tx: Transaction, limit: int = 50) -> list[int]:
    """The ids of those to be tried again now, longest due first."""
    rows = await tx.execute(
        select(deferred.c.id)
        .where(deferred.c.state == "retrying", deferred.c.next_at <= tx.now)
        .order_by(deferred.c.next_at, deferred.c.id)
        .limit(limit)
    )
    return list(rows.scalars())


async def claim(tx: Transaction, deferred_id: int) -> Row[Any] | None:
    """Lock one that was put aside; none where another took it."""
    rows = await tx.execute(
        select(deferred)
        .where(deferred.c.id == deferred_id, deferred.c.state == "retrying")
        .with_for_update(skip_locked=True)
    )
    return rows.one_or_none()


async def let_go(tx: Transaction, deferred_id: int) -> None:
    """It was handled after all."""
    await tx.execute(delete(deferred).where(deferred.c.id == deferred_id))


async def put_back(
    tx: Transaction, deferred_id: int, state: str, detail: str, next_at: datetime | None
) -> None:
    await tx.execute(
        update(deferred)
        .where(deferred.c.id == deferred_id)
        .values(state=state, detail=detail, next_at=next_at, attempts=deferred.c.attempts + 1)
    )


async def count_aside(tx: Transaction) -> dict[str, int]:
    """How many are put aside, by state."""
    rows = await tx.execute(select(deferred.c.state, func.count().label("many")).group_by(deferred.c.state))
    return {row.state: row.many for row in rows}


async def prune(tx: Transaction, keep: timedelta = timedelta(days=35)) -> None:
    """Forget what was taken in longer ago than any message can come again."""
    await tx.execute(delete(inbox).where(inbox.c.taken_at < tx.now - keep))
