"""The warning letter: no sanction, and nobody can object to it, but a file without one is thin."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from casework.domain.law import TermName
from casework.domain.steps import (
    Acting,
    Bearer,
    Decided,
    Happened,
    Recipient,
    StepRefused,
    TermOver,
    begin,
    refuse_before,
    tell,
)
from casework.domain.violations import Violation

KEY = "warning"
NO_DECISION = "Awb 1:3"


class WarningStage(StrEnum):
    SENT = "sent"
    FOLLOWED = "followed"
    NOT_FOLLOWED = "not-followed"


@dataclass(frozen=True, slots=True)
class WarningLetter:
    warning_id: UUID
    violation_id: UUID
    sent_on: date
    check_from: date
    stage: WarningStage = WarningStage.SENT
    checked_on: date | None = None


def may_warn(violation: Violation, letters: tuple[WarningLetter, ...]) -> None:
    """StepRefused where there is nothing to warn of, or a letter still waits for its check."""
    if violation.ended_on is not None and not violation.imminent:
        raise StepRefused("Awb 5:1", "De overtreding is voorbij: er is niets om voor te waarschuwen.")
    if any(one.violation_id == violation.violation_id and one.stage is WarningStage.SENT for one in letters):
        raise StepRefused("Awb 3:2", "Er loopt al een waarschuwing: controleer eerst of die is gevolgd.")


def warn(
    warning_id: UUID, violation: Violation, letters: tuple[WarningLetter, ...], acting: Acting
) -> Decided[WarningLetter]:
    """StepRefused, DateCannotBe."""
    refuse_before(acting, violation.found_on, "de constatering")
    may_warn(violation, letters)
    term = replace(begin(acting, TermName.WARNING, Bearer.VIOLATOR, KEY), statutory=False)
    letter = WarningLetter(warning_id, violation.violation_id, acting.on, term.last_day)
    return Decided(letter, (tell(acting, Happened.WARNED, Recipient.VIOLATOR, article=NO_DECISION),), (term,))


def check(letter: WarningLetter, acting: Acting, *, followed: bool) -> Decided[WarningLetter]:
    """StepRefused, DateCannotBe."""
    if letter.stage is not WarningStage.SENT:
        raise StepRefused(
            "Awb 3:2", "Deze waarschuwing is al gecontroleerd: stuur een nieuwe of kies een last."
        )
    refuse_before(acting, letter.sent_on, "de waarschuwing")
    stage = WarningStage.FOLLOWED if followed else WarningStage.NOT_FOLLOWED
    what = Happened.WARNING_FOLLOWED if followed else Happened.WARNING_NOT_FOLLOWED
    return Decided(
        replace(letter, stage=stage, checked_on=acting.on),
        (tell(acting, what),),
        (TermOver(KEY, acting.on, done=followed),),
    )


def refuse_objection() -> None:
    """StepRefused, always: a warning changes nobody's rights."""
    raise StepRefused(
        NO_DECISION, "Een waarschuwing is geen besluit: bezwaar kan pas tegen een last of een boete."
    )
