"""Taking a question back from a partner."""

from chassis.transaction import Transaction
from contracts.routing import AssignmentWithdrawn
from routing.domain.assignments import WITH_THE_PARTNER, Assignment, withdraw
from routing.handlers import reaching
from routing.handlers.asking import Desk
from routing.store import assignments


def take_back(assignment: Assignment, reason: str, tx: Transaction, desk: Desk) -> None:
    """The partner need not answer any more, and is told so if it was asked. CannotFollow where it is over already."""
    after = withdraw(assignment, tx.now, reason)
    assignments.save(tx, after)
    partner = desk.register[assignment.partner]
    tx.publish(AssignmentWithdrawn.of(after, partner_name=partner.name, withdrawn_at=tx.now))
    if assignment.state in WITH_THE_PARTNER:
        reaching.take_back(partner, after, tx, desk.envelope)
