"""The table of terms: which term a promise gets, by what is known of it when it is made."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from monitoring.domain.clocks import Promise

URGENT, NORMAL = "urgent", "normal"
URGENCIES = (URGENT, NORMAL)
GIVEN = "due_at"
"""The fact that tells when the question itself ends."""

OPENING = "opening"
"""The fact that tells when its holder was open as the clock began: working hours are counted in it to the end."""

_OF_A_REPORT = frozenset({"category", "urgency"})
_OF_A_QUESTION = _OF_A_REPORT | {"partner", "track"}
_OF_A_CASE = _OF_A_REPORT | {"partner", "step"}
KNOWN: Mapping[Promise, frozenset[str]] = {
    Promise.CONFIRMATION: _OF_A_REPORT,
    Promise.FIRST_ANSWER: _OF_A_QUESTION,
    Promise.RESULT: _OF_A_QUESTION,
    Promise.STEP: _OF_A_CASE,
    Promise.STATUTORY: _OF_A_CASE,
    Promise.FIRST_ACTION: _OF_A_REPORT,
    Promise.OUTCOME: _OF_A_REPORT,
    Promise.AFTERCARE: _OF_A_CASE,
}
"""What can be known of each promise: a rule that asks for anything else would never speak."""

ENDS_ELSEWHERE = frozenset({Promise.RESULT})
"""When a partner's result is due stands in the question: the table says only when its clock warns."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a promise. What is not known is None, and no rule that asks for it speaks."""

    promise: Promise
    partner: str | None = None
    category: str | None = None
    urgency: str | None = None
    track: str | None = None
    step: str | None = None

    @property
    def facts(self) -> dict[str, str]:
        """What is known, as it is kept with a clock."""
        known = {name: getattr(self, name) for name in CONDITIONS}
        return {name: value for name, value in known.items() if value is not None}


CONDITIONS = ("partner", "category", "urgency", "track", "step")


def circumstances_of(promise: Promise, facts: Mapping[str, str]) -> Circumstances:
    """From what was kept with a clock."""
    return Circumstances(promise, *(facts.get(name) for name in CONDITIONS))


@dataclass(frozen=True, slots=True)
class TermRule:
    """A line of the table. It speaks where each thing it `asks` has one of these values.

    Without an `amount` the end comes from elsewhere. `warn_share` is the share of the term after which the clock warns.
    """

    name: str
    because: str
    promise: Promise
    warn_share: float
    amount: int | None = None
    unit: str = "working-days"
    statutory: bool = False
    asks: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def speaks(self, about: Circumstances) -> bool:
        return self.promise is about.promise and all(
            getattr(about, name) in values for name, values in self.asks.items()
        )


@dataclass(frozen=True, slots=True)
class TermTable:
    """The rules, those that ask most first: of those that speak, the first is the most specific. Made by `tabled`."""

    version: str
    rules: tuple[TermRule, ...]

    def find(self, about: Circumstances) -> TermRule:
        """There is one, where nothing was wrong with the rules: see `undecided` and `without_rule`."""
        return next(rule for rule in self.rules if rule.speaks(about))


def tabled(version: str, rules: Iterable[TermRule]) -> TermTable:
    """In whatever order they come, it is one table."""
    return TermTable(version, tuple(sorted(rules, key=lambda rule: (-len(rule.asks), rule.name))))


def undecided(rules: Iterable[TermRule]) -> Iterator[tuple[TermRule, TermRule]]:
    """Pairs that could both speak and ask equally much, where no rule that asks more decides between them."""
    by_promise: dict[Promise, list[TermRule]] = {}
    for rule in rules:
        by_promise.setdefault(rule.promise, []).append(rule)
    for those in by_promise.values():
        for one, other in combinations(those, 2):
            both = _both(one, other)
            if len(one.asks) == len(other.asks) and both is not None and not _is_decided(both, one, those):
                yield one, other


def without_rule(rules: Iterable[TermRule]) -> list[Promise]:
    """Promises without a rule that always speaks."""
    always = {rule.promise for rule in rules if not rule.asks}
    return [promise for promise in Promise if promise not in always]


def _both(one: TermRule, other: TermRule) -> Mapping[str, frozenset[str]] | None:
    """What holds where both speak; none where that cannot be."""
    shared = {name: one.asks[name] & other.asks[name] for name in one.asks if name in other.asks}
    return {**one.asks, **other.asks, **shared} if all(shared.values()) else None


def _is_decided(both: Mapping[str, frozenset[str]], one: TermRule, those: Iterable[TermRule]) -> bool:
    return any(
        len(rule.asks) > len(one.asks)
        and all(name in both and both[name] <= values for name, values in rule.asks.items())
        for rule in those
    )
