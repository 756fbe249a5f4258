"""Asking a partner: an assignment, and the question in the partner's own language with its own fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from chassis.calendar import HERE, Calendar, Term, Unit
from chassis.identity import new_id
from chassis.pseudonyms import Pseudonyms
from chassis.transaction import Transaction
from contracts.intake import ReportSubmitted
from contracts.routing import AssignmentHeld, AssignmentOffered, AssignmentUndeliverable
from routing.adapters.in_force import InForce
from routing.adapters.languages import LANGUAGES
from routing.adapters.view import project
from routing.domain.assignments import Assignment, State
from routing.domain.facts import Facts
from routing.domain.partners import Hindrance, Partner, choose, hindrance
from routing.domain.policy import DESK, Request
from routing.store import assignments


@dataclass(frozen=True, slots=True)
class Desk:
    """What routing needs to know to decide and to ask."""

    in_force: InForce
    register: Mapping[str, Partner]
    calendar: Calendar
    pseudonyms: Pseudonyms


NOBODY_HERE = Hindrance("not-connected", "Het register noemt hier geen partner voor: kies er zelf een.")


def new_assignment(
    report_id: UUID, request: Request, facts: Facts, tx: Transaction, desk: Desk, *, lead: bool, state: State
) -> Assignment:
    """For who plays the part at this place; for the desk where nobody does."""
    partner = choose(request.part, facts.area, facts.owner, desk.register.values())
    cannot = why_not(partner, request.track, tx)
    amount, unit = request.term
    return Assignment(
        assignment_id=new_id(),
        report_id=report_id,
        partner=partner.id if partner else DESK,
        part=request.part,
        track=request.track,
        lead=lead,
        question=request.question,
        state=State.UNDELIVERABLE if cannot else state,
        offered_at=tx.now,
        due_at=desk.calendar.end(Term(amount, Unit(unit)), tx.now),
        changed_at=tx.now,
        reason=cannot.code if cannot else None,
    )


def why_not(partner: Partner | None, track: str, tx: Transaction) -> Hindrance | None:
    """Why the hub cannot ask this partner today; none where it can."""
    if partner is None:
        return NOBODY_HERE
    return hindrance(partner, track, tx.now.astimezone(HERE).date())


def announce(report: ReportSubmitted, assignment: Assignment, tx: Transaction, desk: Desk) -> None:
    """Offer it to the partner, or say why it cannot be."""
    partner = desk.register[assignment.partner]
    if assignment.state is State.UNDELIVERABLE:
        announce_undeliverable(assignment, tx, desk)
        return
    covenant = partner.covenant(assignment.track, tx.now.astimezone(HERE).date())
    if partner.adapter is None or covenant is None:
        raise LookupError(f"{partner.id} cannot be asked on the {assignment.track} track")
    tx.publish(AssignmentOffered.of(assignment, partner_name=partner.name, told_as=partner.told_as))
    tx.send(partner.id, LANGUAGES[partner.adapter].question(assignment, project(report, covenant)))


def announce_undeliverable(assignment: Assignment, tx: Transaction, desk: Desk) -> None:
    partner = desk.register[assignment.partner]
    found = why_not(partner, assignment.track, tx)
    why = NOBODY_HERE.why if partner.id == DESK and assignment.part != DESK else found.why if found else None
    name = partner.name
    tx.publish(AssignmentUndeliverable.of(assignment, partner_name=name, why=why, found_at=tx.now))


def announce_held(assignment: Assignment, because: str, tx: Transaction, desk: Desk) -> None:
    name = desk.register[assignment.partner].name
    tx.publish(AssignmentHeld.of(assignment, partner_name=name, because=because, held_at=tx.now))


async def offer_prepared(report: ReportSubmitted, tx: Transaction, desk: Desk) -> None:
    """A report was told again: ask what waits for it. A covenant may have ended since it was decided."""
    for assignment in await assignments.list_about(tx, report.report_id, lock=True):
        if assignment.state is not State.PREPARED:
            continue
        cannot = why_not(desk.register[assignment.partner], assignment.track, tx)
        state, reason = (State.UNDELIVERABLE, cannot.code) if cannot else (State.OFFERED, None)
        now = replace(assignment, state=state, reason=reason, changed_at=tx.now)
        assignments.save(tx, now)
        announce(report, now, tx, desk)
