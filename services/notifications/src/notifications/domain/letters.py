"""Who must be told what, how letters to the desk and its partners go together, and how often a mail is tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

TRIES = 100
"""With the pauses below some four days, the give-up time of RFC 5321 §4.5.4.1."""
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)

OPERATIONS, DIRECTOR, COORDINATOR, PARTNER = "operations", "director", "coordinator", "partner:"
"""The mailboxes that alerts go to; of a partner, with its id behind it."""

DESK = "desk"


class ReportNotRegistered(Exception):
    """A partner answered about a report that intake has not told us of yet."""


class Undeliverable(Exception):
    """The mail can never be delivered. The message is the code that says why."""


class NotNow(Exception):
    """The mail can not be delivered now. The message says why, without the address."""


class State(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Letter(StrEnum):
    """What is written; each has its own text. The raised ones are of a silence, by who is called."""

    CONFIRMATION = "confirmation"
    TAKEN_UP = "taken-up"
    STEP_TAKEN = "step-taken"
    DECLINED = "declined"
    UNDELIVERABLE = "undeliverable"
    MISSED = "missed"
    QUERIED = "queried"
    RAISED_PARTNER = "raised-partner"
    RAISED_DIRECTOR = "raised-director"
    RAISED_COORDINATOR = "raised-coordinator"

    @property
    def kind(self) -> str:
        """As the rest of the hub calls it: a confirmation, progress or an alert."""
        return _KINDS.get(self, "alert")


_KINDS = {
    Letter.CONFIRMATION: "confirmation",
    Letter.TAKEN_UP: "progress",
    Letter.STEP_TAKEN: "progress",
}


class Happening(StrEnum):
    """What may be worth a letter to the reporter."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    ANSWERED = "answered"


_LETTERS = {
    Happening.REGISTERED: Letter.CONFIRMATION,
    Happening.ACCEPTED: Letter.TAKEN_UP,
    Happening.ANSWERED: Letter.STEP_TAKEN,
}


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where a letter goes. Never stored. `reference` is what the reporter knows the report by.

    `instead_of` is the partner that it was meant for, where no address of it is known.
    """

    email: str
    language: str = "nl"
    reference: str | None = None
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """One letter and how far it came.

    `about` is the report, assignment or end of a term that the letter is about: of each letter there is one about
    one thing. `facts` is what an open event told, and so holds no personal data. `reason` says why the last
    try did not succeed. `mailbox` is whose an alert is; none for the reporter. `bundle_id` is the first letter of
    the mail that it goes in; none while it may still be put together with others.
    """

    notification_id: UUID
    report_id: UUID
    letter: Letter
    about: UUID
    facts: Mapping[str, str]
    queued_at: datetime
    next_at: datetime
    traceparent: str | None = None
    state: State = State.QUEUED
    tries: int = 0
    ended_at: datetime | None = None
    reason: str | None = None
    mailbox: str | None = None
    bundle_id: UUID | None = None

    @property
    def kind(self) -> str:
        return self.letter.kind


def letter_to_reporter(happening: Happening, *, reachable: bool, care: bool = False) -> Letter | None:
    """What the reporter gets to read when this happens; none where there is nothing to read or no way to reach them.

    What care came to is never told: a reporter may not learn it (Wvggz art. 5:2). That a report was taken up is
    told without by whom, so it gives no care away.
    """
    if not reachable or (care and happening is Happening.ANSWERED):
        return None
    return _LETTERS[happening]


def letter_about_silence(rung: str, holder: str) -> tuple[Letter, str]:
    """What is written when a silence climbs to this rung, and to whom. A rung that is not known is for operations."""
    if rung == "partner" and holder != DESK:
        return Letter.RAISED_PARTNER, PARTNER + holder
    if rung == "director":
        return Letter.RAISED_DIRECTOR, DIRECTOR
    return Letter.RAISED_COORDINATOR, COORDINATOR if rung == "coordinator" else OPERATIONS


def end_of_term(deadline_id: UUID, due_at: datetime) -> UUID:
    """What a letter about a clock is about: one that was given a new end can be missed again."""
    return uuid5(deadline_id, due_at.isoformat())


def bundled(loose: Sequence[Notification], now: datetime) -> list[Notification]:
    """Letters to one mailbox as one mail, which is known by the first of them."""
    return [replace(one, bundle_id=loose[0].notification_id, next_at=now) for one in loose]


def sent(notification: Notification, now: datetime) -> Notification:
    return replace(notification, state=State.SENT, tries=notification.tries + 1, ended_at=now, reason=None)


def failed(notification: Notification, reason: str, now: datetime) -> Notification:
    return replace(
        notification, state=State.FAILED, tries=notification.tries + 1, ended_at=now, reason=reason
    )


def postponed(notification: Notification, reason: str, now: datetime) -> Notification:
    """Later, or never where it was tried often enough."""
    tries = notification.tries + 1
    if tries >= TRIES:
        return failed(notification, "gave-up", now)
    return replace(notification, tries=tries, next_at=now + pause_after(tries), reason=reason)


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries, one or more: doubling from ten seconds to an hour."""
    doublings = min(tries - 1, 16)
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**doublings)
