"""Alerts for webhooks: kept when heard; claimed in one transaction, posted in none, written down in another."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from chassis import trace
from chassis.consumer import backoff
from chassis.database import Database
from chassis.posting import Poster, PostNotTaken, PostRefused
from chassis.transaction import Transaction
from contracts.envelope import CloudEvent, Message
from notifications.adapters import delivery_metrics
from notifications.domain.webhooks import Delivery, Stage, Webhook, pause
from notifications.store import outlets, webhooks

log = structlog.get_logger()

AT_ONCE = 8
LEASE = timedelta(minutes=2)
"""Longer than any attempt lasts: who is not back by then has died."""

KEPT = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The webhooks there are, and after how long what one does not take is given up."""

    webhooks: Sequence[Webhook]
    give_up_after: timedelta


async def keep_for_webhooks(event: Message, tx: Transaction, outgoing: Outgoing) -> None:
    """Each webhook that wants it gets it, as it was heard and once."""
    for webhook in outgoing.webhooks:
        if event.name in webhook.alerts:
            webhooks.add(
                tx,
                Delivery(
                    webhook=webhook.name,
                    event_id=tx.event.id,
                    name=event.name,
                    body=_for_others(tx.event),
                    traceparent=trace.current(),
                    created_at=tx.now,
                    next_at=tx.now,
                ),
            )


def _for_others(event: CloudEvent) -> str:
    """As it was heard, without what only the hub's own readers have a use for."""
    return event.model_copy(update={"follows": None}).model_dump_json(exclude_none=True)


async def deliver(database: Database, webhook: Webhook, poster: Poster, give_up_after: timedelta) -> bool:
    """Post what is due to one webhook; whether there was anything. A job.

    Who dies between posting and writing down posts it again, with the same id.
    """
    async with database.transaction() as tx:
        claimed = await webhooks.claim(tx, webhook.name, AT_ONCE, LEASE, give_up_after)
    tries = (_try(one, poster, database) for one in claimed)
    for outcome in await asyncio.gather(*tries, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
    return bool(claimed)


async def _try(delivery: Delivery, poster: Poster, database: Database) -> None:
    with trace.span(delivery.traceparent):
        headers = {"traceparent": trace.current() or ""}
        try:
            await poster.send(delivery.event_id, delivery.body.encode(), database.clock(), headers)
        except PostRefused as refusal:
            await _give_up(delivery, str(refusal), database)
        except PostNotTaken as trouble:
            await _postpone(delivery, str(trouble), trouble.wait, database)
        except Exception as fault:  # noqa: BLE001  whatever it is, it is tried again
            await _postpone(delivery, type(fault).__name__, None, database)
        else:
            async with database.transaction() as tx:
                await webhooks.settle(tx, delivery, Stage.DELIVERED)


async def _postpone(delivery: Delivery, why: str, asked: timedelta | None, database: Database) -> None:
    async with database.transaction() as tx:
        until = tx.now + pause(backoff(delivery.attempts), asked)
        await webhooks.postpone(tx, delivery, until, why)
    log.info("alert postponed", webhook=delivery.webhook, attempts=delivery.attempts, why=why)


async def _give_up(delivery: Delivery, why: str, database: Database) -> None:
    async with database.transaction() as tx:
        was_ours = await webhooks.settle(tx, delivery, Stage.GIVEN_UP, why)
    if was_ours:
        _count_lost(delivery.webhook, 1)


async def give_up_overdue(tx: Transaction, outgoing: Outgoing) -> bool:
    """Let go of what was tried for long enough, and of webhooks that are no more. A job."""
    names = [webhook.name for webhook in outgoing.webhooks]
    for webhook, many in (await webhooks.give_up_overdue(tx, names, outgoing.give_up_after)).items():
        _count_lost(webhook, many)
    return False


def _count_lost(webhook: str, many: int) -> None:
    delivery_metrics.WEBHOOK_GIVEN_UP.labels(webhook).inc(many)
    log.warning("alerts given up", webhook=webhook, count=many)


async def count_deliveries(tx: Transaction, outgoing: Outgoing) -> bool:
    """Say what waits to go out, for the metrics; and forget what was settled long ago. A job."""
    waiting = {outlet.name: outlet.waiting for outlet in await outlets.list_webhooks(tx)}
    names = [webhook.name for webhook in outgoing.webhooks]
    delivery_metrics.show_webhooks({name: waiting.get(name, 0) for name in names})
    many, since = await outlets.waiting_letters(tx)
    delivery_metrics.show_letters(many, tx.now - since if since else timedelta())
    await webhooks.forget(tx, tx.now - KEPT)
    return False
