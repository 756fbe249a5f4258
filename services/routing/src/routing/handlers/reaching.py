"""Reaching a partner by its own channel: with a question, and with what comes after it."""

from chassis import trace
from chassis.identity import new_id
from chassis.transaction import Transaction
from contracts.envelope import Message
from routing.adapters.envelope import Envelope
from routing.adapters.languages import LANGUAGES
from routing.adapters.view import View, written
from routing.domain.assignments import Assignment
from routing.domain.deliveries import Delivery, Kind
from routing.domain.partners import Channel, Partner
from routing.store import deliveries, links


def ask(partner: Partner, assignment: Assignment, view: View, tx: Transaction, envelope: Envelope) -> None:
    """ValueError where the view lacks what the partner's language cannot do without."""
    if partner.channel is Channel.MAIL:
        links.add(tx, assignment.assignment_id, written(view), assignment.link_ends_at)
        _deliver(partner, assignment, Kind.QUESTION, None, tx, envelope)
    elif partner.adapter:
        question = LANGUAGES[partner.adapter].question(assignment, view, partner)
        _say(partner, assignment, Kind.QUESTION, question, tx, envelope)


def take_back(partner: Partner, assignment: Assignment, tx: Transaction, envelope: Envelope) -> None:
    """Tell that no answer is needed any more."""
    if partner.channel is Channel.MAIL:
        links.close(tx, assignment.assignment_id)
        _deliver(partner, assignment, Kind.WITHDRAWAL, None, tx, envelope)
    elif partner.adapter:
        withdrawal = LANGUAGES[partner.adapter].withdrawal(assignment)
        _say(partner, assignment, Kind.WITHDRAWAL, withdrawal, tx, envelope)


def follow_up(
    partner: Partner, assignment: Assignment, message: Message, tx: Transaction, envelope: Envelope
) -> None:
    """Say what comes after the question, in the partner's language."""
    _say(partner, assignment, Kind.SEQUEL, message, tx, envelope)


def _say(
    partner: Partner,
    assignment: Assignment,
    kind: Kind,
    message: Message,
    tx: Transaction,
    envelope: Envelope,
) -> None:
    if partner.channel is Channel.QUEUE:
        tx.send(partner.id, message)
    else:
        _deliver(partner, assignment, kind, message, tx, envelope)


def _deliver(
    partner: Partner,
    assignment: Assignment,
    kind: Kind,
    message: Message | None,
    tx: Transaction,
    envelope: Envelope,
) -> None:
    event_id = new_id()
    deliveries.add(
        tx,
        Delivery(
            event_id=event_id,
            assignment_id=assignment.assignment_id,
            partner=partner.id,
            channel=partner.channel,
            kind=kind,
            body=envelope.around(message, event_id, tx.now) if message else None,
            traceparent=trace.current(),
            created_at=tx.now,
            next_at=tx.now,
        ),
    )
