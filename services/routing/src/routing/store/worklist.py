"""The assignments that wait for a person, in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from chassis.transaction import Transaction
from routing.domain.assignments import AT_WORK, FOR_A_PERSON, Assignment, State
from routing.domain.directing import Waiting
from routing.domain.policy import DESK
from routing.tables import assessments, assignments, cases

_AT_THE_DESK = and_(assignments.c.partner == DESK, assignments.c.state.in_([*FOR_A_PERSON, *AT_WORK]))
_WAITS = or_(assignments.c.state.in_(list(FOR_A_PERSON)), _AT_THE_DESK)
_WHY = case((assignments.c.partner == DESK, Waiting.DESK.value), else_=assignments.c.state)


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which of them; none is all."""

    waiting: Waiting | None = None
    track: str | None = None
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """An assignment that waits, with what is known of its report: `area` by its name, or by its code where that is all."""

    assignment: Assignment
    category: str
    area: str | None
    case_id: UUID | None
    number: str | None


async def list_work(tx: Transaction, sieve: Sieve, page: int, page_size: int) -> tuple[list[Work], int]:
    """A page of what waits, the longest waiting first, and how many there are in all."""
    which = _which(sieve)
    total: int = (await tx.execute(select(func.count()).select_from(assignments).where(which))).scalar_one()
    oldest = assignments.c.changed_at, assignments.c.assignment_id
    found = _with_report().where(which).order_by(*oldest).limit(page_size).offset((page - 1) * page_size)
    return [_work(row) for row in await tx.execute(found)], total


async def count_work(tx: Transaction) -> Mapping[Waiting, int]:
    """How many wait, by why."""
    counted = select(_WHY.label("why"), func.count().label("many")).where(_WAITS).group_by(_WHY)
    return {Waiting(row.why): row.many for row in await tx.execute(counted)}


async def list_partners(tx: Transaction) -> list[str]:
    """The partners of whom something waits."""
    rows = await tx.execute(select(assignments.c.partner).where(_WAITS).distinct())
    return list(rows.scalars())


def _which(sieve: Sieve) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = [_WAITS]
    if sieve.waiting:
        wanted.append(_WHY.in_([sieve.waiting.value]))
    if sieve.track:
        wanted.append(assignments.c.track == sieve.track)
    if sieve.partner:
        wanted.append(assignments.c.partner == sieve.partner)
    return and_(*wanted)


def _with_report() -> Select[Any]:
    """What was assessed first says what kind of report it is, and where."""
    first = and_(assessments.c.report_id == assignments.c.report_id, assessments.c.revision == 1)
    return (
        select(
            assignments,
            assessments.c.category,
            func.coalesce(assessments.c.facts["area_name"].astext, assessments.c.facts["area"].astext).label(
                "area"
            ),
            cases.c.case_id,
            cases.c.number,
        )
        .join(assessments, first)
        .outerjoin(cases, cases.c.report_id == assignments.c.report_id)
    )


def _work(row: Any) -> Work:
    asked = {name: getattr(row, name) for name in _FIELDS} | {"state": State(row.state)}
    return Work(Assignment(**asked), row.category, row.area, row.case_id, row.number)


_FIELDS = Assignment.__dataclass_fields__
