"""What a person decides about an assignment, when that can be done, and who leads after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from routing.domain.assignments import AT_WORK, FOR_A_PERSON, Assignment, State
from routing.domain.policy import DESK


class ActRefused(Exception):
    """What was wanted cannot be decided about the assignment now."""


class ChangedMeanwhile(Exception):
    """Somebody else decided or answered since you looked."""


class UnknownPartner(Exception):
    """The register does not know this partner."""


class Act(StrEnum):
    """What a person can decide."""

    WITHDRAW = "withdraw"
    REASSIGN = "reassign"
    REPEAT = "repeat"
    CLARIFY = "clarify"
    ADOPT = "adopt"
    CONCLUDE = "conclude"
    APPOINT = "appoint"


class Why(StrEnum):
    """The reason for an act, as a code: no free words are kept about a report."""

    NOT_NEEDED = "not-needed"
    REPORT_WITHDRAWN = "report-withdrawn"
    DECLINED = "declined"
    NO_ANSWER = "no-answer"
    NOT_REACHABLE = "not-reachable"
    BETTER_PLACED = "better-placed"
    AGREED = "agreed"
    OTHER = "other"


_TO_MOVE = (
    Why.DECLINED,
    Why.NO_ANSWER,
    Why.NOT_REACHABLE,
    Why.BETTER_PLACED,
    Why.AGREED,
    Why.OTHER,
)
REASONS: Mapping[Act, tuple[Why, ...]] = {
    Act.WITHDRAW: (Why.NOT_NEEDED, Why.REPORT_WITHDRAWN),
    Act.REASSIGN: _TO_MOVE,
    Act.REPEAT: (Why.NO_ANSWER, Why.AGREED, Why.NOT_REACHABLE, Why.OTHER),
    Act.ADOPT: _TO_MOVE,
    Act.APPOINT: (Why.BETTER_PLACED, Why.AGREED, Why.OTHER),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """An act that was done: by whom, when and why. `partner` is who was chosen, where somebody was."""

    report_id: UUID
    assignment_id: UUID
    act: Act
    who: str
    at: datetime
    why: Why | None = None
    partner: str | None = None


OVER = frozenset({State.ANSWERED, State.WITHDRAWN})
_AGAIN = frozenset({State.EXPIRED, State.DECLINED, State.UNDELIVERABLE, State.WITHDRAWN})
_NO_LEAD = frozenset({State.ANSWERED, State.WITHDRAWN, State.DECLINED, State.UNDELIVERABLE})


class Waiting(StrEnum):
    """Why the desk must decide, or do, something about an assignment."""

    DECLINED = "declined"
    UNDELIVERABLE = "undeliverable"
    EXPIRED = "expired"
    INFORMATION_NEEDED = "information-needed"
    DESK = "desk"


def waiting(assignment: Assignment) -> Waiting | None:
    """Why it waits for a person; none where it does not."""
    if assignment.partner == DESK:
        return Waiting.DESK if assignment.state in FOR_A_PERSON | AT_WORK else None
    return Waiting(assignment.state) if assignment.state in FOR_A_PERSON else None


def acts_on(assignment: Assignment, asked: Sequence[Assignment]) -> tuple[Act, ...]:
    """What can be decided about an assignment, given all those of its report."""
    return tuple(act for act in Act if refusal(act, assignment, asked) is None)


def refusal(act: Act, assignment: Assignment, asked: Sequence[Assignment]) -> str | None:
    """Why this act cannot be done, in Dutch; none where it can."""
    at_desk, state = assignment.partner == DESK, assignment.state
    if any(one.replaces == assignment.assignment_id for one in asked):
        return "Deze vraag is al vervangen door een andere."
    match act:
        case Act.REPEAT:
            allowed = state in _AGAIN and not at_desk
        case Act.CLARIFY:
            allowed = state is State.INFORMATION_NEEDED and not at_desk
        case Act.CONCLUDE:
            allowed = at_desk and state in AT_WORK
        case Act.ADOPT:
            allowed = state not in OVER and not (at_desk and state in AT_WORK)
        case Act.APPOINT:
            waits_at_desk = at_desk and state is State.UNDELIVERABLE
            allowed = not assignment.lead and (state not in _NO_LEAD or waits_at_desk)
        case Act.WITHDRAW | Act.REASSIGN:
            allowed = state not in OVER
    return None if allowed else _too_late(act, assignment)


def _too_late(act: Act, assignment: Assignment) -> str:
    if assignment.state is State.WITHDRAWN:
        return "Deze vraag is al ingetrokken."
    if assignment.state is State.ANSWERED:
        return "Deze vraag is al beantwoord."
    if act is Act.APPOINT and assignment.lead:
        return "Deze partner heeft de regie al."
    return "Dit kan niet bij een vraag die zo ver is."


def mark_of(assignment: Assignment, asked: Sequence[Assignment]) -> str:
    """Changes when the assignment does, or the lead: who decides shows with it what they saw."""
    leader = next((one.assignment_id.hex[-12:] for one in asked if one.lead), "")
    return f"{assignment.state}.{assignment.changed_at:%Y%m%dT%H%M%S%f}.{leader}"


def next_to_lead(asked: Sequence[Assignment]) -> Assignment | None:
    """Who leads when nobody does: the first that is not over, else the first that answered; none where all was taken back."""
    there = [one for one in asked if one.state is not State.WITHDRAWN]
    return next((one for one in there if one.state not in OVER), there[0] if there else None)


def heir(assignment: Assignment, asked: Sequence[Assignment]) -> Assignment:
    """The question to the same partner that took this one's place, or itself: a late answer counts for the newest."""
    for one in asked:
        if one.replaces == assignment.assignment_id and one.partner == assignment.partner:
            return heir(one, asked)
    return assignment
