"""What a reporter may know of their report: plain steps, and never what may not be told.

What is shown depends only on how far the desk and its partners are. Which track it is, what a partner found, a home
visit or care have no place here, so that the page reads the same whether they are there or not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

LONGEST_TEXT = 4_000
OLDEST_INCIDENT = timedelta(days=366)
REGRET = timedelta(days=14)
"""How long a withdrawal can be taken back."""


class Withdrawn(Exception):
    """The report was withdrawn: nothing can be added to it."""


class TooLate(Exception):
    """The withdrawal is too long ago to be taken back. Report anew."""


class NotThereYet(Exception):
    """The desk is still at work: whether it helped is asked when it is done."""


class NotThen(Exception):
    """An incident happened in the past year, and not in the future."""


class Step(StrEnum):
    LOOKING = "looking"
    AT_WORK = "at-work"
    DONE = "done"
    AGAIN = "again"
    WITHDRAWN = "withdrawn"


class State(StrEnum):
    OFFERED = "offered"
    TAKEN_UP = "taken-up"
    ANSWERED = "answered"
    DECLINED = "declined"
    TAKEN_BACK = "taken-back"


class Kind(StrEnum):
    AMENDMENT = "amendment"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class Assignment:
    """What was asked of a partner. `told_as` is the kind of organisation; none where nothing may be told of it."""

    assignment_id: UUID
    report_id: UUID
    told_as: str | None
    state: State


@dataclass(frozen=True, slots=True)
class Addition:
    """What the reporter added: a text, or a line of the diary, which also has the moment it happened."""

    addition_id: UUID
    report_id: UUID
    kind: Kind
    text: str
    happened_at: datetime
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Following:
    """A report as its reporter follows it. `hear_by` is the desk's promise, made when the report came.

    `locked`: it is shown to who knows its PIN alone.
    """

    report_id: UUID
    reference: str
    received_at: datetime
    hear_by: datetime
    language: str
    locked: bool = False
    withdrawn_at: datetime | None = None
    solved: bool | None = None
    assignments: tuple[Assignment, ...] = ()
    additions: tuple[Addition, ...] = ()


def step(following: Following) -> Step:
    """How far it is. Done is when nobody is at work any more and somebody was."""
    if following.withdrawn_at:
        return Step.WITHDRAWN
    if following.solved is False:
        return Step.AGAIN
    states = {assignment.state for assignment in following.assignments}
    if State.TAKEN_UP in states:
        return Step.AT_WORK
    if State.ANSWERED in states:
        return Step.AT_WORK if State.OFFERED in states else Step.DONE
    return Step.LOOKING


def hear_by(following: Following, now: datetime) -> datetime | None:
    """By when the reporter hears more. None once somebody took it up, and when that moment passed."""
    waits = step(following) is Step.LOOKING and following.hear_by > now
    return following.hear_by if waits else None


def is_late(following: Following, now: datetime) -> bool:
    """Whether the reporter was to hear something by now, and nobody took it up."""
    return step(following) is Step.LOOKING and hear_by(following, now) is None


def helpers(following: Following) -> list[str]:
    """The kinds of organisations that took it up and may be told of."""
    at_work = {one.told_as for one in following.assignments if one.state is State.TAKEN_UP and one.told_as}
    return sorted(at_work)


def regret_ends(following: Following) -> datetime | None:
    """Until when the withdrawal can be taken back; none where nothing was withdrawn."""
    return following.withdrawn_at + REGRET if following.withdrawn_at else None


def may_regret(following: Following, now: datetime) -> bool:
    """Whether a withdrawal can still be taken back."""
    ends = regret_ends(following)
    return ends is not None and now <= ends


def check_open(following: Following) -> None:
    """Withdrawn."""
    if following.withdrawn_at:
        raise Withdrawn("Take the withdrawal back first, or report anew.")


def check_moment(happened_at: datetime, now: datetime) -> None:
    """NotThen."""
    if not now - OLDEST_INCIDENT <= happened_at <= now:
        raise NotThen(f"{happened_at.isoformat()} is not within the year before {now.isoformat()}.")


def tidy(reference: str) -> str:
    """A reference as it is kept, from how somebody typed it: `wo 7k3m 92qd` is `WO-7K3M-92QD`."""
    signs = "".join(sign for sign in reference.upper() if sign.isascii() and sign.isalnum())
    signs = signs.removeprefix("WO") if len(signs) > 8 else signs  # noqa: PLR2004  a reference has eight signs
    return f"WO-{signs[:4]}-{signs[4:]}"
