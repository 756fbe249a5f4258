"""What a report is."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from intake.domain.addresses import Address, Area
from intake.domain.questions import Answer

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The signs of a reference: without 0 and O, 1 and I, which are mixed up over the phone."""


REFERENCE = re.compile(rf"WO-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")


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
    answers: tuple[Answer, ...]
    language: str
    hear_by: datetime
    story_as_sent: str | None = None
    imported: bool = False
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter gets at once. `hear_by` is the end of the day by which they hear more."""

    report_id: UUID
    reference: str
    received_at: datetime
    hear_by: datetime


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """What an Idempotency-Key first came with: a digest of the body, and the report it became."""

    digest: str
    report_id: UUID


def receipt(report: Report) -> Receipt:
    return Receipt(report.report_id, report.reference, report.received_at, report.hear_by)


def without_person(reporter: Reporter) -> Reporter:
    """An anonymous reporter keeps a way to be reached, and has no name."""
    return replace(reporter, name=None) if reporter.anonymous else reporter


def is_reachable(report: Report) -> bool:
    """Whether a confirmation can be sent, and so is promised."""
    return report.reporter.email is not None


def is_reference(text: str) -> bool:
    return REFERENCE.fullmatch(text) is not None


def reference(number: int) -> str:
    """The reference for a random number under 32 to the 8th, to be read aloud: `WO-7K3M-92QD`."""
    signs = [ALPHABET[number >> shift & 31] for shift in range(0, 40, 5)]
    return f"WO-{''.join(signs[:4])}-{''.join(signs[4:])}"
