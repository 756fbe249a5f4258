"""The language of neighbourhood teams, the health service and Veilig Thuis: what they may know, and codes back."""

from contracts.partners import SupportAddress, SupportReply, SupportRequest, SupportWithdrawal
from routing.adapters.view import View
from routing.adapters.wording import ending, meant
from routing.domain.assignments import Answer, Assignment, State

# State, reason, outcome, finding.
_ANSWERS = {
    "opgepakt": (State.ACCEPTED, None, None, None),
    "niet_opgepakt": (State.DECLINED, "other", None, None),
    "hulp_geboden": (State.ANSWERED, None, "help-offered", None),
    "hulp_geweigerd": (State.ANSWERED, None, "not-solved", "refused"),
    "afgesloten": (State.ANSWERED, None, "closed", None),
}


def question(assignment: Assignment, view: View) -> SupportRequest:
    if view.address is None or view.category is None:
        raise ValueError("help is asked for at an address and about a kind of worry")
    where = view.address
    return SupportRequest(
        kenmerk=assignment.assignment_id,
        soort=view.category,
        vraag=assignment.question,
        adres=SupportAddress(
            postcode=where.postcode,
            huisnummer=where.house_number,
            toevoeging=where.addition,
            straat=where.street,
            woonplaats=where.city,
        ),
        omschrijving=view.story,
        gevaar=view.signals.danger if view.signals else None,
        kinderen=view.signals.children if view.signals else None,
        antwoord_voor=assignment.due_at,
    )


def withdrawal(assignment: Assignment) -> SupportWithdrawal:
    return SupportWithdrawal(kenmerk=assignment.assignment_id, reden=ending(assignment.reason))


def answer(reply: SupportReply) -> Answer:
    """ValueError where the word is not one of this language."""
    state, reason, outcome, finding = meant(reply.status, _ANSWERS, "status")
    return Answer(reply.kenmerk, state, reason=reason, outcome=outcome, finding=finding)
