"""Taking a question back from a partner."""

from chassis.transaction import Transaction
from contracts.routing import AssignmentWithdrawn
from routing.domain.assignments import Assignment, withdraw
from routing.handlers.asking import Desk
from routing.store import assignments


def take_back(assignment: Assignment, reason: str, tx: Transaction, desk: Desk) -> None:
    """The partner need not answer any more. CannotFollow where it is over already."""
    after = withdraw(assignment, tx.now, reason)
    assignments.save(tx, after)
    name = desk.register[assignment.partner].name
    tx.publish(AssignmentWithdrawn.of(after, partner_name=name, withdrawn_at=tx.now))
