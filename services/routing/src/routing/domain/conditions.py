"""When a rule speaks: conditions over facts, and how each reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from routing.domain.facts import Facts

HERE = ZoneInfo("Europe/Amsterdam")

NAMES: Mapping[str, str] = {
    "category": "soort",
    "tenure": "woonvorm van de melder",
    "owner": "eigenaar van de woning",
    "danger": "gevaar",
    "children": "kinderen",
    "going_on_now": "nu aan de gang",
    "reported_before": "eerder gemeld",
}
DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

Reading = tuple[str, bool]
"""What a condition looked at, in Dutch, and whether that is as the rule wants it."""


class Condition(Protocol):
    def holds(self, facts: Facts) -> bool: ...

    def read(self, facts: Facts) -> Iterator[Reading]:
        """What was looked at, one part after the other."""
        ...


class _Leaf(Condition, Protocol):
    """A condition that looks at one thing."""

    __slots__ = ()

    def words(self, facts: Facts) -> str: ...

    def read(self, facts: Facts) -> Iterator[Reading]:
        yield self.words(facts), self.holds(facts)


@dataclass(frozen=True, slots=True)
class Is(_Leaf):
    """A fact has one of these values."""

    fact: str
    values: frozenset[str | bool | None]

    def holds(self, facts: Facts) -> bool:
        return getattr(facts, self.fact) in self.values

    def words(self, facts: Facts) -> str:
        found = getattr(facts, self.fact)
        return f"{NAMES[self.fact]}: {said(found)}"


@dataclass(frozen=True, slots=True)
class InArea(_Leaf):
    """The neighbourhood's code begins with one of these: a neighbourhood, a district (WK) or a municipality (GM)."""

    codes: tuple[str, ...]

    def holds(self, facts: Facts) -> bool:
        return facts.area is not None and _digits(facts.area).startswith(tuple(map(_digits, self.codes)))

    def words(self, facts: Facts) -> str:
        return f"buurt: {said(facts.area)}"


def _digits(code: str) -> str:
    """CBS codes of nested areas differ in two letters; their digits begin alike (CBS Wijk- en buurtindeling)."""
    return code[2:]


@dataclass(frozen=True, slots=True)
class Answered(_Leaf):
    """The reporter gave one of these answers to a question."""

    question: str
    values: frozenset[str]

    def holds(self, facts: Facts) -> bool:
        return bool(facts.answers.get(self.question, frozenset()) & self.values)

    def words(self, facts: Facts) -> str:
        """As the reporter read it; in codes where the question was not put."""
        asked = facts.words.get(self.question, self.question)
        given = sorted(
            facts.words.get(f"{self.question}={value}", value)
            for value in facts.answers.get(self.question, ())
        )
        return f"antwoord op ‘{asked}’: {', '.join(given) or 'geen'}"


@dataclass(frozen=True, slots=True)
class Counted(_Leaf):
    """So many reports, or reporters, at this address within so many days, of these categories where any are named.

    All who gave neither telephone nor e-mail count as one reporter.
    """

    what: str
    at_least: int
    within: timedelta
    categories: frozenset[str] = frozenset()

    def count(self, facts: Facts) -> int:
        seen = [
            sighting
            for sighting in facts.seen
            if facts.at - self.within <= sighting.at <= facts.at
            and (not self.categories or sighting.category in self.categories)
        ]
        return len({sighting.who for sighting in seen}) if self.what == "reporters" else len(seen)

    def holds(self, facts: Facts) -> bool:
        return self.count(facts) >= self.at_least

    def words(self, facts: Facts) -> str:
        number = self.count(facts)
        one, more = ("melder", "melders") if self.what == "reporters" else ("melding", "meldingen")
        return f"{number} {one if number == 1 else more} op dit adres in {self.within.days} dagen"


@dataclass(frozen=True, slots=True)
class AtTime(_Leaf):
    """Received within these hours of the day, by the clock in the Netherlands; `since` after `until` spans midnight."""

    since: int
    until: int

    def holds(self, facts: Facts) -> bool:
        hour = facts.at.astimezone(HERE).hour
        if self.since <= self.until:
            return self.since <= hour < self.until
        return hour >= self.since or hour < self.until

    def words(self, facts: Facts) -> str:
        return f"ontvangen om {facts.at.astimezone(HERE):%H.%M} uur"


@dataclass(frozen=True, slots=True)
class OnDay(_Leaf):
    """Received on one of these days of the week, Monday being 0."""

    days: frozenset[int]

    def holds(self, facts: Facts) -> bool:
        return facts.at.astimezone(HERE).weekday() in self.days

    def words(self, facts: Facts) -> str:
        return f"ontvangen op {DAYS[facts.at.astimezone(HERE).weekday()]}"


@dataclass(frozen=True, slots=True)
class Found(_Leaf):
    """Who plays this part found one of these."""

    part: str
    values: frozenset[str]

    def holds(self, facts: Facts) -> bool:
        return facts.findings.get(self.part) in self.values

    def words(self, facts: Facts) -> str:
        return f"bevinding van {self.part}: {said(facts.findings.get(self.part))}"


@dataclass(frozen=True, slots=True)
class Running(_Leaf):
    """Somebody is at work on this track."""

    track: str

    def holds(self, facts: Facts) -> bool:
        return self.track in facts.running

    def words(self, facts: Facts) -> str:
        name = "zorg" if self.track == "care" else "handhaving"
        return f"{name} {'loopt' if self.holds(facts) else 'loopt niet'}"


@dataclass(frozen=True, slots=True)
class Every:
    """All of these hold. Of none, it always does."""

    parts: tuple[Condition, ...] = ()

    def holds(self, facts: Facts) -> bool:
        return all(part.holds(facts) for part in self.parts)

    def read(self, facts: Facts) -> Iterator[Reading]:
        for part in self.parts:
            yield from part.read(facts)


@dataclass(frozen=True, slots=True)
class Some:
    """At least `at_least` of these hold."""

    parts: tuple[Condition, ...]
    at_least: int = 1

    def holds(self, facts: Facts) -> bool:
        return sum(part.holds(facts) for part in self.parts) >= self.at_least

    def read(self, facts: Facts) -> Iterator[Reading]:
        """Those that hold; where too few do, all of them."""
        enough = self.holds(facts)
        for part in self.parts:
            if not enough or part.holds(facts):
                yield from part.read(facts)


@dataclass(frozen=True, slots=True)
class Not:
    """A condition that must not hold."""

    part: Condition

    def holds(self, facts: Facts) -> bool:
        return not self.part.holds(facts)

    def read(self, facts: Facts) -> Iterator[Reading]:
        wanted = self.holds(facts)
        for words, _ in self.part.read(facts):
            yield words, wanted


ALWAYS = Every()


def parts_of(condition: Condition) -> Iterator[Condition]:
    """The condition and all that it is made of."""
    yield condition
    if isinstance(condition, (Every, Some)):
        for part in condition.parts:
            yield from parts_of(part)
    if isinstance(condition, Not):
        yield from parts_of(condition.part)


def said(value: str | bool | None) -> str:  # noqa: FBT001  a fact may be a yes or a no
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return value or "onbekend"
