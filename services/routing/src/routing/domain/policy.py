"""Which track and who is asked what, as rules that are data; and what changed between two assessments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from routing.domain.conditions import ALWAYS, Condition, Counted, Found, Is, Running, parts_of
from routing.domain.facts import Facts

CARE = "care"
ENFORCEMENT = "enforcement"
DESK = "desk"
TRACK_NAMES = {CARE: "zorg", ENFORCEMENT: "handhaving"}


@dataclass(frozen=True, slots=True)
class Request:
    """Something to be asked of who plays a part. `term` is an amount and a unit, as the calendar knows them."""

    part: str
    track: str
    question: str
    term: tuple[int, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """Speaks when its condition holds. A rule without a category is tried for all.

    `not_ask` are parts that are not asked, whatever other rules say. `only` leaves out what rules ask that are not
    `only` themselves: the report goes another way. `hold` are tracks whose questions wait as long as it speaks.
    """

    name: str
    because: str
    category: str | None = None
    when: Condition = ALWAYS
    tracks: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()
    not_ask: frozenset[str] = frozenset()
    only: bool = False
    hold: frozenset[str] = frozenset()
    instruments: tuple[str, ...] = ()

    def speaks(self, facts: Facts) -> bool:
        return self.category in {None, facts.category} and self.when.holds(facts)


@dataclass(frozen=True)
class Policy:
    version: str
    rules: tuple[Rule, ...]

    @cached_property
    def _by_category(self) -> Mapping[str | None, tuple[Rule, ...]]:
        """The rules to try, in their order, for each category that a rule is for; under none, for any other."""
        named = {rule.category for rule in self.rules}
        return {
            category: tuple(rule for rule in self.rules if rule.category in {None, category})
            for category in {None, *named}
        }

    def rules_for(self, category: str) -> tuple[Rule, ...]:
        return self._by_category.get(category, self._by_category[None])

    @cached_property
    def looks_back(self) -> timedelta:
        """How far back a rule counts reports; zero where none does."""
        counts = [part.within for part in self._parts() if isinstance(part, Counted)]
        return max(counts, default=timedelta())

    @cached_property
    def follows_course(self) -> bool:
        """Whether a rule looks at what partners found or whether they are at work."""
        return any(isinstance(part, (Found, Running)) for part in self._parts())

    def _parts(self) -> Iterator[Condition]:
        return (part for rule in self.rules for part in parts_of(rule.when))


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that spoke, why it is there, and what it saw."""

    rule: str
    because: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the policy decided, and why.

    `lead` is the part that the category's rule names first of those that are asked. `held` says of a track why its
    questions wait, and `withheld` of a part why it is not asked.
    """

    policy_version: str
    tracks: tuple[str, ...]
    requests: tuple[Request, ...]
    lead: str
    fired: tuple[Fired, ...]
    held: Mapping[str, str] = field(default_factory=dict)
    withheld: Mapping[str, str] = field(default_factory=dict)
    instruments: tuple[str, ...] = ()


def question_for(part: str, track: str, policy: Policy) -> str | None:
    """What the policy would ask of who plays a part, on this track if it can; none where it never asks."""
    asked = [request for rule in policy.rules for request in rule.requests if request.part == part]
    asked.sort(key=lambda request: request.track != track)
    return asked[0].question if asked else None


ASK_THE_DESK = Request(DESK, CARE, "Wilt u deze melding zelf beoordelen?", (2, "working-days"))
DAYS = {"hours": 1 / 24, "working-days": 1.0, "calendar-days": 1.0}


def assess(facts: Facts, policy: Policy) -> Assessment:
    """Every rule that speaks adds its tracks and requests; of those to one part the shortest term counts.

    Where the policy has no rule for the category, or nobody to ask, the desk itself is asked: never nobody.
    """
    speaking = [rule for rule in policy.rules_for(facts.category) if rule.when.holds(facts)]
    heard = [rule for rule in speaking if rule.only] or speaking
    withheld = _withheld(speaking, heard)
    asked = _asked(heard, withheld)
    fired = [_fired(rule, facts) for rule in speaking]
    unknown = not any(rule.category for rule in speaking)
    if unknown:
        why = f"Het beleid kent geen regel voor {facts.category}: een mens beslist."
        fired.append(Fired("geen-regel", why, (f"soort: {facts.category}",)))
    if not asked or (unknown and heard is speaking):
        asked[DESK] = ASK_THE_DESK
    return Assessment(
        policy_version=policy.version,
        tracks=tuple(
            sorted({track for rule in heard for track in rule.tracks} | {r.track for r in asked.values()})
        ),
        requests=tuple(asked.values()),
        lead=_lead(heard, asked),
        fired=tuple(fired),
        held={track: rule.because for rule in reversed(heard) for track in rule.hold},
        withheld=withheld,
        instruments=tuple(dict.fromkeys(one for rule in heard for one in rule.instruments)),
    )


def _withheld(speaking: Sequence[Rule], heard: Sequence[Rule]) -> dict[str, str]:
    """Who is not asked though a rule would, and why."""
    wanted = {request.part for rule in speaking for request in rule.requests}
    never = {part: rule.because for rule in reversed(speaking) for part in rule.not_ask if part in wanted}
    if len(heard) == len(speaking):
        return never
    still = {request.part for rule in heard for request in rule.requests}
    return dict.fromkeys(sorted(wanted - still), heard[0].because) | never


def _asked(heard: Sequence[Rule], withheld: Mapping[str, str]) -> dict[str, Request]:
    asked: dict[str, Request] = {}
    for request in (request for rule in heard for request in rule.requests if request.part not in withheld):
        known = asked.get(request.part)
        if known is None or length(request.term) < length(known.term):
            asked[request.part] = request
    return asked


def _lead(heard: Sequence[Rule], asked: Mapping[str, Request]) -> str:
    named = (r.part for rule in heard if rule.category or rule.only for r in rule.requests)
    return next((part for part in named if part in asked), DESK if DESK in asked else next(iter(asked)))


def _fired(rule: Rule, facts: Facts) -> Fired:
    seen = [words for words, _ in Is("category", frozenset()).read(facts)] if rule.category else []
    return Fired(rule.name, rule.because, (*seen, *(words for words, _ in rule.when.read(facts))))


def length(term: tuple[int, str]) -> float:
    """A term in days, to compare."""
    amount, unit = term
    return amount * DAYS[unit]


def difference(before: Assessment, after: Assessment, names: Mapping[str, str]) -> tuple[str, ...]:
    """What another assessment changes, in sentences; none where nothing does. `names` are those of the parts."""
    then = {request.part: request for request in before.requests}
    now = {request.part: request for request in after.requests}
    return (
        *(f"{names.get(part, part)} wordt nu ook gevraagd." for part in now if part not in then),
        *(
            f"{names.get(part, part)} wordt niet meer gevraagd{_why(after.withheld.get(part))}"
            for part in then
            if part not in now
        ),
        *(
            f"{names.get(part, part)} heeft een andere termijn: {term_in_words(now[part])} in plaats van {term_in_words(then[part])}."
            for part in now
            if part in then and now[part].term != then[part].term
        ),
        *(f"Het spoor {TRACK_NAMES[t]} komt erbij." for t in after.tracks if t not in before.tracks),
        *(f"Het spoor {TRACK_NAMES[t]} vervalt." for t in before.tracks if t not in after.tracks),
        *(
            f"Het spoor {TRACK_NAMES[t]} wacht{_why(why)}"
            for t, why in after.held.items()
            if t not in before.held
        ),
        *(f"Het spoor {TRACK_NAMES[t]} gaat verder." for t in before.held if t not in after.held),
    )


def _why(because: str | None) -> str:
    return f": {because[:1].lower()}{because[1:]}" if because else "."


UNITS = {
    "hours": ("uur", "uur"),
    "working-days": ("werkdag", "werkdagen"),
    "calendar-days": ("dag", "dagen"),
}


def term_in_words(request: Request) -> str:
    amount, unit = request.term
    one, more = UNITS[unit]
    return f"{amount} {one if amount == 1 else more}"
