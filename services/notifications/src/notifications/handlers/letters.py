"""Letters: queue one when something happened, put those to one mailbox together, and send what is queued."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog

from chassis import trace
from chassis.identity import new_id
from chassis.mail import MailNotTaken, MailRefused, MailServer
from chassis.transaction import Transaction
from contracts.intake import ReportRegistered
from contracts.monitoring import DeadlineMissed, EscalationRaised
from contracts.notifications import NotificationFailed, NotificationSent
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentQueried,
    AssignmentUndeliverable,
    Track,
)
from notifications.adapters import delivery_metrics
from notifications.adapters.contacts import Contacts
from notifications.adapters.letters import Letters
from notifications.domain.letters import (
    OPERATIONS,
    PARTNER,
    Addressee,
    Happening,
    Letter,
    Notification,
    NotNow,
    State,
    Undeliverable,
    bundled,
    end_of_term,
    failed,
    letter_about_silence,
    letter_to_reporter,
    postponed,
    sent,
)
from notifications.store import letters

LONGEST_TRY_SECONDS = 40
"""A try holds a transaction open, and PostgreSQL ends one that is idle for 60 seconds."""

MOST_IN_ONE_MAIL = 1000

log = structlog.get_logger()

Alert = AssignmentDeclined | AssignmentUndeliverable | AssignmentQueried | DeadlineMissed | EscalationRaised
Change = Callable[[Notification], Notification]


@dataclass(frozen=True, slots=True)
class Desk:
    """What notifications needs to write and send. `staff` are the addresses of the desk's own mailboxes, by name."""

    contacts: Contacts
    letters: Letters
    mail_server: MailServer
    staff: Mapping[str, str]


async def confirm(event: ReportRegistered, tx: Transaction) -> None:
    await letters.add_report(tx, event.report_id, reachable=event.reachable)
    if event.imported:
        return  # the desk confirmed it in its own time
    letter = letter_to_reporter(Happening.REGISTERED, reachable=event.reachable)
    _queue_for_reporter(tx, letter, event.report_id, about=event.report_id)


async def tell_taken_up(event: AssignmentAccepted, tx: Transaction) -> None:
    """Once per report: the letter is about the report, whoever is the first to take it up."""
    reachable = await letters.is_reachable(tx, event.report_id)
    letter = letter_to_reporter(Happening.ACCEPTED, reachable=reachable)
    _queue_for_reporter(tx, letter, event.report_id, about=event.report_id)


async def tell_step_taken(event: AssignmentAnswered, tx: Transaction) -> None:
    reachable = await letters.is_reachable(tx, event.report_id)
    care = event.track is Track.CARE
    letter = letter_to_reporter(Happening.ANSWERED, reachable=reachable, care=care)
    _queue_for_reporter(tx, letter, event.report_id, about=event.assignment_id)


async def alert(
    event: AssignmentDeclined | AssignmentUndeliverable | AssignmentQueried,
    tx: Transaction,
    letter: Letter,
) -> None:
    _queue_alert(tx, event, letter, OPERATIONS, about=event.assignment_id)


async def alert_missed(event: DeadlineMissed, tx: Transaction) -> None:
    about = end_of_term(event.deadline_id, event.due_at)
    _queue_alert(tx, event, Letter.MISSED, OPERATIONS, about)


async def alert_raised(event: EscalationRaised, tx: Transaction) -> None:
    """To whom the silence climbed: once for each end of a term."""
    letter, mailbox = letter_about_silence(event.rung, event.holder)
    about = end_of_term(event.deadline_id, event.due_at)
    _queue_alert(tx, event, letter, mailbox, about)


def _queue_for_reporter(tx: Transaction, letter: Letter | None, report_id: UUID, *, about: UUID) -> None:
    """A mail of its own: nobody but the reporter may read it."""
    if letter is not None:
        queued = _notification(tx, letter, report_id, about)
        letters.add(tx, replace(queued, bundle_id=queued.notification_id))


def _queue_alert(tx: Transaction, event: Alert, letter: Letter, mailbox: str, about: UUID) -> None:
    facts = event.model_dump(mode="json", by_alias=False, exclude={"report_id"}, exclude_none=True)
    queued = _notification(tx, letter, event.report_id, about)
    letters.add(tx, replace(queued, facts=facts, mailbox=mailbox))


def _notification(tx: Transaction, letter: Letter, report_id: UUID, about: UUID) -> Notification:
    return Notification(
        notification_id=new_id(),
        report_id=report_id,
        letter=letter,
        about=about,
        facts={},
        queued_at=tx.now,
        next_at=tx.now,
        traceparent=trace.current(),
    )


async def bundle_alerts(tx: Transaction, window: timedelta) -> bool:
    """Make one mail of what waits for one mailbox; whether there was any. A job.

    The first alert goes at once. What comes within the window after it goes together, when that is over. Which
    letters are in which mail is committed before it is sent, so that a mail that is tried again is the same mail.
    """
    mailbox = await letters.claim_mailbox(tx)
    if mailbox is None:
        return False
    letters.save(tx, bundled(await letters.list_loose(tx, mailbox, MOST_IN_ONE_MAIL), tx.now))
    await letters.hush(tx, mailbox, tx.now + window)
    return True


async def send_next(tx: Transaction, desk: Desk) -> bool:
    """Try the mail that is due longest; whether there was one. A job.

    A crash between the sending and the commit has it sent again, with the same Message-ID.
    """
    bundle = await letters.claim_next(tx)
    if not bundle:
        return False
    with trace.span(bundle[0].traceparent):
        change = await _try(bundle, tx, desk)
        tried = [change(one) for one in bundle]
        letters.save(tx, tried)
        for one in tried:
            _tell(one, tx)
    return True


def _tell(tried: Notification, tx: Transaction) -> None:
    if tried.state is State.SENT:
        tx.publish(NotificationSent.of(tried, sent_at=tx.now), tried.traceparent)
    elif tried.state is State.FAILED:
        delivery_metrics.LETTERS_FAILED.labels(tried.kind, tried.reason).inc()
        tx.publish(NotificationFailed.of(tried, failed_at=tx.now), tried.traceparent)


async def _try(bundle: Sequence[Notification], tx: Transaction, desk: Desk) -> Change:
    """What becomes of each letter of the mail."""
    about = {"mailbox": bundle[0].mailbox, "letters": len(bundle), "report_id": str(bundle[0].report_id)}
    try:
        async with asyncio.timeout(LONGEST_TRY_SECONDS):
            await _deliver(bundle, tx, desk)
    except (Undeliverable, MailRefused) as refusal:
        log.warning("mail given up", reason=str(refusal), **about)
        return partial(failed, reason=str(refusal), now=tx.now)
    except (NotNow, MailNotTaken) as trouble:
        log.info("mail postponed", reason=str(trouble), **about)
        return partial(postponed, reason=str(trouble), now=tx.now)
    except Exception as fault:  # noqa: BLE001  a fault of ours must not hold back the mail behind it
        # Its own words and its traceback may hold the address, so its name has to do.
        log.warning("mail not made", error=type(fault).__name__, **about)
        return partial(postponed, reason=type(fault).__name__, now=tx.now)
    return partial(sent, now=tx.now)


async def _deliver(bundle: Sequence[Notification], tx: Transaction, desk: Desk) -> None:
    addressee = await _addressee(bundle[0], desk)
    await desk.mail_server.send(desk.letters.write(bundle, addressee, tx.now))


async def _addressee(letter: Notification, desk: Desk) -> Addressee:
    """Who gets it, as is known now. What is for a partner without an address, operations must see to."""
    if letter.mailbox is None:
        return await desk.contacts.get(letter.report_id)
    if letter.mailbox.startswith(PARTNER):
        email = await desk.contacts.find_partner(letter.mailbox.removeprefix(PARTNER))
        return Addressee(email) if email else _operations(desk, letter.facts["holder_name"])
    return Addressee(desk.staff[letter.mailbox])


def _operations(desk: Desk, instead_of: str) -> Addressee:
    return Addressee(desk.staff[OPERATIONS], instead_of=instead_of)
