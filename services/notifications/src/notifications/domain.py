"""Who must be told what, and how often a mail is tried."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

TRIES = 100
"""With the pauses below some four days, the give-up time of RFC 5321 §4.5.4.1."""
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)


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
    """What is written; each has its own text."""

    CONFIRMATION = "confirmation"
    TAKEN_UP = "taken-up"
    STEP_TAKEN = "step-taken"
    DECLINED = "declined"
    UNDELIVERABLE = "undeliverable"
    MISSED = "missed"
    QUERIED = "queried"

    @property
    def kind(self) -> str:
        """As the rest of the hub calls it: a confirmation, progress or an alert."""
        return _KINDS.get(self, "alert")

    @property
    def is_for_operations(self) -> bool:
        return self.kind == "alert"


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
    """Where a letter goes. Never stored. `reference` is what the reporter knows the report by."""

    email: str
    language: str = "nl"
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """One letter and how far it came.

    `about` is the report, assignment or deadline that the letter is about: of each letter there is one about
    one thing. `facts` is what an open event told, and so holds no personal data. `reason` says why the last
    try did not succeed.
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
