"""What routing does: assess a report, ask the partners, take their answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.calendar import Calendar, Term, Unit
from chassis.identity import new_id
from chassis.transaction import Transaction
from contracts.envelope import Message
from contracts.intake import ReportSubmitted
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentNoted,
    AssignmentOffered,
    AssignmentProgressed,
    AssignmentUndeliverable,
    FiredRule,
    ReportAssessed,
)
from routing import store
from routing.adapters import corporation, ggz, police
from routing.adapters.view import project
from routing.domain import (
    Answer,
    Assessment,
    Assignment,
    Facts,
    Partner,
    Policy,
    Request,
    State,
    assess,
    take,
    why_not,
)

LANGUAGES: Mapping[str, Callable[..., Message]] = {
    "police": police.question,
    "ggz": ggz.question,
    "corporation": corporation.question,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What routing needs to know to decide and to ask."""

    policy: Policy
    register: Mapping[str, Partner]
    calendar: Calendar


async def assess_report(report: ReportSubmitted, tx: Transaction, desk: Desk) -> None:
    """Decide by the policy, and offer every partner its own question. What was imported was asked long ago."""
    if report.imported:
        return
    assessment = assess(_facts(report), desk.policy)
    store.add_assessment(tx, report.report_id, report.category, assessment)
    tx.publish(_assessed(report, assessment, tx))
    asked = [
        _assignment(report, request, lead=request.partner == assessment.lead, tx=tx, desk=desk)
        for request in assessment.requests
    ]
    store.add_assignments(tx, asked)
    for assignment in asked:
        _offer(report, assignment, tx, desk)


async def take_answer(message: Any, tx: Transaction, desk: Desk, read: Callable[[Any], Answer]) -> None:
    """A partner answers, in its own language. NoSuchAssignment, NotYourAssignment, CannotFollow, ValueError."""
    answer = read(message)
    before = await store.get_assignment(tx, answer.assignment_id)
    assignment = take(before, answer, tx.sender)
    store.save_assignment(tx, assignment)
    about: dict[str, Any] = {"partner_name": desk.register[assignment.partner].name}
    match answer.state:
        case State.ACCEPTED:
            tx.publish(AssignmentAccepted.of(assignment, accepted_at=tx.now, **about))
        case State.IN_PROGRESS:
            tx.publish(AssignmentProgressed.of(assignment, progressed_at=tx.now, **about))
        case State.ANSWERED:
            tx.publish(AssignmentAnswered.of(assignment, outcome=answer.outcome, answered_at=tx.now, **about))
        case State.DECLINED:
            tx.publish(AssignmentDeclined.of(assignment, reason=answer.reason, declined_at=tx.now, **about))
    if answer.note:
        tx.publish(AssignmentNoted.of(assignment, text=answer.note, noted_at=tx.now, **about))


def _facts(report: ReportSubmitted) -> Facts:
    return Facts(
        category=report.category, tenure=report.reporter.tenure, **report.signals.model_dump(by_alias=False)
    )


def _assessed(report: ReportSubmitted, assessment: Assessment, tx: Transaction) -> ReportAssessed:
    return ReportAssessed(
        report_id=report.report_id,
        category=report.category,
        tracks=assessment.tracks,
        partners=tuple(request.partner for request in assessment.requests),
        policy_version=assessment.policy_version,
        rules=tuple(FiredRule(rule=rule, because=because) for rule, because in assessment.fired),
        assessed_at=tx.now,
    )


def _assignment(
    report: ReportSubmitted, request: Request, *, lead: bool, tx: Transaction, desk: Desk
) -> Assignment:
    amount, unit = request.term
    cannot = why_not(desk.register[request.partner], request.track)
    return Assignment(
        assignment_id=new_id(),
        report_id=report.report_id,
        partner=request.partner,
        track=request.track,
        lead=lead,
        question=request.question,
        state=State.UNDELIVERABLE if cannot else State.OFFERED,
        offered_at=tx.now,
        due_at=desk.calendar.end(Term(amount, Unit(unit)), tx.now),
    )


def _offer(report: ReportSubmitted, assignment: Assignment, tx: Transaction, desk: Desk) -> None:
    partner = desk.register[assignment.partner]
    covenant = partner.covenant(assignment.track)
    if partner.adapter is None or covenant is None:
        reason = why_not(partner, assignment.track)
        tx.publish(
            AssignmentUndeliverable.of(assignment, partner_name=partner.name, reason=reason, found_at=tx.now)
        )
        return
    tx.publish(AssignmentOffered.of(assignment, partner_name=partner.name, told_as=partner.told_as))
    tx.send(partner.id, LANGUAGES[partner.adapter](assignment, project(report, covenant)))
