"""The table of terms as a policy officer writes it, checked when it is loaded: every fault with its line."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

from pydantic import ValidationError

from chassis.calendar import LONGEST_DAYS, NotATerm, Term
from chassis.toml_faults import WORDS, Fault, TextIsWrong, of_form, of_toml
from chassis.toml_lines import line_of
from contracts.categories import load as load_categories
from contracts.routing import Track
from monitoring.adapters.term_shape import File, RuleShape, several
from monitoring.domain.terms import (
    CONDITIONS,
    ENDS_ELSEWHERE,
    KNOWN,
    URGENCIES,
    TermRule,
    TermTable,
    tabled,
    undecided,
    without_rule,
)

WORDS_HERE = WORDS | {"extra_forbidden": "kent de termijntabel niet"}
NO_TEXT = "Dit is geen leesbare tekst, of er staat te veel in elkaar."
KINDS = {"partner": "partner", "category": "soort", "urgency": "spoed", "track": "spoor"}
CODE = re.compile(r"^[a-z0-9][a-z0-9:.-]{0,63}$")
IN_A_DEMONSTRATION = {
    'version = "2026-12.1"': 'version = "2026-12.1-demo"',
    'within = 1\nunit = "hours"': 'within = 24\nunit = "hours"',
}
"""Hours shrink with the days: a real hour would be over before a mail is sent."""


class TermsAreWrong(TextIsWrong):
    """The table of terms cannot be used."""

    code = "terms"


def shipped(*, demo: bool = False) -> str:
    """The text of the table that comes with the hub."""
    text = (files("monitoring") / "terms.toml").read_text("utf-8")
    for written, becomes in IN_A_DEMONSTRATION.items() if demo else ():
        text = text.replace(written, becomes, 1)
    return text


def load(text: str, partners: Collection[str] = ()) -> TermTable:
    """TermsAreWrong with every fault. With the ids of the partners that there are, a rule for another is one."""
    try:
        text.encode()
        content = tomllib.loads(text)
        file = File.model_validate(content)
    except tomllib.TOMLDecodeError as failure:
        raise TermsAreWrong([of_toml(failure)]) from None
    except ValidationError as failure:
        raise TermsAreWrong(of_form(failure, content, text, WORDS_HERE)) from None
    except (UnicodeEncodeError, RecursionError):
        raise TermsAreWrong([(None, "", NO_TEXT)]) from None
    if faults := [*_faults_of_each(file, text, partners)]:
        raise TermsAreWrong(faults)
    rules = [_rule(rule, file.warn_share) for rule in file.terms]
    if faults := [*_faults_between(rules, text)]:
        raise TermsAreWrong(faults)
    return tabled(file.version, rules)


@lru_cache(maxsize=32)
def load_kept(text: str) -> TermTable:
    """The table in a text that is asked for again and again. TermsAreWrong."""
    return load(text)


def _rule(rule: RuleShape, warn_share: float) -> TermRule:
    asked = {name: frozenset(several(getattr(rule, name))) for name in CONDITIONS}
    return TermRule(
        name=rule.name,
        because=rule.because,
        promise=rule.promise,
        warn_share=rule.warn_share or warn_share,
        amount=rule.within,
        unit=rule.unit or "hours",
        statutory=rule.statutory,
        asks={name: values for name, values in asked.items() if values},
    )


def _faults_of_each(file: File, text: str, partners: Collection[str]) -> Iterator[Fault]:
    """What is well formed and makes no sense."""
    seen: dict[str, int] = {}
    for number, rule in enumerate(file.terms):
        for key, what in (*_of_term(rule), *_of_conditions(rule, partners)):
            yield line_of(text, ("terms", number, key)), rule.name, what
        if rule.name in seen:
            first = line_of(text, ("terms", seen[rule.name], "name"))
            what = f"de regel op regel {first} heet ook zo: geef deze een andere naam"
            yield line_of(text, ("terms", number, "name")), rule.name, what
        seen.setdefault(rule.name, number)


def _of_term(rule: RuleShape) -> Iterator[tuple[str, str]]:
    if rule.promise in ENDS_ELSEWHERE:
        if rule.within or rule.unit:
            key = "within" if rule.within else "unit"
            yield key, "wanneer dit klaar moet zijn staat in het beleid: laat `within` en `unit` weg"
        return
    if rule.within is None:
        yield "name", "`within` ontbreekt: schrijf op hoe lang de termijn is"
    if rule.unit is None:
        yield "name", "`unit` ontbreekt: schrijf op in welke eenheid"
    if rule.within and rule.unit:
        try:
            Term(rule.within, rule.unit)
        except NotATerm:
            yield "within", f"de termijn is te lang: hij moet korter zijn dan {LONGEST_DAYS} dagen"


def _of_conditions(rule: RuleShape, partners: Collection[str]) -> Iterator[tuple[str, str]]:
    known: dict[str, Collection[str]] = {
        "category": load_categories(),
        "urgency": URGENCIES,
        "track": [str(track) for track in Track],
    }
    if partners:
        known["partner"] = sorted(partners)
    for name in CONDITIONS:
        values = several(getattr(rule, name))
        if values and name not in KNOWN[rule.promise]:
            can = ", ".join(one for one in CONDITIONS if one in KNOWN[rule.promise])
            yield name, f"`{name}` is bij {rule.promise} nooit bekend: vraag naar {can}"
        for value in values:
            if name in known and value not in known[name]:
                yield name, f"er is geen {KINDS[name]} {value}: kies uit {', '.join(known[name])}"
            elif name not in known and not CODE.match(value):
                yield name, f"{value} is geen code: kleine letters, cijfers en streepjes"


def _faults_between(rules: list[TermRule], text: str) -> Iterator[Fault]:
    lines: Mapping[str, int | None] = {
        rule.name: line_of(text, ("terms", number)) for number, rule in enumerate(rules)
    }
    for one, other in undecided(rules):
        yield (
            lines[other.name],
            other.name,
            (
                f"deze regel en {one.name} op regel {lines[one.name]} kunnen allebei gelden, en vragen evenveel: "
                "maak een regel voor wanneer beide gelden, of laat een van de twee meer vragen"
            ),
        )
    for promise in without_rule(rules):
        yield (
            None,
            str(promise),
            "er is geen regel zonder voorwaarden: schrijf er een, voor alle andere gevallen",
        )
