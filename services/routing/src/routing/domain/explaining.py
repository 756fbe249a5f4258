"""Why the policy decides as it does: every rule that was tried, and what it looked at."""

from dataclasses import dataclass

from routing.domain.conditions import Is, Reading
from routing.domain.facts import Facts
from routing.domain.policy import Assessment, Policy, Rule, assess


class NoSuchAssessment(Exception):
    """The policy decided nothing about this report."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that was tried. `overruled` says that it spoke, and that a rule with `only` left out what it asks."""

    rule: str
    because: str
    spoke: bool
    overruled: bool
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is decided about these facts, and every rule that had a say or might have had."""

    assessment: Assessment
    tried: tuple[Tried, ...]


def explain(facts: Facts, policy: Policy) -> Explanation:
    rules = policy.rules_for(facts.category)
    another_way = any(rule.only and rule.speaks(facts) for rule in rules)
    return Explanation(
        assess(facts, policy), tuple(_try(rule, facts, another_way=another_way) for rule in rules)
    )


def _try(rule: Rule, facts: Facts, *, another_way: bool) -> Tried:
    kind = Is("category", frozenset({rule.category})).read(facts) if rule.category else ()
    spoke = rule.speaks(facts)
    return Tried(
        rule=rule.name,
        because=rule.because,
        spoke=spoke,
        overruled=spoke and another_way and not rule.only,
        readings=(*kind, *rule.when.read(facts)),
    )
