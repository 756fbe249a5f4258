"""How much of a penalty is forfeited by what was found: per time, per period or once, with its caps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from casework.domain.law import LegalTerm
from casework.domain.steps import StepRefused

DAY = timedelta(days=1)
BASIS = "Awb 5:32b"


class PenaltyBasis(StrEnum):
    """What is counted (article 5:32b, first paragraph)."""

    ONCE = "once"
    PER_PERIOD = "per-period"
    PER_VIOLATION = "per-violation"


@dataclass(frozen=True, slots=True)
class Penalty:
    """So many cents, and never more than `most_cents` in all, and where that is said in one period or for one dwelling.

    `begun_counts`: a period counts as soon as it begins with the violation in it; if not, when it was broken throughout.
    """

    basis: PenaltyBasis
    cents: int
    most_cents: int
    period: LegalTerm | None = None
    begun_counts: bool = True
    most_per_period_cents: int | None = None
    most_per_dwelling_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What an inspection found at a dwelling that the order is about."""

    on: date
    dwelling: str
    followed: bool


@dataclass(frozen=True, slots=True)
class Forfeiture:
    """An amount that was forfeited by law on a day."""

    on: date
    dwelling: str
    cents: int


@dataclass(frozen=True, slots=True)
class Standstill:
    """The order stood still from a day to another, both included (article 5:34, first paragraph)."""

    since: date
    until: date


def refuse_unsound(penalty: Penalty) -> None:
    """StepRefused where it is no penalty as the law wants it."""
    if penalty.cents <= 0:
        raise StepRefused(f"{BASIS} lid 1", "Stel een bedrag vast dat meer is dan nul.")
    if penalty.most_cents < penalty.cents:
        raise StepRefused(f"{BASIS} lid 2", "Stel een maximum vast, dat minstens het bedrag zelf is.")
    if penalty.basis is PenaltyBasis.PER_PERIOD and penalty.period is None:
        raise StepRefused(f"{BASIS} lid 1", "Zeg per welke tijd de dwangsom wordt verbeurd, zoals per week.")
    if penalty.most_per_period_cents is not None and penalty.period is None:
        raise StepRefused(f"{BASIS} lid 1", "Een maximum per periode vraagt om een periode, zoals een week.")
    for most in (penalty.most_per_period_cents, penalty.most_per_dwelling_cents):
        if most is not None and not 0 < most <= penalty.most_cents:
            raise StepRefused(
                f"{BASIS} lid 2",
                "Een maximum per periode of woning is meer dan nul en niet meer dan dat van alles.",
            )


def forfeited_by(
    penalty: Penalty,
    comply_by: date,
    earlier: Sequence[Finding],
    already: Sequence[Forfeiture],
    finding: Finding,
    still: Sequence[Standstill] = (),
) -> tuple[Forfeiture, ...]:
    """What one more finding adds, in the order in which it was forfeited."""
    if finding.followed or finding.on <= comply_by:
        return ()
    added: list[Forfeiture] = []
    for day in _days(penalty, comply_by, earlier, already, finding):
        if any(one.since <= day <= one.until for one in still):
            continue
        cents = min(penalty.cents, _room(penalty, comply_by, (*already, *added), day, finding.dwelling))
        if cents > 0:
            added.append(Forfeiture(day, finding.dwelling, cents))
    return tuple(added)


def period_of(period: LegalTerm, comply_by: date, day: date) -> tuple[date, date]:
    """The first and last day of the period that a day lies in, counted from the end of the term to comply."""
    number = 1
    while _nth(period, comply_by, number) < day:
        number += 1
    return _nth(period, comply_by, number - 1) + DAY, _nth(period, comply_by, number)


def _nth(period: LegalTerm, comply_by: date, number: int) -> date:
    """The last day of so many periods."""
    return LegalTerm(period.amount * number, period.unit).after(comply_by) if number else comply_by


def _days(
    penalty: Penalty,
    comply_by: date,
    earlier: Sequence[Finding],
    already: Sequence[Forfeiture],
    finding: Finding,
) -> Iterator[date]:
    """The days on which an amount falls, before the caps."""
    here = [one for one in already if one.dwelling == finding.dwelling]
    if penalty.period is not None and penalty.basis is PenaltyBasis.PER_PERIOD:
        since = _broken_since(comply_by, earlier, finding)
        counted = {period_of(penalty.period, comply_by, one.on) for one in here}
        yield from _periods(penalty, penalty.period, comply_by, (since, finding.on), counted)
    elif penalty.basis is PenaltyBasis.PER_VIOLATION or not here:
        yield finding.on


def _periods(
    penalty: Penalty,
    period: LegalTerm,
    comply_by: date,
    broken: tuple[date, date],
    counted: set[tuple[date, date]],
) -> Iterator[date]:
    since, until = broken
    day = since
    while day <= until:
        first, last = period_of(period, comply_by, day)
        throughout = since <= first and last <= until
        if (first, last) not in counted and (penalty.begun_counts or throughout):
            yield max(first, since) if penalty.begun_counts else last
        day = last + DAY


def _broken_since(comply_by: date, earlier: Sequence[Finding], finding: Finding) -> date:
    """From when on it is shown that the order was broken: since the last time that it was found followed.

    Between two findings of a violation it is taken to have lasted. After one that it was followed, a day proves itself
    alone.
    """
    since = comply_by + DAY
    after = [one for one in earlier if one.dwelling == finding.dwelling and one.on > comply_by]
    for one in (*after, finding):
        if one.followed:
            since = date.max
        elif since == date.max:
            since = one.on
    return since


def _room(penalty: Penalty, comply_by: date, already: Sequence[Forfeiture], day: date, dwelling: str) -> int:
    """How much can still be forfeited on a day for a dwelling."""
    room = [penalty.most_cents - sum(one.cents for one in already)]
    if penalty.most_per_dwelling_cents is not None:
        here = sum(one.cents for one in already if one.dwelling == dwelling)
        room.append(penalty.most_per_dwelling_cents - here)
    if penalty.most_per_period_cents is not None and penalty.period is not None:
        first, last = period_of(penalty.period, comply_by, day)
        meanwhile = sum(one.cents for one in already if first <= one.on <= last)
        room.append(penalty.most_per_period_cents - meanwhile)
    return min(room)
