"""Asking a partner: an assignment, and the question in the partner's own language with its own fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.calendar import HERE, Calendar, Term, Unit
from chassis.identity import new_id
from chassis.pseudonyms import Pseudonyms
from chassis.transaction import Transaction
from chassis.version_handlers import InForce
from contracts.intake import ReportSubmitted
from contracts.routing import AssignmentHeld, AssignmentOffered, AssignmentUndeliverable
from routing.adapters.envelope import Envelope
from routing.adapters.opening import opening_of
from routing.adapters.view import project
from routing.domain.assignments import Assignment, State
from routing.domain.facts import Facts
from routing.domain.partners import Hindrance, Partner, choose, hindrance
from routing.domain.policy import DESK, Policy, Request
from routing.handlers import reaching
from routing.store import assignments


@dataclass(frozen=True, slots=True)
class Desk:
    """What routing needs to know to decide and to ask."""

    in_force: InForce[Policy]
    register: Mapping[str, Partner]
    calendar: Calendar
    pseudonyms: Pseudonyms
    envelope: Envelope


NOBODY_HERE = Hindrance("not-connected", "Het register noemt hier geen partner voor: kies er zelf een.")


def new_assignment(
    report_id: UUID, request: Request, facts: Facts, tx: Transaction, desk: Desk, *, lead: bool, state: State
) -> Assignment:
    """For who plays the part at this place; for the desk where nobody does."""
    partner = choose(request.part, facts.area, facts.owner, desk.register.values())
    cannot = why_not(partner, request.track, tx)
    term = partner.term(request) if partner else request.term
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
        due_at=end_of(term, tx, desk, partner),
        changed_at=tx.now,
        reason=cannot.code if cannot else None,
    )


def end_of(term: tuple[int, str], tx: Transaction, desk: Desk, partner: Partner | None) -> datetime:
    """When a term is over, from now, by the days on which the partner is open; for none, or where it says none, the desk."""
    amount, unit = term
    opening = (partner and opening_of(partner)) or opening_of(desk.register[DESK])
    return desk.calendar.opened(opening).end(Term(amount, Unit(unit)), tx.now)


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
    if not partner.is_connected or covenant is None:
        raise LookupError(f"{partner.id} cannot be asked on the {assignment.track} track")
    tx.publish(
        AssignmentOffered.of(
            assignment,
            partner_name=partner.name,
            told_as=partner.told_as,
            hears_clocks=partner.hears_clocks,
        )
    )
    reaching.ask(partner, assignment, project(report, covenant), tx, desk.envelope)


def announce_undeliverable(assignment: Assignment, tx: Transaction, desk: Desk) -> None:
    name, why = desk.register[assignment.partner].name, why_not_asked(assignment, tx, desk)
    tx.publish(AssignmentUndeliverable.of(assignment, partner_name=name, why=why, found_at=tx.now))


def why_not_asked(assignment: Assignment, tx: Transaction, desk: Desk) -> str | None:
    """Why a person must ask it, as a sentence; none where that is over by now."""
    if assignment.partner == DESK and assignment.part != DESK:
        return NOBODY_HERE.why
    found = why_not(desk.register[assignment.partner], assignment.track, tx)
    return found.why if found else None


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
