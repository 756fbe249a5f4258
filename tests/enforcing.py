"""What the tests of the instruments share: the law as it is shipped, a violation, and who acts on a day."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from casework.adapters.law_file import load, shipped
from casework.domain.forfeiture import Penalty, PenaltyBasis
from casework.domain.law import LegalTerm
from casework.domain.notices import Notice, WithoutViews, skip_views
from casework.domain.penalty import Demand, PenaltyOrder, impose
from casework.domain.steps import (
    Acting,
    Decided,
    Happened,
    StepRefused,
    TermBegun,
    TermChange,
    TermGoesOn,
    TermHeld,
    TermOver,
)
from casework.domain.violations import Violation

State = TypeVar("State")
LAW = load(shipped())
HOME = "2599zx-12-a"
FAR = date(2100, 1, 1)
INSPECTOR, OFFICIAL, LAWYER = "inspecteur", "beslisser", "jurist"
ONCE = Penalty(PenaltyBasis.ONCE, 500_000, 500_000)


def days(many: int) -> timedelta:
    return timedelta(days=many)


def acting(on: date, who: str = OFFICIAL) -> Acting:
    return Acting(who, on, FAR, LAW)


def unheard() -> Notice:
    """Nobody was asked beforehand, for a reason in the law."""
    return skip_views(WithoutViews.URGENT)


def a_violation(found_on: date, **changes: Any) -> Violation:
    plain = Violation(
        violation_id=uuid4(),
        case_id=uuid4(),
        violator=uuid4(),
        rule="Huisvestingswet 2014, artikel 21 lid 1 onder c",
        dwelling=HOME,
        happened_on=found_on,
        found_on=found_on,
        fine_most_cents=2_575_000,
    )
    return replace(plain, **changes)


def an_order(violation: Violation, dwellings: tuple[str, ...] = (HOME,)) -> PenaltyOrder:
    return PenaltyOrder(uuid4(), violation.violation_id, dwellings, notice=unheard())


def an_imposed(
    violation: Violation,
    on: date,
    comply_by: date,
    penalty: Penalty = ONCE,
    dwellings: tuple[str, ...] = (HOME,),
) -> PenaltyOrder:
    demand = Demand("Beëindig de kamerverhuur.", comply_by, penalty)
    return impose(an_order(violation, dwellings), violation, (), demand, acting(on)).state


class PlainCalendar:
    """Every day is a day on which a term may end, so that a model can count on its fingers."""

    def moved(self, term: LegalTerm, counted_to: date) -> date:  # noqa: ARG002  no term is moved
        return counted_to


PLAIN_LAW = load(shipped(), PlainCalendar())


class Model:
    """A day that passes, and what is known of each step: whether the law allows it, as the test itself says."""

    def __init__(self) -> None:
        self.day = date(2024, 2, 26)
        self.running: dict[str, bool] = {}
        self.said: list[Happened] = []

    def acting(self, who: str = OFFICIAL) -> Acting:
        return Acting(who, self.day, FAR, PLAIN_LAW)

    def attempt(self, step: Callable[[], Decided[State]], *, allowed: bool) -> State | None:
        """The step is taken if it is allowed and refused if it is not; a refusal names its article and says why."""
        decided = self._taken(step)
        if isinstance(decided, StepRefused):
            assert not allowed, decided
            assert re.search(r"\d", decided.article), decided
            assert len(decided.why.split()) > 3
            assert decided.why.endswith(".")
            return None
        assert allowed, decided
        self.said += [one.what for one in decided.announcements]
        for change in decided.terms:
            self._watch(change)
        return decided.state

    @staticmethod
    def _taken(step: Callable[[], Decided[State]]) -> Decided[State] | StepRefused:
        try:
            return step()
        except StepRefused as refused:
            return refused

    def _watch(self, change: TermChange) -> None:
        """A clock begins once, stands still while it runs, and ends once."""
        match change:
            case TermBegun():
                assert change.key not in self.running, change
                assert change.last_day >= change.began_on, change
                self.running[change.key] = True
            case TermHeld():
                assert self.running[change.key], change
                self.running[change.key] = False
            case TermGoesOn():
                assert not self.running[change.key], change
                self.running[change.key] = True
            case TermOver():
                del self.running[change.key]
