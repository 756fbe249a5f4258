"""The language for anybody: the hub's own words, in English."""

from contracts.partners import (
    PartnerAnswer,
    PartnerRequest,
    RequestAddress,
    RequestClarification,
    RequestReporter,
    RequestSignals,
    RequestWithdrawal,
)
from contracts.routing import DeclineReason, Outcome
from routing.adapters.view import View
from routing.adapters.wording import meant
from routing.domain.assignments import Answer, Assignment, State

_STATES = {
    state.value: state
    for state in (
        State.ACCEPTED,
        State.DECLINED,
        State.INFORMATION_NEEDED,
        State.IN_PROGRESS,
        State.ANSWERED,
    )
}
_REASONS = {reason.value: reason.value for reason in DeclineReason}
_OUTCOMES = {outcome.value: outcome.value for outcome in Outcome}
_FINDINGS = {
    finding: finding for finding in ("violation-found", "refused", "normalised", "moved", "handed-over")
}


def question(assignment: Assignment, view: View) -> PartnerRequest:
    """Whatever the covenant gives: this language can do without any of it."""
    return PartnerRequest(
        assignment_id=assignment.assignment_id,
        question=assignment.question,
        category=view.category,
        address=RequestAddress.model_validate(view.address, from_attributes=True) if view.address else None,
        story=view.story,
        signals=RequestSignals.model_validate(view.signals, from_attributes=True) if view.signals else None,
        reporter=RequestReporter.model_validate(view.reporter, from_attributes=True)
        if view.reporter
        else None,
        asked_at=assignment.offered_at,
        answer_before=assignment.due_at,
    )


def withdrawal(assignment: Assignment) -> RequestWithdrawal:
    """That a reporter took the report back is not for partners to know."""
    elsewhere = assignment.reason == "asked-elsewhere"
    return RequestWithdrawal(
        assignment_id=assignment.assignment_id, reason="asked-elsewhere" if elsewhere else "not-needed"
    )


def clarification(assignment: Assignment, text: str) -> RequestClarification:
    return RequestClarification(assignment_id=assignment.assignment_id, text=text)


def answer(said: PartnerAnswer) -> Answer:
    """ValueError where a word is not one of this language, or where one lacks that must go with the state."""
    state = meant(said.state, _STATES, "state")
    return Answer(
        assignment_id=said.assignment_id,
        state=state,
        reason=meant(said.reason, _REASONS, "reason") if state is State.DECLINED else None,
        outcome=meant(said.outcome, _OUTCOMES, "outcome") if state is State.ANSWERED else None,
        finding=meant(said.finding, _FINDINGS, "finding") if said.finding else None,
        note=said.note,
    )
