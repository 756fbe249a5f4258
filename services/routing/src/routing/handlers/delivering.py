"""Delivering over HTTPS and by mail: claimed in one transaction, sent in none, written down in another."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial

import structlog

from chassis import trace
from chassis.consumer import backoff
from chassis.database import Database
from chassis.mail import MailNotTaken, MailRefused, MailServer
from chassis.metrics import DELIVERIES, DELIVERIES_FAILED
from chassis.posting import PostNotTaken, PostRefused
from chassis.transaction import Transaction
from contracts.routing import AssignmentUndeliverable
from routing.adapters.link_mail import LinkMail, Written
from routing.adapters.push import Push
from routing.domain.assignments import State, undeliver
from routing.domain.deliveries import Delivery, Kind, Stage
from routing.domain.partners import Partner
from routing.handlers import links
from routing.handlers.asking import Desk
from routing.store import assignments, deliveries
from routing.store import links as kept_links

log = structlog.get_logger()

AT_ONCE = 8
LEASE = timedelta(minutes=2)
"""Longer than any attempt lasts: who is not back by then has died."""

KEPT = timedelta(days=35)
Send = Callable[[], Awaitable[None]]
Carrier = Push | LinkMail


async def deliver(
    database: Database, receiver: Partner, carrier: Carrier, mail_server: MailServer, desk: Desk
) -> bool:
    """Send what is due to one partner; whether there was anything. Who dies between sending and writing down sends it again."""
    async with database.transaction() as tx:
        claimed = await deliveries.claim(tx, receiver, AT_ONCE, LEASE)
        ready = [(one, await _prepare(one, carrier, mail_server, tx)) for one in claimed]
    tries = (_try(one, send, database, desk) for one, send in ready if send)
    for outcome in await asyncio.gather(*tries, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
    return bool(claimed)


async def _prepare(
    delivery: Delivery, carrier: Carrier, mail_server: MailServer, tx: Transaction
) -> Send | None:
    """What to do to send it; none where it was taken back before it went out, and nobody need hear of it."""
    assignment = await assignments.look(tx, delivery.assignment_id)
    first_question = delivery.kind is Kind.QUESTION and delivery.attempts == 1
    if first_question and assignment.state is State.WITHDRAWN:
        await deliveries.drop(tx, delivery.assignment_id)
        return None
    if isinstance(carrier, Push):
        return partial(carrier.send, delivery.event_id, delivery.body or b"", tx.now, delivery.traceparent)
    token = links.new_token(assignment, tx) if delivery.kind is Kind.QUESTION else None
    return partial(mail_server.send, carrier.write(Written(delivery, assignment, token), tx.now))


async def _try(delivery: Delivery, send: Send, database: Database, desk: Desk) -> None:
    with trace.span(delivery.traceparent):
        try:
            await send()
        except (PostRefused, MailRefused) as refusal:
            await _write_refusal(delivery, str(refusal), database, desk)
        except Exception as trouble:  # noqa: BLE001  whatever it is, it is tried again
            await _postpone(delivery, trouble, database)
        else:
            async with database.transaction() as tx:
                await deliveries.settle(tx, delivery, Stage.DELIVERED)


async def _postpone(delivery: Delivery, trouble: Exception, database: Database) -> None:
    """A fault of ours by its name alone: its own words may hold what was sent."""
    known = isinstance(trouble, PostNotTaken | MailNotTaken)
    why = str(trouble) if known else type(trouble).__name__
    asked = trouble.wait if isinstance(trouble, PostNotTaken) else None
    pause = max(backoff(delivery.attempts), asked or timedelta())
    async with database.transaction() as tx:
        await deliveries.postpone(tx, delivery, tx.now + pause, why)
    log.info("delivery postponed", partner=delivery.partner, attempts=delivery.attempts, why=why)


async def _write_refusal(delivery: Delivery, why: str, database: Database, desk: Desk) -> None:
    async with database.transaction() as tx:
        name = _name(delivery, desk)
        await _give_up(delivery, why, f"{name} neemt deze vraag niet aan: vraag het zelf.", tx, desk)


async def give_up_overdue(tx: Transaction, desk: Desk) -> bool:
    """Let go of what could not be delivered for a day, so that a person asks; a job."""
    reached = [(partner.id, partner.channel) for partner in desk.register.values()]
    overdue = await deliveries.overdue(tx, reached, AT_ONCE)
    for one in overdue:
        name = _name(one, desk)
        await _give_up(one, "overdue", f"{name} was een dag lang niet te bereiken: vraag het zelf.", tx, desk)
    return bool(overdue)


async def _give_up(delivery: Delivery, why: str, told: str, tx: Transaction, desk: Desk) -> None:
    """With what waits behind it; and a person hears of a question that the partner does not have."""
    before = await assignments.get(tx, delivery.assignment_id)
    if not await deliveries.settle(tx, delivery, Stage.GIVEN_UP, why):
        return
    DELIVERIES_FAILED.labels(delivery.partner, delivery.kind).inc()
    log.warning("delivery given up", partner=delivery.partner, kind=delivery.kind, why=why)
    if delivery.kind is not Kind.QUESTION:
        return
    await deliveries.drop(tx, delivery.assignment_id)
    kept_links.close(tx, delivery.assignment_id)
    after = undeliver(before, tx.now, "not-connected")
    if after:
        assignments.save(tx, after)
        name = _name(delivery, desk)
        tx.publish(AssignmentUndeliverable.of(after, partner_name=name, why=told, found_at=tx.now))


def _name(delivery: Delivery, desk: Desk) -> str:
    partner = desk.register.get(delivery.partner)
    return partner.name if partner else delivery.partner


async def count_deliveries(tx: Transaction, register: Mapping[str, Partner]) -> bool:
    """Say how many wait, for the metrics; and forget what was delivered long ago. A job."""
    waiting = await deliveries.count_waiting(tx)
    for partner in waiting.keys() | register.keys():
        DELIVERIES.labels(partner).set(waiting.get(partner, 0))
        for kind in Kind:
            DELIVERIES_FAILED.labels(partner, kind)  # from nought, so that the first is seen
    await deliveries.forget(tx, tx.now - KEPT)
    return False
