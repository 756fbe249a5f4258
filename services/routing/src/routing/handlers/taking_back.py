"""Taking a question back from a partner, and seeing to it that somebody leads."""

from collections.abc import Sequence
from dataclasses import replace

from chassis.identity import new_id
from chassis.transaction import Transaction
from contracts.routing import AssignmentAppointed, AssignmentWithdrawn
from routing.domain.assignments import WITH_THE_PARTNER, Assignment, State, withdraw
from routing.domain.directing import next_to_lead
from routing.domain.policy import ASK_THE_DESK, DESK
from routing.handlers import reaching
from routing.handlers.asking import Desk, announce_undeliverable, end_of
from routing.store import assignments


def take_back(assignment: Assignment, reason: str, tx: Transaction, desk: Desk) -> Assignment:
    """The partner need not answer any more, and is told so if it was asked. It leads no more either.

    CannotFollow where it is over already.
    """
    after = withdraw(assignment, tx.now, reason)
    assignments.save(tx, after)
    partner = desk.register[assignment.partner]
    tx.publish(AssignmentWithdrawn.of(after, partner_name=partner.name, withdrawn_at=tx.now))
    if assignment.state in WITH_THE_PARTNER:
        reaching.take_back(partner, after, tx, desk.envelope)
    return after


async def keep_a_lead(asked: Sequence[Assignment], tx: Transaction, desk: Desk) -> None:
    """Of a report's assignments, as they are now, one leads: where all were taken back, the desk does."""
    if any(one.lead for one in asked):
        return
    await tx.flush()
    if found := next_to_lead(asked):
        appoint(found, tx, desk)
        return
    own = for_the_desk(asked[0], tx, desk)
    assignments.add(tx, [own])
    announce_undeliverable(own, tx, desk)


def appoint(assignment: Assignment, tx: Transaction, desk: Desk) -> None:
    """Give it the lead, which nobody has any more."""
    leading = replace(assignment, lead=True)
    assignments.save(tx, leading)
    name = desk.register[assignment.partner].name
    tx.publish(AssignmentAppointed.of(leading, partner_name=name, appointed_at=tx.now))


def for_the_desk(other: Assignment, tx: Transaction, desk: Desk) -> Assignment:
    """A question to the desk itself about the report of another assignment, leading."""
    return Assignment(
        assignment_id=new_id(),
        report_id=other.report_id,
        partner=DESK,
        part=DESK,
        track=other.track,
        lead=True,
        question=ASK_THE_DESK.question,
        state=State.UNDELIVERABLE,
        offered_at=tx.now,
        due_at=end_of(ASK_THE_DESK.term, tx, desk, None),
        changed_at=tx.now,
        reason="for-the-desk",
    )
