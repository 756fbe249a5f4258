"""What people may ask of the authority: to act, to collect, to carry out, or to be let off; each within its term."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from casework.domain.decision_terms import DecisionTerm, go_on, hold, run
from casework.domain.law import TermName, in_dutch
from casework.domain.steps import (
    Acting,
    Bearer,
    Decided,
    Happened,
    Recipient,
    StepRefused,
    TermBegun,
    TermGoesOn,
    TermHeld,
    TermOver,
    refuse_before,
    tell,
)

KEY = "request"
SUPPLEMENT, DELAY = "Awb 4:5, 4:15 lid 1", "Awb 4:15 lid 2"


class RequestKind(StrEnum):
    ENFORCE = "enforce"
    APPLY = "apply"
    COLLECT = "collect"
    RELIEF = "relief"


class Asker(StrEnum):
    """Who asks. Interested: somebody whom the violation harms, such as the reporter."""

    INTERESTED = "interested"
    VIOLATOR = "violator"


class Delay(StrEnum):
    """Why the term stands still (article 4:15)."""

    SUPPLEMENT = "supplement"
    AGREED = "agreed"
    ASKERS_FAULT = "askers-fault"
    FORCE_MAJEURE = "force-majeure"


WITHIN: dict[RequestKind, TermName] = {
    RequestKind.ENFORCE: TermName.REQUEST,
    RequestKind.APPLY: TermName.APPLICATION_REQUEST,
    RequestKind.COLLECT: TermName.COLLECTION_REQUEST,
    RequestKind.RELIEF: TermName.REQUEST,
}
ARTICLES: dict[RequestKind, str] = {
    RequestKind.ENFORCE: "Awb 1:3 lid 3, 4:13",
    RequestKind.APPLY: "Awb 5:31a",
    RequestKind.COLLECT: "Awb 5:37 lid 2",
    RequestKind.RELIEF: "Awb 5:34",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request, about a violation or the order against it."""

    request_id: UUID
    about: UUID
    kind: RequestKind
    asker: Asker
    received_on: date
    term: DecisionTerm
    waits_for: Delay | None = None
    answered_on: date | None = None
    granted: bool | None = None


def receive(
    request_id: UUID,
    about: UUID,
    kind: RequestKind,
    asker: Asker,
    acting: Acting,
    comply_by: date | None = None,
) -> Decided[Request]:
    """`comply_by` is of the order that it is about. StepRefused where it may not be asked, or not yet."""
    if (kind is RequestKind.RELIEF) is not (asker is Asker.VIOLATOR):
        raise StepRefused(
            ARTICLES[kind],
            "Dit kan alleen de overtreder vragen."
            if kind is RequestKind.RELIEF
            else "Dit kan alleen wie belang heeft bij het einde van de overtreding.",
        )
    if kind is RequestKind.APPLY and (comply_by is None or acting.on <= comply_by):
        until = (
            f" na {in_dutch(comply_by)}"
            if comply_by
            else " zodra er een last is en de termijn daarvan voorbij is"
        )
        raise StepRefused("Awb 5:31a lid 2", f"Vragen om bestuursdwang toe te passen kan{until}.")
    running = run(WITHIN[kind], acting.on, acting.law)
    begun = TermBegun(
        KEY,
        acting.law.provision(WITHIN[kind], acting.on).source,
        running.term,
        acting.on,
        running.last_day,
        Bearer.AUTHORITY,
    )
    request = Request(request_id, about, kind, asker, acting.on, running)
    return Decided(request, (tell(acting, Happened.ASKED, article=ARTICLES[kind]),), (begun,))


def wait(request: Request, acting: Acting, why: Delay) -> Decided[Request]:
    """The term stands still: from the day after an invitation to complete the request, else from the day itself.

    StepRefused, DateCannotBe.
    """
    _refuse_answered(request)
    refuse_before(acting, request.received_on, "het verzoek")
    invited = why is Delay.SUPPLEMENT
    since = acting.on + timedelta(days=1) if invited else acting.on
    held = hold(request.term, since, SUPPLEMENT if invited else DELAY)
    said = tell(acting, Happened.ASKED_MORE, Recipient.INTERESTED, article=SUPPLEMENT if invited else DELAY)
    reason = "reporter" if request.asker is Asker.INTERESTED and why is not Delay.FORCE_MAJEURE else "other"
    return Decided(replace(request, term=held, waits_for=why), (said,), (TermHeld(KEY, since, reason),))


def resume(request: Request, acting: Acting) -> Decided[Request]:
    """What was waited for came, or its time is over: the term runs again from this day. StepRefused, DateCannotBe."""
    _refuse_answered(request)
    on = acting.on
    if request.term.held_since is not None and request.waits_for is Delay.SUPPLEMENT:
        on = max(on, request.term.held_since)
    running = go_on(request.term, on, acting.law, "Awb 4:15")
    return Decided(
        replace(request, term=running, waits_for=None),
        (tell(acting, Happened.COMPLETED, Recipient.INTERESTED, article="Awb 4:15 lid 4"),),
        (TermGoesOn(KEY, on),),
    )


def answer(request: Request, acting: Acting, *, granted: bool) -> Decided[Request]:
    """Decide on it; too late is late, and not nothing. StepRefused, DateCannotBe."""
    _refuse_answered(request)
    refuse_before(acting, request.received_on, "het verzoek")
    to = Recipient.VIOLATOR if request.asker is Asker.VIOLATOR else Recipient.INTERESTED
    return Decided(
        replace(request, answered_on=acting.on, granted=granted),
        (tell(acting, Happened.ANSWERED, to, article=ARTICLES[request.kind]),),
        (TermOver(KEY, acting.on, done=True),),
    )


def is_late(request: Request, on: date) -> bool:
    """Whether the authority is in default: the term is over, does not stand still, and there is no answer."""
    return request.answered_on is None and request.term.held_since is None and on > request.term.last_day


def refuse_unasked(asked: Request | None, about: UUID) -> None:
    """StepRefused where the violator did not ask to be let off."""
    if (
        asked is None
        or asked.kind is not RequestKind.RELIEF
        or asked.about != about
        or asked.granted is False
    ):
        raise StepRefused("Awb 5:34", "Dit gebeurt op verzoek van de overtreder: er ligt geen verzoek.")


def _refuse_answered(request: Request) -> None:
    if request.answered_on is not None:
        raise StepRefused(
            ARTICLES[request.kind], f"Op dit verzoek is al beslist, op {in_dutch(request.answered_on)}."
        )
