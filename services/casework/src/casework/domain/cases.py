"""What a case is, and when it needs a director."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

MANY_REPORTERS = 3
LONG_MONTHS = 3


class NoSuchCase(Exception):
    """There is no case with this id."""


class NotInThisCase(Exception):
    """The report is not one of this case."""


class OnlyReport(Exception):
    """The case has no other report: there is nothing to part it from."""


class Track(StrEnum):
    CARE = "care"
    ENFORCEMENT = "enforcement"


class State(StrEnum):
    """How far a partner is with what it was asked."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    PROGRESSED = "progressed"
    ANSWERED = "answered"
    DECLINED = "declined"
    UNDELIVERABLE = "undeliverable"
    HELD = "held"
    QUERIED = "queried"
    EXPIRED = "expired"
    TAKEN_BACK = "taken-back"


class Clock(StrEnum):
    """How a term stands."""

    RUNNING = "running"
    APPROACHING = "approaching"
    MISSED = "missed"
    MET = "met"
    PAUSED = "paused"
    CANCELLED = "cancelled"


STILL = frozenset({Clock.MET, Clock.PAUSED, Clock.CANCELLED})
"""A clock that goes nowhere, now or for good."""


class Reason(StrEnum):
    """Why a case needs a director."""

    BOTH_TRACKS = "both-tracks"
    MANY_REPORTERS = "many-reporters"
    DANGER = "danger"
    LONG = "long"
    RELAPSE = "relapse"


class Urgency(StrEnum):
    LATE = "late"
    ALMOST = "almost"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Address:
    """`key` is the same for every spelling of the address: one open case has it."""

    key: str
    postcode: str
    house_number: int
    addition: str | None = None
    street: str | None = None
    city: str | None = None

    @property
    def line(self) -> str:
        """`Voorbeeldkade 12 A`, kept together from the number on; the postcode where the street is not known."""
        number = "\N{NO-BREAK SPACE}".join(filter(None, (str(self.house_number), self.addition)))
        return f"{self.street or self.postcode} {number}"


@dataclass(frozen=True, slots=True)
class Case:
    """`category` is that of the first report. `relapse`: a case at this address was closed before.

    `parted`: a person took its report out of another case, so that no other report is joined to it by its address.
    """

    case_id: UUID
    number: str
    category: str
    category_name: str
    address: Address
    neighbourhood: str | None
    opened_at: datetime
    relapse: bool
    closed_at: datetime | None = None
    parted: bool = False


@dataclass(frozen=True, slots=True)
class Reporter:
    name: str | None
    phone: str | None
    email: str | None
    anonymous: bool
    tenure: str


@dataclass(frozen=True, slots=True)
class Report:
    report_id: UUID
    reference: str
    category: str
    category_name: str
    channel: str
    received_at: datetime
    story: str
    address: Address
    neighbourhood: str | None
    reporter: Reporter
    danger: bool
    children: bool
    going_on_now: bool
    reported_before: bool
    attachments: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one partner was asked, and how far it is. One that could not be delivered has no question or term."""

    assignment_id: UUID
    report_id: UUID
    partner: str
    partner_name: str
    track: Track
    state: State
    changed_at: datetime
    lead: bool = False
    question: str | None = None
    offered_at: datetime | None = None
    due_at: datetime | None = None
    detail: str | None = None

    @property
    def is_open(self) -> bool:
        return self.state in {
            State.OFFERED,
            State.ACCEPTED,
            State.PROGRESSED,
            State.QUERIED,
            State.EXPIRED,
        }


@dataclass(frozen=True, slots=True)
class Deadline:
    """A term as monitoring keeps it."""

    deadline_id: UUID
    report_id: UUID
    assignment_id: UUID | None
    promise: str
    holder_name: str
    due_at: datetime
    clock: Clock


@dataclass(frozen=True, slots=True)
class File:
    """A case with all that is known of its reports, in whatever order it came."""

    case: Case
    reports: tuple[Report, ...] = ()
    tracks: frozenset[Track] = frozenset()
    assignments: tuple[Assignment, ...] = ()
    deadlines: tuple[Deadline, ...] = ()


def pick(file: File, report_id: UUID) -> Report:
    """The report that is to be taken out of the case. NotInThisCase, OnlyReport."""
    mine = next((report for report in file.reports if report.report_id == report_id), None)
    if mine is None:
        raise NotInThisCase(f"Case {file.case.number} has no such report.")
    if len(file.reports) == 1:
        raise OnlyReport(f"Case {file.case.number} has this report alone.")
    return mine


def case_number(year: int, count: int) -> str:
    """`2026-000123`."""
    return f"{year}-{count:06d}"


def why_complex(file: File, now: datetime) -> tuple[Reason, ...]:
    """The reasons to direct a case; none for a light one.

    Two partners on both tracks, three reporters, a safety flag, three months or a relapse make it complex.
    """
    case = file.case
    open_until = case.closed_at or now
    rules = {
        Reason.BOTH_TRACKS: file.tracks == set(Track) and len({a.partner for a in file.assignments}) > 1,
        Reason.MANY_REPORTERS: count_reporters(file.reports) >= MANY_REPORTERS,
        Reason.DANGER: any(report.danger for report in file.reports),
        Reason.LONG: open_until >= months_after(case.opened_at, LONG_MONTHS),
        Reason.RELAPSE: case.relapse,
    }
    return tuple(reason for reason, holds in rules.items() if holds)


def count_reporters(reports: tuple[Report, ...]) -> int:
    """How many people reported. Who left nothing to be known by counts as somebody new each time."""
    return len({r.reporter.email or r.reporter.phone or r.report_id for r in reports})


def months_after(moment: datetime, months: int) -> datetime:
    """The same day so many months on, or the last of that month where it is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def nearest(deadlines: tuple[Deadline, ...], promise: str | None = None) -> Deadline | None:
    """The term that ends first of those that run; of one kind of promise if that is named."""
    still = [d for d in deadlines if d.clock not in STILL and promise in {None, d.promise}]
    return min(still, key=lambda deadline: deadline.due_at, default=None)


def urgency(due_at: datetime, clock: Clock, now: datetime) -> Urgency:
    if clock is Clock.MISSED or due_at < now:
        return Urgency.LATE
    return Urgency.ALMOST if clock is Clock.APPROACHING else Urgency.NOTICE


def clock_of(assignment: Assignment, deadlines: tuple[Deadline, ...]) -> Clock:
    """How the term of an assignment stands; it runs where monitoring has not said so yet."""
    own = nearest(tuple(d for d in deadlines if d.assignment_id == assignment.assignment_id))
    return own.clock if own else Clock.RUNNING
