"""Which instruments there are, which of them are possible now, and why the others are not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from casework.domain import coercion, fine, penalty
from casework.domain.coercion import CoercionOrder
from casework.domain.conduct import ConductFile, may_direct
from casework.domain.criminal import CriminalTrack, may_submit
from casework.domain.fine import Fine, FineStage
from casework.domain.law import Law
from casework.domain.notices import Notice, WithoutViews, skip_views
from casework.domain.penalty import PenaltyOrder
from casework.domain.steps import Acting, StepRefused
from casework.domain.violations import Violation, refuse_beside
from casework.domain.warning import WarningLetter, may_warn

NOBODY = UUID(int=0)


class Instrument(StrEnum):
    WARNING = "warning"
    PENALTY = "penalty"
    COERCION = "coercion"
    URGENT_COERCION = "urgent-coercion"
    FINE = "fine"
    CRIMINAL = "criminal"
    CONDUCT = "conduct"


NAMES: dict[Instrument, str] = {
    Instrument.WARNING: "Waarschuwingsbrief",
    Instrument.PENALTY: "Last onder dwangsom",
    Instrument.COERCION: "Last onder bestuursdwang",
    Instrument.URGENT_COERCION: "Spoedeisende bestuursdwang",
    Instrument.FINE: "Bestuurlijke boete",
    Instrument.CRIMINAL: "Strafrechtelijk spoor",
    Instrument.CONDUCT: "Gedragsaanwijzing",
}
POWERS: dict[Instrument, str] = {
    Instrument.WARNING: "geen besluit: Awb 1:3",
    Instrument.PENALTY: "Awb 5:32, Gemeentewet 125",
    Instrument.COERCION: "Awb 5:21, Gemeentewet 125",
    Instrument.URGENT_COERCION: "Awb 5:31",
    Instrument.FINE: "Awb 5:40, en de wet die is overtreden",
    Instrument.CRIMINAL: "Awb 5:44 lid 2",
    Instrument.CONDUCT: "Gemeentewet 151d, APV",
}


BEGIN: dict[Instrument, str] = {
    Instrument.WARNING: "Dit kan nu: stuur de brief.",
    Instrument.PENALTY: "Dit kan nu: vertel eerst het voornemen (Awb 4:8).",
    Instrument.COERCION: "Dit kan nu: vertel eerst het voornemen (Awb 4:8).",
    Instrument.URGENT_COERCION: "Dit kan als er haast is: leg vast waarom.",
    Instrument.FINE: "Dit kan nu: begin met het rapport en het voornemen (Awb 5:48, 5:53).",
    Instrument.CRIMINAL: "Dit kan nu: leg de gedraging voor aan de officier van justitie.",
    Instrument.CONDUCT: "Het dossier is compleet: vertel eerst het voornemen (Awb 4:8).",
}


@dataclass(frozen=True, slots=True)
class Situation:
    """A violation, and all that was done about it."""

    violation: Violation
    letters: tuple[WarningLetter, ...] = ()
    penalties: tuple[PenaltyOrder, ...] = ()
    coercions: tuple[CoercionOrder, ...] = ()
    fines: tuple[Fine, ...] = ()
    track: CriminalTrack | None = None
    conduct: ConductFile | None = None


@dataclass(frozen=True, slots=True)
class Possibility:
    """Whether somebody can begin with an instrument now: by which power and how, or by which article not and why, in Dutch."""

    instrument: Instrument
    possible: bool
    article: str
    words: str


def possibilities(situation: Situation, law: Law, on: date) -> tuple[Possibility, ...]:
    """Of each instrument. What is still to be prepared (an intention, a report) does not stand in its way."""
    return tuple(_possibility(instrument, situation, law, on) for instrument in Instrument)


def _possibility(instrument: Instrument, situation: Situation, law: Law, on: date) -> Possibility:
    try:
        CHECKS[instrument](situation, law, on)
    except StepRefused as refused:
        return Possibility(instrument, possible=False, article=refused.article, words=refused.why)
    return Possibility(instrument, possible=True, article=POWERS[instrument], words=BEGIN[instrument])


def _warning(situation: Situation, law: Law, on: date) -> None:  # noqa: ARG001  all are asked alike
    may_warn(situation.violation, situation.letters)


def _penalty(situation: Situation, law: Law, on: date) -> None:  # noqa: ARG001  all are asked alike
    order = PenaltyOrder(NOBODY, situation.violation.violation_id, (), notice=_unasked())
    penalty.may_impose(order, situation.violation, _orders(situation), on)


def _coercion(situation: Situation, law: Law, on: date) -> None:  # noqa: ARG001  all are asked alike
    order = CoercionOrder(NOBODY, situation.violation.violation_id, notice=_unasked())
    coercion.may_impose(order, situation.violation, _orders(situation), on)


def _fine(situation: Situation, law: Law, on: date) -> None:
    prepared = Fine(
        NOBODY,
        situation.violation.violation_id,
        stage=FineStage.CONSIDERED,
        reported_on=situation.violation.found_on,
        reported_by="",
        notice=Notice(sent_on=on, views_by=on, views_on=on, with_report=True),
    )
    acting = Acting("?", on, on, law)
    fine.may_impose(prepared, situation.violation, situation.fines, situation.track, acting)


def _criminal(situation: Situation, law: Law, on: date) -> None:  # noqa: ARG001  all are asked alike
    may_submit(situation.violation, () if situation.track is None else (situation.track,))


def _conduct(situation: Situation, law: Law, on: date) -> None:
    if situation.conduct is None:
        raise StepRefused(
            "Gemeentewet 151d", "Er is geen dossier: leg ernst, herhaling en eerdere pogingen vast."
        )
    may_direct(replace(situation.conduct, violation=situation.violation), law, on)
    refuse_beside(situation.violation, _orders(situation), NOBODY)


def _orders(situation: Situation) -> tuple[PenaltyOrder | CoercionOrder, ...]:
    return (*situation.penalties, *situation.coercions)


def _unasked() -> Notice:
    return skip_views(WithoutViews.HEARD_BEFORE)


CHECKS: dict[Instrument, Callable[[Situation, Law, date], None]] = {
    Instrument.WARNING: _warning,
    Instrument.PENALTY: _penalty,
    Instrument.COERCION: _coercion,
    Instrument.URGENT_COERCION: _coercion,
    Instrument.FINE: _fine,
    Instrument.CRIMINAL: _criminal,
    Instrument.CONDUCT: _conduct,
}
