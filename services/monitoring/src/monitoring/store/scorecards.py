"""What partners did, counted by PostgreSQL."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Row,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
    update,
)

from chassis.transaction import Transaction
from monitoring.domain.clocks import Promise
from monitoring.domain.scorecards import Kept, Load, Scorecard, Stretch, pace_of
from monitoring.tables import deadlines

_HERE: ColumnElement[str] = literal_column("'Europe/Amsterdam'")
# In these words, for that is how the indexes have it.
_ASKED_OF_A_PARTNER: ColumnElement[bool] = literal_column("assignment_id is not null")
_OPEN: ColumnElement[bool] = literal_column("state in ('running', 'warned', 'missed', 'paused')")

_FIRST = deadlines.c.promise == Promise.FIRST_ANSWER
_RESULT = deadlines.c.promise == Promise.RESULT
_IN_TIME = deadlines.c.met_at <= deadlines.c.due_at

_NOTE_DECLINE = (
    update(deadlines)
    .where(deadlines.c.deadline_id == bindparam("this"))
    .values(declined=bindparam("declined_for"))
)


def note_decline(tx: Transaction, deadline_id: UUID, reason: str) -> None:
    """Keep with the clock of the first answer for what the partner declined."""
    tx.write(_NOTE_DECLINE, {"this": deadline_id, "declined_for": reason})


async def list_scorecards(
    tx: Transaction, since: datetime, until: datetime, partner: str | None = None
) -> list[Scorecard]:
    """Of who was asked something in that time or has something open now, by name."""
    asked = {row.holder: row for row in await tx.execute(_asked(tx, since, until, partner))}
    declines = _by_holder(await tx.execute(_declines(since, until, partner)))
    loads = {row.holder: row for row in await tx.execute(_loads(partner))}
    names = await list_names(tx, asked.keys() | loads.keys())
    cards = [
        _scorecard(Scorecard(holder, name), asked.get(holder), declines.get(holder, ()), loads.get(holder))
        for holder, name in names.items()
    ]
    return sorted(cards, key=lambda card: (card.name.casefold(), card.partner))


async def list_stretches(
    tx: Transaction, partner: str, since: datetime, until: datetime, *, by_week: bool
) -> dict[date, Stretch]:
    """How it went by the week or by the month; not those in which nothing was asked."""
    local = func.timezone(_HERE, deadlines.c.started_at)
    begins = cast(func.date_trunc("week" if by_week else "month", local), Date).label("begins")
    statement = (
        select(begins, func.count().label("asked"), *_kept(tx, "first", _FIRST))
        .where(*_in(since, until, partner), _FIRST)
        .group_by(begins)
    )
    return {
        row.begins: Stretch(row.begins, row.asked, Kept(row.first_in_time, row.first_ended))
        for row in await tx.execute(statement)
    }


async def list_names(tx: Transaction, partners: Iterable[str]) -> dict[str, str]:
    """What each partner was called last; not those that never had a clock."""
    asked = func.unnest(bindparam("partners", type_=ARRAY(Text))).column_valued("partner")
    newest = (
        select(deadlines.c.holder_name)
        .where(_ASKED_OF_A_PARTNER, deadlines.c.holder == asked)
        .order_by(deadlines.c.started_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    named = select(asked.label("partner"), newest.label("name"))
    rows = await tx.execute(named, {"partners": list(partners)})
    return {row.partner: row.name for row in rows if row.name is not None}


def _in(since: datetime, until: datetime, partner: str | None) -> list[ColumnElement[bool]]:
    asked = [_ASKED_OF_A_PARTNER, deadlines.c.started_at >= since, deadlines.c.started_at < until]
    return asked if partner is None else [*asked, deadlines.c.holder == partner]


def _kept(tx: Transaction, name: str, of: ColumnElement[bool]) -> list[ColumnElement[Any]]:
    """As `Kept` has it."""
    is_over = and_(deadlines.c.due_at < tx.now, deadlines.c.state.in_(("running", "warned", "missed")))
    ended = deadlines.c.met_at.is_not(None) | is_over
    return [
        func.count().filter(of, _IN_TIME).label(f"{name}_in_time"),
        func.count().filter(of, ended).label(f"{name}_ended"),
    ]


def _asked(tx: Transaction, since: datetime, until: datetime, partner: str | None) -> Any:
    return (
        select(
            deadlines.c.holder,
            func.count().filter(_FIRST).label("asked"),
            *_kept(tx, "first", _FIRST),
            *_kept(tx, "result", _RESULT),
            func.count(deadlines.c.took).filter(_FIRST).label("answers"),
            _percentile(0.5).filter(_FIRST).label("median"),
            _percentile(0.9).filter(_FIRST).label("p90"),
        )
        .where(*_in(since, until, partner))
        .group_by(deadlines.c.holder)
    )


def _percentile(share: float) -> Any:
    return func.percentile_cont(literal(share)).within_group(deadlines.c.took)


def _declines(since: datetime, until: datetime, partner: str | None) -> Any:
    return (
        select(deadlines.c.holder, deadlines.c.declined, func.count().label("many"))
        .where(*_in(since, until, partner), deadlines.c.declined.is_not(None))
        .group_by(deadlines.c.holder, deadlines.c.declined)
        .order_by(func.count().desc(), deadlines.c.declined)
    )


def _loads(partner: str | None) -> Any:
    is_its = [] if partner is None else [deadlines.c.holder == partner]
    return (
        select(
            deadlines.c.holder,
            func.count().label("open"),
            func.count().filter(deadlines.c.state == "missed").label("late"),
            func.count().filter(deadlines.c.state == "paused").label("waiting"),
        )
        .where(_ASKED_OF_A_PARTNER, _OPEN, *is_its)
        .group_by(deadlines.c.holder)
    )


def _by_holder(rows: Any) -> dict[str, tuple[tuple[str, int], ...]]:
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for row in rows:
        found[row.holder] = (*found.get(row.holder, ()), (row.declined, row.many))
    return found


def _scorecard(
    card: Scorecard, asked: Row[Any] | None, declines: tuple[tuple[str, int], ...], load: Row[Any] | None
) -> Scorecard:
    if load:
        card = replace(card, load=Load(load.open, load.late, load.waiting))
    if asked is None:
        return card
    return replace(
        card,
        asked=asked.asked,
        first_answer=Kept(asked.first_in_time, asked.first_ended),
        result=Kept(asked.result_in_time, asked.result_ended),
        pace=pace_of(asked.answers, asked.median, asked.p90),
        declines=declines,
    )
