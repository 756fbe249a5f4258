"""The police's language: plain JSON in Dutch."""

from contracts.partners import PoliceAddress, PoliceQuestion, PoliceReply, PoliceStatus, PoliceWithdrawal
from routing.adapters.view import View
from routing.adapters.wording import ending
from routing.domain.assignments import Answer, Assignment, State

_STATES = {
    PoliceStatus.RECEIVED: State.ACCEPTED,
    PoliceStatus.BUSY: State.IN_PROGRESS,
    PoliceStatus.DONE: State.ANSWERED,
    PoliceStatus.REFUSED: State.DECLINED,
}
_REASONS = {
    "niet_bevoegd": "not-ours",
    "geen_capaciteit": "no-capacity",
    "te_weinig_informatie": "not-enough-facts",
}


def question(assignment: Assignment, view: View) -> PoliceQuestion:
    if view.address is None or view.category is None:
        raise ValueError("the police is asked about an address and a kind of nuisance")
    where = view.address
    return PoliceQuestion(
        kenmerk=assignment.assignment_id,
        soort=view.category,
        vraag=assignment.question,
        adres=PoliceAddress(
            postcode=where.postcode,
            huisnummer=where.house_number,
            toevoeging=where.addition,
            straat=where.street,
        ),
        omschrijving=view.story or "",
        gevaar=bool(view.signals and view.signals.danger),
        kinderen=bool(view.signals and view.signals.children),
        antwoord_voor=assignment.due_at,
    )


def withdrawal(assignment: Assignment) -> PoliceWithdrawal:
    return PoliceWithdrawal(kenmerk=assignment.assignment_id, reden=ending(assignment.reason))


def answer(reply: PoliceReply) -> Answer:
    """Its list of statuses is closed and released, so the police cannot ask for more: it declines with that reason."""
    state = _STATES[reply.status]
    return Answer(
        assignment_id=reply.kenmerk,
        state=state,
        reason=_REASONS.get(reply.reden or "", "other") if state is State.DECLINED else None,
        outcome="measure-taken" if state is State.ANSWERED else None,
        note=reply.toelichting,
    )
