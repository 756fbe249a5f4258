"""The criminal track: one road at a time for one act, and thirteen weeks in which the prosecutor may choose."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from casework.domain.law import TermName, in_dutch
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

KEY = "prosecution-silence"
UNA_VIA = "Awb 5:44"


class CriminalStage(StrEnum):
    """Penalised: a penal order was issued. On trial: the court began to hear it."""

    SUBMITTED = "submitted"
    DECLINED = "declined"
    ON_TRIAL = "on-trial"
    PENALISED = "penalised"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class CriminalTrack:
    """What became of an act that the prosecutor was told of. After `silent_after` silence means no."""

    track_id: UUID
    violation_id: UUID
    submitted_on: date
    silent_after: date
    stage: CriminalStage = CriminalStage.SUBMITTED
    reacted_on: date | None = None
    prosecution_ordered_on: date | None = None


def submit(
    track_id: UUID, violation: Violation, tracks: tuple[CriminalTrack, ...], acting: Acting
) -> Decided[CriminalTrack]:
    """StepRefused where it is no offence, or was submitted before; DateCannotBe."""
    refuse_before(acting, violation.found_on, "de constatering")
    may_submit(violation, tracks)
    term = begin(acting, TermName.PROSECUTION_SILENCE, Bearer.PROSECUTION, KEY)
    track = CriminalTrack(track_id, violation.violation_id, acting.on, term.last_day)
    said = tell(acting, Happened.SUBMITTED, Recipient.PROSECUTION, article=f"{UNA_VIA} lid 2")
    return Decided(track, (said,), (term,))


def may_submit(violation: Violation, tracks: tuple[CriminalTrack, ...]) -> None:
    """StepRefused."""
    if not violation.criminal:
        raise StepRefused(
            f"{UNA_VIA} lid 2",
            "Deze overtreding is geen strafbaar feit: het Openbaar Ministerie kan er niets mee.",
        )
    if any(one.violation_id == violation.violation_id for one in tracks):
        raise StepRefused(f"{UNA_VIA} lid 2", "Deze gedraging is al voorgelegd aan de officier van justitie.")


def decline(track: CriminalTrack, acting: Acting) -> Decided[CriminalTrack]:
    """The prosecutor leaves it to the authority. StepRefused, DateCannotBe."""
    return _react(track, acting, CriminalStage.DECLINED, Happened.PROSECUTION_DECLINED)


def try_in_court(track: CriminalTrack, acting: Acting) -> Decided[CriminalTrack]:
    """The hearing began. StepRefused, DateCannotBe."""
    return _react(track, acting, CriminalStage.ON_TRIAL, Happened.PROSECUTED)


def penalise(track: CriminalTrack, acting: Acting) -> Decided[CriminalTrack]:
    """A penal order (strafbeschikking) was issued. StepRefused, DateCannotBe."""
    return _react(track, acting, CriminalStage.PENALISED, Happened.PENALISED)


def end(track: CriminalTrack, acting: Acting) -> Decided[CriminalTrack]:
    """The court spoke, or the case was dropped after the hearing began: there is no way back to a fine. StepRefused."""
    if track.stage not in {CriminalStage.ON_TRIAL, CriminalStage.PENALISED}:
        raise StepRefused(UNA_VIA, "Er is geen vervolging die kan eindigen.")
    refuse_before(acting, track.reacted_on, "de vorige stap")
    return Decided(replace(track, stage=CriminalStage.ENDED), (tell(acting, Happened.PROSECUTION_ENDED),))


def order_prosecution(track: CriminalTrack, acting: Acting) -> Decided[CriminalTrack]:
    """The court of appeal has it prosecuted after all: a fine for it lapses. StepRefused, DateCannotBe."""
    if track.prosecution_ordered_on is not None:
        raise StepRefused("Awb 5:47", "Het gerechtshof heeft de vervolging al bevolen.")
    refuse_before(acting, track.submitted_on, "het voorleggen")
    ordered = replace(track, prosecution_ordered_on=acting.on)
    return Decided(ordered, (tell(acting, Happened.PROSECUTED, article="Awb 5:47"),))


def refuse_fine(violation: Violation, track: CriminalTrack | None, on: date, *, must_submit: bool) -> None:
    """StepRefused where the criminal road keeps a fine away."""
    if track is not None and track.prosecution_ordered_on is not None:
        raise StepRefused("Awb 5:47", "Het gerechtshof heeft vervolging bevolen: dan is er geen boete.")
    if track is not None and track.stage in {
        CriminalStage.ON_TRIAL,
        CriminalStage.PENALISED,
        CriminalStage.ENDED,
    }:
        raise StepRefused(
            f"{UNA_VIA} lid 1",
            "De overtreder is of wordt hiervoor al gestraft: een zitting is begonnen of er is een strafbeschikking.",
        )
    if track is None:
        if violation.criminal and must_submit:
            raise StepRefused(
                f"{UNA_VIA} lid 2",
                "De gedraging is ook strafbaar: leg haar eerst voor aan de officier van justitie.",
            )
        return
    if track.stage is CriminalStage.SUBMITTED and on <= track.silent_after:
        raise StepRefused(
            f"{UNA_VIA} lid 3",
            "De officier van justitie is nog aan zet: een boete kan als die afziet, of zwijgt tot en met "
            f"{in_dutch(track.silent_after)}.",
        )


def free_on(track: CriminalTrack) -> date | None:
    """From which day a fine is possible again; none where it is not."""
    if track.stage is CriminalStage.DECLINED:
        return track.reacted_on
    return track.silent_after + timedelta(days=1) if track.stage is CriminalStage.SUBMITTED else None


def _react(
    track: CriminalTrack, acting: Acting, stage: CriminalStage, what: Happened
) -> Decided[CriminalTrack]:
    ordered = track.stage is CriminalStage.DECLINED and track.prosecution_ordered_on is not None
    chooses = track.stage is CriminalStage.SUBMITTED
    if not chooses and not (ordered and stage is not CriminalStage.DECLINED):
        raise StepRefused(UNA_VIA, "De officier van justitie heeft al gekozen.")
    refuse_before(acting, track.prosecution_ordered_on or track.submitted_on, "de vorige stap")
    over = (TermOver(KEY, acting.on, done=True),) if chooses else ()
    reacted = replace(track, stage=stage, reacted_on=acting.on)
    return Decided(reacted, (tell(acting, what, article=UNA_VIA),), over)
