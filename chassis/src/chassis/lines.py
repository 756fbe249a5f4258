"""How far each line was handled. Its row is locked until the commit, so a line is walked by one at a time."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import DateTime, Integer, Text, and_, bindparam, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import columns, values
from chassis.incoming import Incoming, Line
from chassis.tables import deferred, positions
from chassis.transaction import Transaction

_lines = columns(source=Text, subject=Text)
_begin = insert(positions).from_select(
    ["source", "subject", "last"], select(_lines.c.source, _lines.c.subject, literal(0))
)
# A row that is there is written as it is: that locks it, and gives it back.
_LOCK = _begin.on_conflict_do_update(
    index_elements=[positions.c.source, positions.c.subject], set_={"last": positions.c.last}
).returning(positions)
_moved = columns(source=Text, subject=Text, last=Integer)
_MOVE = (
    update(positions)
    .where(and_(positions.c.source == _moved.c.source, positions.c.subject == _moved.c.subject))
    .values(last=_moved.c.last)
)
_CALL_NEXT = (
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
    """`held` are the lines in which something waits."""

    last: dict[Line, int]
    held: frozenset[Line]

    def is_next(self, incoming: Incoming) -> bool:
        return incoming.line is None or incoming.place == self.last[incoming.line] + 1

    def is_past(self, incoming: Incoming) -> bool:
        return incoming.line is not None and (incoming.place or 0) <= self.last[incoming.line]

    def step(self, incoming: Incoming) -> None:
        if incoming.line is not None and incoming.place is not None:
            self.last[incoming.line] = incoming.place


async def lock(tx: Transaction, incoming: Iterable[Incoming]) -> Lines:
    """The lines of these messages, in one order for everybody."""
    wanted = sorted({i.line for i in incoming if i.line})
    if not wanted:
        return Lines({}, frozenset())
    arrays = values(source=[line[0] for line in wanted], subject=[line[1] for line in wanted])
    rows = (await tx.execute(_LOCK, arrays)).all()
    return Lines(
        last={(row.source, row.subject): row.last for row in rows},
        held=frozenset((row.source, row.subject) for row in rows if row.held),
    )


async def save(tx: Transaction, lines: Lines) -> None:
    """Keep how far the lines came, and call who is next among those that wait."""
    if not lines.last:
        return
    arrays = values(
        source=[line[0] for line in lines.last],
        subject=[line[1] for line in lines.last],
        last=list(lines.last.values()),
    )
    await tx.execute(_MOVE, arrays)
    if lines.held:
        await tx.execute(_CALL_NEXT, arrays | {"now": tx.now})


async def hold(tx: Transaction, line: Line) -> None:
    """Something waits in this line from now on."""
    here = and_(positions.c.source == line[0], positions.c.subject == line[1])
    await tx.execute(update(positions).where(here).values(held=1))


async def next_place(tx: Transaction, line: Line) -> int:
    """The place in this line whose turn it is."""
    here = and_(positions.c.source == line[0], positions.c.subject == line[1])
    last: int | None = (await tx.execute(select(positions.c.last).where(here))).scalar_one_or_none()
    return (last or 0) + 1
