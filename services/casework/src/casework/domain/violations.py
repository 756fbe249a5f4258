"""Violations: each broken rule is one of its own, and what is done about it is done about that one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol
from uuid import UUID

from casework.domain.steps import Acting, StepRefused, refuse_before


@dataclass(frozen=True, slots=True)
class Violation:
    """`violator` is the protected party that answers for it, by its id; `rule` the provision that was broken.

    `fine_most_cents` is the most that the law lets it be fined; none where no law gives a fine for it. `criminal`: it is
    an offence as well. `imminent`: it is clearly about to happen (again). `justified`: there was a ground in law for it.
    `irreparable`: what the rule protects cannot wait for a penalty to have its effect.
    """

    violation_id: UUID
    case_id: UUID
    violator: UUID
    rule: str
    dwelling: str
    happened_on: date
    found_on: date
    fine_most_cents: int | None = None
    criminal: bool = False
    culpable: bool = True
    imminent: bool = False
    justified: bool = False
    irreparable: bool = False
    ended_on: date | None = None
    violator_died_on: date | None = None


class Remedial(Protocol):
    """An order that is to put an end to a violation."""

    @property
    def order_id(self) -> UUID: ...

    @property
    def violation_id(self) -> UUID: ...

    @property
    def in_force(self) -> bool: ...


def end(violation: Violation, acting: Acting, *, may_recur: bool) -> Violation:
    """It was found to be over. DateCannotBe."""
    refuse_before(acting, violation.found_on, "de constatering")
    return replace(violation, ended_on=acting.on, imminent=may_recur)


def may_sanction(violation: Violation) -> None:
    """What holds for every sanction. StepRefused."""
    if not violation.rule.strip() or not violation.dwelling.strip():
        raise StepRefused("Awb 5:9", "Welk voorschrift waar is overtreden, moet in het besluit staan.")
    if violation.justified:
        raise StepRefused("Awb 5:5", "Er was een rechtvaardigingsgrond: dan volgt geen sanctie.")


def may_restore(violation: Violation, others: Iterable[Remedial], own: UUID, on: date) -> None:
    """What holds for every sanction that puts an end to it, `own` beside the others. StepRefused."""
    may_sanction(violation)
    refuse_beside(violation, others, own)
    if violation.ended_on is not None and violation.ended_on <= on and not violation.imminent:
        raise StepRefused(
            "Awb 5:2 lid 1 onder b, 5:7",
            "De overtreding is voorbij en herhaling dreigt niet: er valt niets te herstellen.",
        )


def refuse_beside(violation: Violation, others: Iterable[Remedial], own: UUID) -> None:
    """StepRefused where another order for the same violation is in force."""
    if any(
        one.in_force and one.violation_id == violation.violation_id and one.order_id != own for one in others
    ):
        raise StepRefused(
            "Awb 5:6",
            "Voor deze overtreding geldt al een herstelsanctie: trek die eerst in, of wacht tot zij is uitgewerkt.",
        )
