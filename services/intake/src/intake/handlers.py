"""What intake does: write a report down, once."""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from chassis.identity import new_id
from chassis.transaction import Transaction
from contracts.intake import ReportRegistered, ReportSubmitted
from intake import store
from intake.adapters.address_book import AddressBook
from intake.adapters.categories import Categories
from intake.adapters.new_report import NewReport
from intake.domain import (
    KeyUsedBefore,
    Receipt,
    Report,
    Reporter,
    Signals,
    is_reachable,
    place,
    reference,
    without_person,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What intake needs to know to write a report down."""

    addresses: AddressBook
    categories: Categories


async def accept_report(new: NewReport, key: str | None, tx: Transaction, desk: Desk) -> Receipt:
    """Write a report down and announce it. The same key with the same body gives the first receipt again.

    UnknownCategory; KeyUsedBefore where the key came with another body.
    """
    report = await _report(new, tx, desk)
    if key is not None:
        digest = sha256(new.model_dump_json().encode()).hexdigest()
        first_digest, report_id = await store.claim_key(tx, key, digest, report.report_id)
        if first_digest != digest:
            raise KeyUsedBefore("Use a new Idempotency-Key for another report, or send the first body again.")
        if report_id != report.report_id:
            return await store.get_receipt(tx, report_id)
    await store.add(tx, report)
    tx.publish(ReportSubmitted.of(report))
    tx.publish(ReportRegistered.of(report, reachable=is_reachable(report)))
    return Receipt(report.report_id, report.reference, report.received_at)


async def _report(new: NewReport, tx: Transaction, desk: Desk) -> Report:
    where, who = new.address, new.reporter
    category = desk.categories.check(new.category)
    known = await desk.addresses.find(where.postcode, where.house_number, where.addition)
    return Report(
        report_id=new_id(),
        reference=reference(secrets.randbits(40)),
        category=category,
        category_name=desk.categories.names[category],
        channel=new.channel,
        received_at=tx.now,
        story=new.story,
        address=place(where.postcode, where.house_number, where.addition, known),
        area=known.area if known else None,
        reporter=without_person(Reporter(who.name, who.phone, who.email, who.anonymous, who.tenure)),
        signals=Signals(**new.signals.model_dump()),
        language=new.language,
    )
