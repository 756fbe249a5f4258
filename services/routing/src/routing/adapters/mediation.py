"""The language of neighbourhood mediation: codes alone. No note is ever taken over."""

from contracts.partners import MediationAddress, MediationReply, MediationRequest, MediationWithdrawal
from routing.adapters.view import View
from routing.adapters.wording import ending, meant
from routing.domain.assignments import Answer, Assignment, State

_STATES = {
    "aangenomen": State.ACCEPTED,
    "bezig": State.IN_PROGRESS,
    "afgerond": State.ANSWERED,
    "niet_aangenomen": State.DECLINED,
}
_OUTCOMES = {
    "geslaagd": ("solved", None),
    "genormaliseerd": ("solved", "normalised"),
    "niet_geslaagd": ("not-solved", None),
    "geweigerd": ("not-solved", "refused"),
}
_FINDINGS = {"overtreding_gezien": "violation-found"}
_REASONS = {
    "niet_geschikt": "not-ours",
    "geen_capaciteit": "no-capacity",
    "al_bekend": "already-handled",
    "anders": "other",
}


def question(assignment: Assignment, view: View) -> MediationRequest:
    if view.address is None or view.category is None:
        raise ValueError("mediation is asked about an address and a kind of nuisance")
    where = view.address
    return MediationRequest(
        kenmerk=assignment.assignment_id,
        soort=view.category,
        vraag=assignment.question,
        adres=MediationAddress(
            postcode=where.postcode,
            huisnummer=where.house_number,
            toevoeging=where.addition,
            straat=where.street,
        ),
        antwoord_voor=assignment.due_at,
    )


def withdrawal(assignment: Assignment) -> MediationWithdrawal:
    return MediationWithdrawal(kenmerk=assignment.assignment_id, reden=ending(assignment.reason))


def answer(reply: MediationReply) -> Answer:
    """A violation may be told at any time, and counts before what the outcome tells. ValueError where a word is unknown."""
    state = meant(reply.status, _STATES, "status")
    outcome, finding = (
        meant(reply.uitkomst, _OUTCOMES, "uitkomst") if state is State.ANSWERED else (None, None)
    )
    if reply.bevinding:
        finding = meant(reply.bevinding, _FINDINGS, "bevinding")
    return Answer(
        assignment_id=reply.kenmerk,
        state=state,
        reason=meant(reply.reden, _REASONS, "reden") if state is State.DECLINED else None,
        outcome=outcome,
        finding=finding,
    )
