"""One question to one partner, and what an answer or a decision of ours does to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class NoSuchAssignment(Exception):
    """There is no assignment with this id."""


class NotYourAssignment(Exception):
    """The assignment was given to another partner."""


class NotYourLanguage(Exception):
    """The answer is in a language that this partner does not speak with the hub."""


class CannotFollow(Exception):
    """What was said or decided cannot follow what was before it."""


class State(StrEnum):
    """How far an assignment is.

    Prepared: decided, and waiting for the report to be told, which routing does not keep. Held: waiting for another
    track. Expired: the term is over without an answer; one may still come.
    """

    PREPARED = "prepared"
    HELD = "held"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    INFORMATION_NEEDED = "information-needed"
    IN_PROGRESS = "in-progress"
    ANSWERED = "answered"
    DECLINED = "declined"
    UNDELIVERABLE = "undeliverable"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


WITH_THE_PARTNER = frozenset(
    {State.OFFERED, State.ACCEPTED, State.INFORMATION_NEEDED, State.IN_PROGRESS, State.EXPIRED}
)
NOT_AT_WORK_YET = frozenset(
    {State.PREPARED, State.HELD, State.OFFERED, State.EXPIRED, State.UNDELIVERABLE, State.DECLINED}
)
AT_WORK = frozenset({State.ACCEPTED, State.INFORMATION_NEEDED, State.IN_PROGRESS})
OVER = frozenset({State.ANSWERED, State.DECLINED, State.UNDELIVERABLE, State.WITHDRAWN})
FOR_A_PERSON = frozenset({State.DECLINED, State.UNDELIVERABLE, State.EXPIRED, State.INFORMATION_NEEDED})

OPEN_AFTER_TERM = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Assignment:
    """`part` is the part of the policy that `partner` plays. `reason` is a code: why it was declined, or cannot be asked.

    `finding` is what the partner found beside its outcome. `replaces` is the assignment whose place this one took.
    """

    assignment_id: UUID
    report_id: UUID
    partner: str
    part: str
    track: str
    lead: bool
    question: str
    state: State
    offered_at: datetime
    due_at: datetime
    changed_at: datetime
    reason: str | None = None
    finding: str | None = None
    replaces: UUID | None = None

    @property
    def link_ends_at(self) -> datetime:
        """Until when somebody may answer by link."""
        return self.due_at + OPEN_AFTER_TERM


@dataclass(frozen=True, slots=True)
class Answer:
    """A partner's answer, whatever its language: the new state, and what comes with it."""

    assignment_id: UUID
    state: State
    reason: str | None = None
    outcome: str | None = None
    finding: str | None = None
    note: str | None = None


_ANSWERS = frozenset(
    {State.ACCEPTED, State.INFORMATION_NEEDED, State.IN_PROGRESS, State.ANSWERED, State.DECLINED}
)
FOLLOWS: Mapping[State, frozenset[State]] = {
    State.OFFERED: _ANSWERS,
    State.EXPIRED: _ANSWERS,
    State.ACCEPTED: _ANSWERS - {State.ACCEPTED},
    State.INFORMATION_NEEDED: _ANSWERS - {State.INFORMATION_NEEDED},
    State.IN_PROGRESS: _ANSWERS - {State.ACCEPTED},
}


def take(assignment: Assignment, answer: Answer, partner: str | None, now: datetime) -> Assignment:
    """The assignment after the answer. NotYourAssignment, CannotFollow."""
    if partner != assignment.partner:
        raise NotYourAssignment(f"{assignment.assignment_id} is not an assignment of {partner}")
    if answer.state not in FOLLOWS.get(assignment.state, frozenset()):
        raise CannotFollow(f"{answer.state} cannot follow {assignment.state}")
    return replace(
        assignment,
        state=answer.state,
        reason=answer.reason,
        finding=answer.finding or assignment.finding,
        changed_at=now,
    )


def expire(assignment: Assignment, now: datetime) -> Assignment | None:
    """The assignment after its term; none where the partner had answered by then."""
    if assignment.state is not State.OFFERED:
        return None
    return replace(assignment, state=State.EXPIRED, changed_at=now)


def undeliver(assignment: Assignment, now: datetime, reason: str) -> Assignment | None:
    """The assignment after its question could not be delivered; none where the partner answered it, or it is over."""
    if assignment.state not in {State.OFFERED, State.EXPIRED}:
        return None
    return replace(assignment, state=State.UNDELIVERABLE, reason=reason, changed_at=now)


def withdraw(assignment: Assignment, now: datetime, reason: str) -> Assignment:
    """The assignment after it was taken back. CannotFollow where it is over already."""
    if assignment.state in {State.ANSWERED, State.WITHDRAWN}:
        raise CannotFollow(f"{State.WITHDRAWN} cannot follow {assignment.state}")
    return replace(assignment, state=State.WITHDRAWN, reason=reason, lead=False, changed_at=now)
