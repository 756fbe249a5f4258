"""What notifications does: queue a letter when something happened, and send what is queued."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

import structlog

from chassis import trace
from chassis.identity import new_id
from chassis.mail import MailNotTaken, MailRefused, MailServer
from chassis.transaction import Transaction
from contracts.intake import ReportRegistered
from contracts.monitoring import DeadlineMissed
from contracts.notifications import NotificationFailed, NotificationSent
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentQueried,
    AssignmentUndeliverable,
    Track,
)
from notifications import store
from notifications.adapters.contacts import Contacts
from notifications.adapters.letters import Letters
from notifications.domain import (
    Addressee,
    Happening,
    Letter,
    Notification,
    NotNow,
    State,
    Undeliverable,
    failed,
    letter_to_reporter,
    postponed,
    sent,
)

LONGEST_TRY_SECONDS = 40
"""A try holds a transaction open, and PostgreSQL ends one that is idle for 60 seconds."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Desk:
    """What notifications needs to write and send."""

    contacts: Contacts
    letters: Letters
    mail_server: MailServer
    operations: Addressee


async def confirm(event: ReportRegistered, tx: Transaction) -> None:
    await store.add_report(tx, event.report_id, reachable=event.reachable)
    if event.imported:
        return  # the desk confirmed it in its own time
    letter = letter_to_reporter(Happening.REGISTERED, reachable=event.reachable)
    await _queue(tx, letter, event.report_id, about=event.report_id)


async def tell_taken_up(event: AssignmentAccepted, tx: Transaction) -> None:
    """Once per report: the letter is about the report, whoever is the first to take it up."""
    reachable = await store.is_reachable(tx, event.report_id)
    letter = letter_to_reporter(Happening.ACCEPTED, reachable=reachable)
    await _queue(tx, letter, event.report_id, about=event.report_id)


async def tell_step_taken(event: AssignmentAnswered, tx: Transaction) -> None:
    reachable = await store.is_reachable(tx, event.report_id)
    care = event.track is Track.CARE
    letter = letter_to_reporter(Happening.ANSWERED, reachable=reachable, care=care)
    await _queue(tx, letter, event.report_id, about=event.assignment_id)


async def alert(
    event: AssignmentDeclined | AssignmentUndeliverable | AssignmentQueried | DeadlineMissed,
    tx: Transaction,
    letter: Letter,
) -> None:
    facts = event.model_dump(mode="json", by_alias=False, exclude={"report_id"}, exclude_none=True)
    await _queue(tx, letter, event.report_id, about=UUID(event.subject), facts=facts)


async def _queue(
    tx: Transaction,
    letter: Letter | None,
    report_id: UUID,
    *,
    about: UUID,
    facts: dict[str, str] | None = None,
) -> None:
    if letter is None:
        return
    store.add(
        tx,
        Notification(
            notification_id=new_id(),
            report_id=report_id,
            letter=letter,
            about=about,
            facts=facts or {},
            queued_at=tx.now,
            next_at=tx.now,
            traceparent=trace.current(),
        ),
    )


async def send_next(tx: Transaction, desk: Desk) -> bool:
    """Try the notification that is due longest; whether there was one.

    A crash between the sending and the commit has it sent again, with the same Message-ID.
    """
    queued = await store.claim_next(tx)
    if queued is None:
        return False
    with trace.span(queued.traceparent):
        tried = await _try(queued, tx, desk)
        await store.save(tx, tried)
        if tried.state is State.SENT:
            tx.publish(NotificationSent.of(tried, sent_at=tx.now))
        elif tried.state is State.FAILED:
            tx.publish(NotificationFailed.of(tried, failed_at=tx.now))
    return True


async def _try(queued: Notification, tx: Transaction, desk: Desk) -> Notification:
    try:
        async with asyncio.timeout(LONGEST_TRY_SECONDS):
            await _deliver(queued, tx, desk)
    except (Undeliverable, MailRefused) as refusal:
        return failed(queued, str(refusal), tx.now)
    except (NotNow, MailNotTaken) as trouble:
        log.info("mail postponed", report_id=str(queued.report_id), reason=str(trouble))
        return postponed(queued, str(trouble), tx.now)
    except Exception as fault:  # noqa: BLE001  a fault of ours must not hold back the mail behind it
        # Its own words and its traceback may hold the address, so its name has to do.
        log.warning("mail not made", report_id=str(queued.report_id), error=type(fault).__name__)
        return postponed(queued, type(fault).__name__, tx.now)
    return sent(queued, tx.now)


async def _deliver(queued: Notification, tx: Transaction, desk: Desk) -> None:
    if queued.letter.is_for_operations:
        addressee = desk.operations
    else:
        addressee = await desk.contacts.get(queued.report_id)
    await desk.mail_server.send(desk.letters.write(queued, addressee, tx.now))
