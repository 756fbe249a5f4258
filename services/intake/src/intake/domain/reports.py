"""What a report is."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from intake.domain.addresses import Address, Area

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The signs of a reference: without 0 and O, 1 and I, which are mixed up over the phone."""


class UnknownCategory(Exception):
    """There is no such category."""


class KeyUsedBefore(Exception):
    """The Idempotency-Key came before, with another body."""


class NoSuchReport(Exception):
    """There is no report with this id."""


@dataclass(frozen=True, slots=True)
class Reporter:
    name: str | None
    phone: str | None
    email: str | None
    anonymous: bool
    tenure: str


@dataclass(frozen=True, slots=True)
class Signals:
    danger: bool = False
    children: bool = False
    going_on_now: bool = False
    reported_before: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """`story_as_sent` is the story verbatim, where it was cleaned to be read. `imported`: it is from before the hub."""

    report_id: UUID
    reference: str
    category: str
    category_name: str
    channel: str
    received_at: datetime
    story: str
    address: Address
    area: Area | None
    reporter: Reporter
    signals: Signals
    language: str
    story_as_sent: str | None = None
    imported: bool = False
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter gets at once."""

    report_id: UUID
    reference: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """What an Idempotency-Key first came with: a digest of the body, and the report it became."""

    digest: str
    report_id: UUID


def receipt(report: Report) -> Receipt:
    return Receipt(report.report_id, report.reference, report.received_at)


def without_person(reporter: Reporter) -> Reporter:
    """An anonymous reporter keeps a way to be reached, and has no name."""
    return replace(reporter, name=None) if reporter.anonymous else reporter


def is_reachable(report: Report) -> bool:
    """Whether a confirmation can be sent, and so is promised."""
    return report.reporter.email is not None


def reference(number: int) -> str:
    """The reference for a random number under 32 to the 8th, to be read aloud: `WO-7K3M-92QD`."""
    signs = [ALPHABET[number >> shift & 31] for shift in range(0, 40, 5)]
    return f"WO-{''.join(signs[:4])}-{''.join(signs[4:])}"
