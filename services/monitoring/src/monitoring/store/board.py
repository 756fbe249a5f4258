"""The board as PostgreSQL has it."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Label,
    Row,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    not_,
    select,
    union_all,
)

from chassis.transaction import Transaction
from monitoring.domain.attention import Attention
from monitoring.domain.board import Choices, Concern, Sieve, Tally, Urgency
from monitoring.domain.clocks import Promise
from monitoring.domain.escalation import DESK
from monitoring.tables import attention, deadlines, reports, stranded

_OPEN: ColumnElement[bool] = literal_column("state <> 'met'")
_ALERTED: ColumnElement[bool] = literal_column("state in ('warned', 'missed')")
_LATE: ColumnElement[bool] = literal_column("state = 'missed'")
_RUNS: ColumnElement[bool] = literal_column("state in ('running', 'warned', 'missed')")

_clocks = select(
    deadlines.c.deadline_id.label("concern_id"),
    deadlines.c.report_id,
    cast(case((_LATE, Urgency.LATE.value), else_=Urgency.ALMOST.value), Integer).label("urgency"),
    deadlines.c.promise,
    deadlines.c.holder,
    deadlines.c.holder_name,
    deadlines.c.due_at.label("at"),
    deadlines.c.alerted_at,
).where(_OPEN, _ALERTED)
_undelivered = select(
    stranded.c.stranded_id,
    stranded.c.report_id,
    cast(literal(Urgency.STRANDED.value), Integer),
    stranded.c.promise,
    literal(DESK),
    stranded.c.partner_name,
    stranded.c.found_at,
    stranded.c.found_at,
).where(stranded.c.settled_at.is_(None))
_open = union_all(_clocks, _undelivered).subquery("open")
_all: FromClause = _open.outerjoin(reports, reports.c.report_id == _open.c.report_id).outerjoin(
    attention, attention.c.concern_id == _open.c.concern_id
)
_ABOUT = (reports.c.case_id, reports.c.case_number, reports.c.category_name, reports.c.area_name)
_STANDS: list[Label[Any]] = [
    attention.c[field.name].label(f"is_{field.name}")
    for field in fields(Attention)
    if field.name != "concern_id"
]


async def list_concerns(tx: Transaction, sieve: Sieve, limit: int, offset: int = 0) -> list[Concern]:
    """The most urgent kind first, and within it what waits longest."""
    statement = (
        _concerns()
        .where(*_sieved(sieve), _seen(sieve, tx.now))
        .order_by(_open.c.urgency, _open.c.at, _open.c.concern_id)
        .limit(limit)
        .offset(offset)
    )
    return [_concern(row) for row in await tx.execute(statement)]


async def count_concerns(tx: Transaction, sieve: Sieve) -> int:
    statement = select(func.count()).select_from(_all).where(*_sieved(sieve), _seen(sieve, tx.now))
    return int((await tx.execute(statement)).scalar_one())


async def list_fresh(tx: Transaction, since: datetime, limit: int) -> list[Concern]:
    """What came on the board, or came back, since then."""
    came = union_all(
        select(deadlines.c.deadline_id).where(_ALERTED, deadlines.c.alerted_at >= since),
        select(stranded.c.stranded_id).where(stranded.c.settled_at.is_(None), stranded.c.found_at >= since),
        select(attention.c.concern_id).where(attention.c.returned_at >= since),
    ).limit(limit)
    ids = list((await tx.execute(came)).scalars())
    statement = _concerns().where(_open.c.concern_id.in_(ids), not_(_snoozed(tx.now)))
    return [_concern(row) for row in await tx.execute(statement)]


async def find_concern(tx: Transaction, concern_id: UUID) -> Concern | None:
    """None where nothing is the matter with it, or nothing any more."""
    row = (await tx.execute(_concerns().where(_open.c.concern_id == concern_id))).one_or_none()
    return _concern(row) if row else None


async def is_there(tx: Transaction, concern_id: UUID, *, hold: bool = False) -> bool:
    """Whether there is or was such a concern; with `hold` its clock is locked until the commit."""
    for column in (deadlines.c.deadline_id, stranded.c.stranded_id):
        there = select(column).where(column == concern_id)
        if (await tx.execute(there.with_for_update() if hold else there)).first():
            return True
    return False


async def list_choices(tx: Transaction, chosen: str = "") -> Choices:
    """Without the desk, which what could not be delivered waits for; with who was chosen, as known of any clock."""
    holders = (
        select(_open.c.holder, func.max(_open.c.holder_name).label("name"))
        .where(_open.c.holder != DESK)
        .group_by(_open.c.holder)
        .order_by("name")
    )
    names = {row.holder: row.name for row in await tx.execute(holders)}
    if chosen not in {"", DESK, *names}:
        known = select(deadlines.c.holder_name).where(deadlines.c.holder == chosen).limit(1)
        names[chosen] = (await tx.execute(known)).scalar_one_or_none() or chosen
    return Choices(
        holders=tuple(names.items()),
        categories=await _list_distinct(tx, reports.c.category_name),
        areas=await _list_distinct(tx, reports.c.area_name),
    )


async def tally(tx: Transaction, week_began: datetime, sieve: Sieve) -> Tally:
    """Counted: a promise ends when it is kept, or else when its term does."""
    count = func.count()
    now = (
        await tx.execute(
            select(
                *(count.filter(_open.c.urgency == urgency).label(urgency.name) for urgency in Urgency),
                count.filter(_snoozed(tx.now)).label("snoozed"),
            )
            .select_from(_all)
            .where(*_sieved(sieve))
        )
    ).one()
    waits = await _count_clocks(tx, sieve, _OPEN, _RUNS, deadlines.c.holder != DESK)
    broken = await _count_clocks(tx, sieve, _OPEN, _LATE, deadlines.c.due_at >= week_began)
    kept = deadlines.c.met_at >= week_began
    met = await _count_clocks(tx, sieve, kept)
    in_time = await _count_clocks(tx, sieve, kept, deadlines.c.met_at <= deadlines.c.due_at)
    return Tally(now.LATE, now.ALMOST, now.STRANDED, now.snoozed, waits, broken + met, in_time)


async def version(tx: Transaction) -> int:
    """A number that grows with every change a board could show.

    It is the sum of the newest numbers and not the highest: a transaction may commit after one that took a
    higher number, and must be seen too.
    """
    newest = union_all(
        *(
            select(table.c.changed).order_by(table.c.changed.desc()).limit(100)
            for table in (deadlines, reports, stranded, attention)
        )
    ).subquery()
    summed: int = (
        await tx.execute(select(cast(func.coalesce(func.sum(newest.c.changed), 0), BigInteger)))
    ).scalar_one()
    return summed


async def _list_distinct(tx: Transaction, column: ColumnElement[str]) -> tuple[str, ...]:
    found = select(column).select_from(_all).where(column.is_not(None)).distinct().order_by(column)
    return tuple((await tx.execute(found)).scalars())


def _concerns() -> Select[Any]:
    return select(*_open.c, *_ABOUT, *_STANDS).select_from(_all)


def _snoozed(now: datetime) -> ColumnElement[bool]:
    """As `attention.is_snoozed` has it."""
    hidden = and_(attention.c.snoozed_at >= _open.c.alerted_at, attention.c.snoozed_until > now)
    return func.coalesce(hidden, literal(value=False))


def _seen(sieve: Sieve, now: datetime) -> ColumnElement[bool]:
    return _snoozed(now) if sieve.snoozed else not_(_snoozed(now))


def _sieved(sieve: Sieve) -> Iterator[ColumnElement[bool]]:
    """As `board.passes` has it."""
    yield from _about(sieve, _open.c)
    if sieve.urgency is not None:
        yield _open.c.urgency == sieve.urgency.value
    if sieve.taken_by is not None:
        yield attention.c.taken_by == sieve.taken_by
    if sieve.untaken:
        yield attention.c.taken_by.is_(None)


def _about(sieve: Sieve, promised: Any) -> Iterator[ColumnElement[bool]]:
    """What can be asked of any clock, whether or not it asks for attention."""
    if sieve.promise is not None:
        yield promised.promise == sieve.promise
    if sieve.holder is not None:
        yield promised.holder == sieve.holder
    if sieve.category_name is not None:
        yield reports.c.category_name == sieve.category_name
    if sieve.area_name is not None:
        yield reports.c.area_name == sieve.area_name


async def _count_clocks(tx: Transaction, sieve: Sieve, *which: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(deadlines).where(*which, *_about(sieve, deadlines.c))
    if sieve.category_name is not None or sieve.area_name is not None:
        counted = counted.join(reports, reports.c.report_id == deadlines.c.report_id)
    return int((await tx.execute(counted)).scalar_one())


def _concern(row: Row[Any]) -> Concern:
    found = row._asdict()
    stands = {name: found.pop(f"is_{name}") for name in (field.name for field in fields(Attention)[1:])}
    stood = Attention(found["concern_id"], **stands | {"revision": stands["revision"] or 0})
    found["alerted_at"] = max(found["alerted_at"], stood.returned_at or found["alerted_at"])
    return Concern(
        **found | {"urgency": Urgency(row.urgency), "promise": Promise(row.promise), "attention": stood}
    )
