"""The policy as a policy officer writes it, checked when it is loaded: every fault with its line."""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from pydantic import ValidationError

from chassis.toml_faults import WORDS, Fault, TextIsWrong, of_form, of_toml
from chassis.toml_lines import line_of
from routing.adapters.policy_conditions import condition
from routing.adapters.policy_shape import File, GeneralRule, RuleShape, When, several
from routing.domain.policy import CARE, ENFORCEMENT, Policy, Request, Rule

WORDS_HERE = WORDS | {"extra_forbidden": "kent het beleid niet"}
NO_TEXT = "Dit is geen leesbare tekst, of er staat te veel in elkaar."


class PolicyIsWrong(TextIsWrong):
    """The policy cannot be used."""

    code = "policy"


def shipped() -> str:
    """The text of the policy that comes with the hub."""
    return (files("routing") / "policy.toml").read_text("utf-8")


def load(text: str | None = None) -> Policy:
    """The policy in a text, or the one that comes with the hub. PolicyIsWrong with every fault."""
    text = shipped() if text is None else text
    try:
        text.encode()
        content = tomllib.loads(text)
        file = File.model_validate(content)
    except tomllib.TOMLDecodeError as failure:
        raise PolicyIsWrong([of_toml(failure)]) from None
    except ValidationError as failure:
        raise PolicyIsWrong(of_form(failure, content, text, WORDS_HERE)) from None
    except (UnicodeEncodeError, RecursionError):
        raise PolicyIsWrong([(None, "", NO_TEXT)]) from None
    if faults := list(_faults(file, text)):
        raise PolicyIsWrong(faults)
    return Policy(file.version, (*_general_rules(file), *_category_rules(file, content["categories"])))


def _faults(file: File, text: str) -> Iterator[Fault]:
    """What is well formed and makes no sense."""
    names = [rule.name for rule in file.rules]
    for number, rule in enumerate(file.rules):
        for key, what in (*_idle(rule), *_strangers(rule, file)):
            yield line_of(text, ("rules", number, *key)), rule.name, what
        if rule.name in names[:number]:
            yield line_of(text, ("rules", number, "name")), rule.name, "een andere regel heet ook zo"
    for category, its in file.categories.items():
        for part in (*its.care, *its.enforcement, *its.questions):
            if part not in file.questions:
                line = line_of(text, ("categories", category))
                yield line, f"categories.{category}", _no_question(part)


def _idle(rule: GeneralRule) -> Iterator[tuple[Sequence[str], str]]:
    """What a rule lacks to do anything, and the key that is to blame."""
    asks = rule.care or rule.enforcement
    if not (asks or rule.tracks or rule.not_ask or rule.hold):
        yield (), "deze regel doet niets: hij vraagt, weert, opent en laat niets wachten"
    if rule.only and not asks:
        yield ("only",), "`only` vraagt om iemand die gevraagd wordt"
    if not rule.when.model_fields_set:
        yield ("when",), "`when` noemt geen voorwaarde"


def _strangers(rule: GeneralRule, file: File) -> Iterator[tuple[Sequence[str], str]]:
    """Whom and what a rule names that the file does not know."""
    for part in (*rule.care, *rule.enforcement, *rule.not_ask, *rule.questions, *rule.when.finding):
        if part not in file.questions:
            yield (), _no_question(part)
    for category in _categories_in(rule.when):
        if category not in file.categories:
            yield ("when",), f"er is geen soort {category}"


def _no_question(part: str) -> str:
    return f"er is geen vraag voor {part} onder [questions]"


def _categories_in(when: When) -> Iterator[str]:
    counts = [count.category for count in (when.reports, when.reporters) if count]
    for named in (when.category or [], *counts):
        yield from several(named)
    for part in (*when.any, *when.all, *([when.not_] if when.not_ else [])):
        yield from _categories_in(part)


def _category_rules(file: File, written: Mapping[str, Mapping[str, object]]) -> Iterator[Rule]:
    """The track that is written first leads: only the text itself knows which that is."""
    for category, rule in file.categories.items():
        requests = tuple(
            _requests(rule, file.questions, [t for t in written[category] if t in {CARE, ENFORCEMENT}])
        )
        yield Rule(
            name=category,
            because=rule.because,
            category=category,
            tracks=tuple(dict.fromkeys(request.track for request in requests)),
            requests=requests,
            instruments=tuple(rule.instruments),
        )


def _general_rules(file: File) -> Iterator[Rule]:
    for rule in file.rules:
        requests = tuple(_requests(rule, file.questions, [CARE, ENFORCEMENT]))
        yield Rule(
            name=rule.name,
            because=rule.because,
            when=condition(rule.when),
            tracks=tuple(dict.fromkeys([*rule.tracks, *(request.track for request in requests)])),
            requests=requests,
            not_ask=frozenset(rule.not_ask),
            only=rule.only,
            hold=frozenset(rule.hold),
        )


def _requests(rule: RuleShape, questions: Mapping[str, str], tracks: Iterable[str]) -> Iterator[Request]:
    asked = {CARE: rule.care, ENFORCEMENT: rule.enforcement}
    for track in tracks:
        for part in asked[track]:
            question = rule.questions.get(part, questions[part])
            yield Request(part, track, question, (rule.term, rule.unit))


def check_parts(policy: Policy, parts: Collection[str], text: str = "") -> None:
    """PolicyIsWrong where the policy asks a part that nobody in the register plays; with the lines in its text."""
    general = [rule.name for rule in policy.rules if rule.category is None]
    faults: list[Fault] = []
    for rule in policy.rules:
        where = ("categories", rule.category) if rule.category else ("rules", general.index(rule.name))
        line = line_of(text, where)
        strangers = dict.fromkeys(request.part for request in rule.requests if request.part not in parts)
        faults += [(line, rule.name, f"niemand in het register heeft de rol {part}") for part in strangers]
    if faults:
        raise PolicyIsWrong(faults)


@lru_cache(maxsize=32)
def load_kept(text: str) -> Policy:
    """The policy in a text that is asked for again and again. PolicyIsWrong."""
    return load(text)
