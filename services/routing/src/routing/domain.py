"""Which track, who is asked what, and what a partner's answer does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

CARE = "care"
ENFORCEMENT = "enforcement"


class NoSuchAssignment(Exception):
    """There is no assignment with this id."""


class NotYourAssignment(Exception):
    """The assignment was given to another partner."""


class CannotFollow(Exception):
    """The answer cannot follow the one before it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the policy may look at. No address and no person: a rule is about kinds of nuisance."""

    category: str
    tenure: str
    danger: bool
    children: bool
    going_on_now: bool
    reported_before: bool


@dataclass(frozen=True, slots=True)
class Request:
    """Something to be asked of a partner. `term` is an amount and a unit, as the calendar knows them."""

    partner: str
    track: str
    question: str
    term: tuple[int, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """Speaks when every fact it names is as it says. A rule without a category speaks for all."""

    name: str
    because: str
    category: str | None
    when: Mapping[str, bool | str]
    tracks: tuple[str, ...]
    requests: tuple[Request, ...]

    def speaks(self, facts: Facts) -> bool:
        return self.category in {None, facts.category} and all(
            getattr(facts, fact) == wanted for fact, wanted in self.when.items()
        )


@dataclass(frozen=True, slots=True)
class Policy:
    version: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the policy decided, and why. `lead` is the partner that the rule for the category names first."""

    policy_version: str
    tracks: tuple[str, ...]
    requests: tuple[Request, ...]
    lead: str
    fired: tuple[tuple[str, str], ...]


DESK = "desk"
ASK_THE_DESK = Request(DESK, CARE, "Wilt u deze melding zelf beoordelen?", (2, "working-days"))
DAYS = {"hours": 1 / 24, "working-days": 1.0, "calendar-days": 1.0}


def assess(facts: Facts, policy: Policy) -> Assessment:
    """Every rule that speaks adds its tracks and requests; of those to one partner the shortest term counts.

    Where the policy has no rule for the category, or nobody to ask, the desk itself is asked: never nobody.
    """
    speaking = [rule for rule in policy.rules if rule.speaks(facts)]
    requests: dict[str, Request] = {}
    for request in (request for rule in speaking for request in rule.requests):
        known = requests.get(request.partner)
        if known is None or _length(request) < _length(known):
            requests[request.partner] = request
    fired = tuple((rule.name, rule.because) for rule in speaking)
    if not any(rule.category for rule in speaking):
        fired += (("geen-regel", f"Het beleid kent geen regel voor {facts.category}: een mens beslist."),)
    if not requests or len(fired) > len(speaking):
        requests[DESK] = ASK_THE_DESK
    tracks = {track for rule in speaking for track in rule.tracks} | {r.track for r in requests.values()}
    lead = next((r.requests[0].partner for r in speaking if r.category and r.requests), DESK)
    return Assessment(policy.version, tuple(sorted(tracks)), tuple(requests.values()), lead, fired)


def _length(request: Request) -> float:
    """The term in days, to compare."""
    amount, unit = request.term
    return amount * DAYS[unit]


class State(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in-progress"
    ANSWERED = "answered"
    DECLINED = "declined"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Assignment:
    assignment_id: UUID
    report_id: UUID
    partner: str
    track: str
    lead: bool
    question: str
    state: State
    offered_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A partner's answer, whatever its language: the new state, and what comes with it."""

    assignment_id: UUID
    state: State
    reason: str | None = None
    outcome: str | None = None
    note: str | None = None


FOLLOWS: Mapping[State, frozenset[State]] = {
    State.OFFERED: frozenset({State.ACCEPTED, State.IN_PROGRESS, State.ANSWERED, State.DECLINED}),
    State.ACCEPTED: frozenset({State.IN_PROGRESS, State.ANSWERED, State.DECLINED}),
    State.IN_PROGRESS: frozenset({State.IN_PROGRESS, State.ANSWERED, State.DECLINED}),
}


def take(assignment: Assignment, answer: Answer, partner: str | None) -> Assignment:
    """The assignment after the answer. NotYourAssignment, CannotFollow."""
    if partner != assignment.partner:
        raise NotYourAssignment(f"{assignment.assignment_id} is not an assignment of {partner}")
    if answer.state not in FOLLOWS.get(assignment.state, frozenset()):
        raise CannotFollow(f"{answer.state} cannot follow {assignment.state}")
    return replace(assignment, state=answer.state)


@dataclass(frozen=True, slots=True)
class Covenant:
    """Which of a report's fields a partner may have on a track, and the ground in law or agreement."""

    track: str
    fields: frozenset[str]
    ground: str


@dataclass(frozen=True, slots=True)
class Partner:
    """`adapter` names the language it speaks; without one the hub cannot reach it, and a person must.

    `told_as` is the kind of organisation that a reporter may hear of; none where they may hear nothing of it.
    """

    id: str
    name: str
    adapter: str | None = None
    told_as: str | None = None
    covenants: Sequence[Covenant] = ()

    def covenant(self, track: str) -> Covenant | None:
        return next((covenant for covenant in self.covenants if covenant.track == track), None)


def why_not(partner: Partner, track: str) -> str | None:
    """Why a partner cannot be asked, as a code; none where it can."""
    if partner.id == DESK:
        return "for-the-desk"
    if partner.adapter is None:
        return "not-connected"
    if partner.covenant(track) is None:
        return "no-covenant"
    return None
