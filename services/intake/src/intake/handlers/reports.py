"""What intake does: write a report down, once."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from uuid import UUID

from chassis.calendar import Calendar, Term
from chassis.database import Database
from chassis.group_commit import GroupCommit
from chassis.identity import new_id
from chassis.limiting import Limits, parse
from chassis.transaction import Transaction
from contracts.intake import Channel, ReportRegistered, ReportSubmitted, ReportTold
from contracts.routing import ReportWanted
from intake.adapters import language
from intake.adapters.address_book import AddressBook
from intake.adapters.categories import Categories
from intake.adapters.new_report import NewReport
from intake.domain.addresses import KnownAddress, place
from intake.domain.questions import UnknownAnswer, UnknownQuestion, answers, signals_of
from intake.domain.reports import (
    KeyOwner,
    KeyUsedBefore,
    Receipt,
    Report,
    Reporter,
    Signals,
    UnknownCategory,
    is_reachable,
    receipt,
    reference,
    without_person,
)
from intake.handlers.evidence import link_evidence
from intake.handlers.known import find_repeated
from intake.store import pins
from intake.store import reports as store

KEYS_LAST = timedelta(days=7)
PER_ADDRESS = parse("30 per day")


@dataclass(frozen=True, slots=True)
class Desk:
    """What intake needs to know to write a report down."""

    addresses: AddressBook
    categories: Categories
    calendar: Calendar
    hear_within: Term
    attachments_per_report: int


@dataclass(frozen=True, slots=True)
class Submission:
    """A report as somebody sent it, with the key they gave it, the trace it came in, and the hash of its PIN."""

    new: NewReport
    key: str | None
    traceparent: str | None
    pin_hash: str | None = None

    @property
    def digest(self) -> str:
        return sha256(self.new.model_dump_json().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Placed:
    """A submission, and what the address book knows of its address."""

    submission: Submission
    known: KnownAddress | None


class Together:
    """Writes reports down in groups. Each address is looked up before: a slow book holds nobody else up.

    About one address 30 reports a day are taken, except from who answers the phone: a person judges there.
    """

    def __init__(self, database: Database, desk: Desk, limits: Limits) -> None:
        self._addresses = desk.addresses
        self._limits = limits
        self._group = GroupCommit[Placed, Receipt](database, partial(accept_reports, desk=desk))

    async def do(self, submission: Submission) -> Receipt:
        """The receipt once it is committed. UnknownCategory, KeyUsedBefore, TooOften."""
        where = submission.new.address
        if submission.new.channel is not Channel.PHONE:
            key = place(where.postcode, where.house_number, where.addition, None).key
            await self._limits.spend(PER_ADDRESS, "address", key)
        known = await self._addresses.find(where.postcode, where.house_number, where.addition)
        return await self._group.do(Placed(submission, known))


async def accept_reports(placed: Sequence[Placed], tx: Transaction, desk: Desk) -> list[Receipt | Exception]:
    """Write reports down and announce them: for each its receipt, or why it is refused.

    The same key with the same body gives the first receipt again. Refusals are UnknownCategory, UnknownQuestion,
    UnknownAnswer, and KeyUsedBefore where the key came with another body. AttachmentNotFree and TooManyAttachments
    are raised: the batch is then done one by one.
    """
    batch = [one.submission for one in placed]
    drafts = [_draft(one, tx, desk) for one in placed]
    written = [(s, draft) for s, draft in zip(batch, drafts, strict=True) if isinstance(draft, Report)]
    owners = await store.claim_keys(
        tx, [(s.key, s.digest, draft.report_id) for s, draft in written if s.key is not None]
    )
    new = [
        (s, report) for s, report in written if s.key is None or owners[s.key].report_id == report.report_id
    ]
    repeats = await find_repeated([report for _, report in new], tx)
    await store.add(tx, [report for _, report in new])
    await pins.add(tx, [(report.report_id, s.pin_hash) for s, report in new if s.pin_hash])
    for submission, report in new:
        await link_evidence(tx, report.report_id, submission.new.attachments, desk.attachments_per_report)
    for submission, report in new:
        beside = {
            "joins": submission.new.joins,
            "repeats": repeats.get(report.report_id),
            "attachments": submission.new.attachments,
        }
        tx.publish(ReportSubmitted.of(report, **beside), submission.traceparent)
        tx.publish(ReportRegistered.of(report, reachable=is_reachable(report)), submission.traceparent)
    receipts = {report.report_id: receipt(report) for _, report in new}
    earlier = {owner.report_id for owner in owners.values()} - receipts.keys()
    receipts |= await store.get_receipts(tx, earlier)
    return [
        draft if isinstance(draft, Exception) else _answer(s, draft, owners, receipts)
        for s, draft in zip(batch, drafts, strict=True)
    ]


async def tell_again(wanted: ReportWanted, tx: Transaction) -> None:
    """Routing keeps no report, and asks for it when there is more to ask a partner. NoSuchReport."""
    tx.publish(ReportTold.of(await store.get(tx, wanted.report_id)))


def _answer(
    submission: Submission, draft: Report, owners: Mapping[str, KeyOwner], receipts: Mapping[UUID, Receipt]
) -> Receipt | Exception:
    if submission.key is None:
        return receipts[draft.report_id]
    owner = owners[submission.key]
    if owner.digest != submission.digest:
        return KeyUsedBefore("Use a new Idempotency-Key for another report, or send the first body again.")
    return receipts[owner.report_id]


def key_of(sender: str, key: str) -> str:
    """A sender's own key: no key has a space in it, so it is nobody else's."""
    return f"{sender} {key}"


def key_of_event(source: str, event_id: str) -> str:
    """The key of an event: whoever publishes never gives one source and id to two of them."""
    return "event:" + sha256(f"{source}\n{event_id}".encode()).hexdigest()


async def forget_keys(tx: Transaction) -> bool:
    """A key is remembered for a week: a job, done when nothing is more to do."""
    await store.delete_keys(tx, before=tx.now - KEYS_LAST)
    return False


def _draft(placed: Placed, tx: Transaction, desk: Desk) -> Report | Exception:
    try:
        return write_up(placed.submission.new, placed.known, tx.now, desk)
    except (UnknownCategory, UnknownQuestion, UnknownAnswer) as refusal:
        return refusal


def write_up(new: NewReport, known: KnownAddress | None, now: datetime, desk: Desk) -> Report:
    """A report from what came in and what the address book knows of its address.

    UnknownCategory, UnknownQuestion, UnknownAnswer.
    """
    where, who = new.address, new.reporter
    category = desk.categories.check(new.category)
    questions = desk.categories.questions(category)
    return Report(
        report_id=new_id(),
        reference=reference(secrets.randbits(40)),
        category=category,
        category_name=desk.categories.categories[category].name.nl,
        channel=new.channel,
        received_at=now,
        story=new.story,
        address=place(where.postcode, where.house_number, where.addition, known),
        area=known.area if known else None,
        reporter=without_person(Reporter(who.name, who.phone, who.email, who.anonymous, who.tenure)),
        signals=Signals(**new.signals.model_dump() | dict.fromkeys(signals_of(questions, new.given), True)),
        answers=answers(questions, new.given),
        hear_by=desk.calendar.end(desk.hear_within, now),
        language=new.language or language.detect(new.story),
        story_as_sent=new.story_as_sent,
    )
