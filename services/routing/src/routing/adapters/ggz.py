"""The language of mental-health care: HL7 FHIR R4. What comes back is taken up, not taken up, or closed."""

from contracts.partners import (
    Annotation,
    CareRequest,
    CareStatus,
    CareTask,
    CareWithdrawal,
    Coding,
    Concept,
    Identifier,
    Period,
    Reference,
)
from routing.adapters.view import View
from routing.domain.assignments import Answer, Assignment, State

CATEGORIES = "urn:nl:woonoverlast:categorie"

_STATES = {
    CareStatus.ACCEPTED: State.ACCEPTED,
    CareStatus.IN_PROGRESS: State.IN_PROGRESS,
    CareStatus.COMPLETED: State.ANSWERED,
    CareStatus.REJECTED: State.DECLINED,
}


def question(assignment: Assignment, view: View) -> CareRequest:
    if view.address is None or view.category is None:
        raise ValueError("care is asked about an address and a kind of worry")
    where = view.address
    number = f"{where.house_number}{where.addition or ''}"
    return CareRequest(
        id=assignment.assignment_id,
        identifier=(Identifier(value=assignment.assignment_id),),
        code=Concept(coding=(Coding(system=CATEGORIES, code=view.category),), text=assignment.question),
        subject_=Reference(
            display=f"Bewoner van {where.street or ''} {number}, {where.postcode}".replace("  ", " ")
        ),
        requester=Reference(display="Meld- en Steunpunt Woonoverlast"),
        authored_on=assignment.offered_at,
        occurrence_period=Period(start=assignment.offered_at, end=assignment.due_at),
        note=(Annotation(text=view.story),) if view.story else (),
    )


def withdrawal(assignment: Assignment) -> CareWithdrawal:
    """Why is left out: FHIR has no place for it that care would read."""
    return CareWithdrawal(
        id=assignment.assignment_id,
        identifier=(Identifier(value=assignment.assignment_id),),
        subject_=Reference(display="Zie het verzoek"),
    )


def answer(task: CareTask) -> Answer:
    """Never a note: care content stays with care."""
    state = _STATES[task.status]
    return Answer(
        assignment_id=task.based_on[0].identifier.value,
        state=state,
        reason="other" if state is State.DECLINED else None,
        outcome="closed" if state is State.ANSWERED else None,
    )
