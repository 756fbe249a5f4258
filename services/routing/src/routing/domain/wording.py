"""How a rule of the policy reads, in Dutch."""

import re
from collections.abc import Iterable, Iterator, Mapping

from routing.domain.conditions import (
    ALWAYS,
    DAYS,
    NAMES,
    Answered,
    AtTime,
    Condition,
    Counted,
    Every,
    Found,
    InArea,
    Is,
    Not,
    OnDay,
    Running,
    Some,
    said,
)
from routing.domain.policy import TRACK_NAMES, Request, Rule, term_in_words

VALUES: Mapping[str, str] = {
    "corporation-tenant": "huurt van een corporatie",
    "private-tenant": "huurt van iemand anders",
    "owner": "is eigenaar",
    "other": "anders",
    "violation-found": "overtreding gezien",
    "refused": "hulp geweigerd",
    "normalised": "weer gewoon",
    "moved": "verhuisd",
    "handed-over": "overgedragen",
}
"""Codes that have words; others read as they are."""

SIGNALS: Mapping[tuple[str, bool], str] = {
    ("danger", True): "gevaar gemeld",
    ("danger", False): "geen gevaar gemeld",
    ("children", True): "kinderen erbij",
    ("children", False): "geen kinderen erbij",
    ("going_on_now", True): "nu aan de gang",
    ("going_on_now", False): "nu niet aan de gang",
    ("reported_before", True): "eerder gemeld",
    ("reported_before", False): "niet eerder gemeld",
}
KEPT_SIGNALS = {f"{NAMES[fact]}: {said(value)}": words for (fact, value), words in SIGNALS.items()}

CODE = re.compile(r"[A-Za-z][\w-]+")

Line = tuple[str, str]
"""What it is about, and what the rule says of it."""


def title(rule: Rule, names: Mapping[str, str]) -> str:
    """What a rule is called: its category, or the name it has in the text, without the hyphens."""
    if rule.category:
        return names.get(rule.category, rule.category)
    return f"{rule.name[:1].upper()}{rule.name[1:]}".replace("-", " ")


def seen_in_words(reading: str, names: Mapping[str, str]) -> str:
    """What a rule saw, as it was kept, with words for the codes in it."""
    return KEPT_SIGNALS.get(reading) or CODE.sub(lambda code: _word(code[0], names), reading)


def in_words(condition: Condition, names: Mapping[str, str]) -> str:
    """What must hold. `names` are those of the parts, the partners and the categories."""
    match condition:
        case Not(Is(fact, values)) if values == frozenset({None}):
            return f"{NAMES[fact]} is bekend"
        case Not(part):
            return f"niet {_inside(part, names)}"
        case Every(parts):
            return " en ".join(_inside(part, names) for part in parts) or "altijd"
        case Some(parts, at_least):
            joined = " of ".join(_inside(part, names) for part in parts)
            return joined if at_least == 1 else f"minstens {at_least} van: {joined}"
        case Found(part, values):
            return (
                f"bevinding van {names.get(part, part)}: {_either(_word(value, names) for value in values)}"
            )
        case _:
            return _of_the_report(condition, names)


def _of_the_report(condition: Condition, names: Mapping[str, str]) -> str:  # noqa: PLR0911  one for each kind
    match condition:
        case Is("category", values):
            return f"soort: {_kinds(map(said, values), names)}"
        case Is(fact, values) if all((fact, value) in SIGNALS for value in values):
            return _either(SIGNALS[fact, bool(value)] for value in values)
        case Is(fact, values):
            return f"{NAMES[fact]}: {_either(_word(said(value), names) for value in values)}"
        case InArea(codes):
            return f"buurt: {_either(codes)}"
        case Answered(question, values):
            return f"antwoord op ‘{question}’: {_either(values)}"
        case Counted():
            return _counted(condition, names)
        case AtTime(since, until):
            return f"ontvangen tussen {since}.00 en {until}.00 uur"
        case OnDay(days):
            return f"ontvangen op {_either((DAYS[day] for day in sorted(days)), in_order=True)}"
        case Running(track):
            return f"{TRACK_NAMES[track]} loopt"
        case _:
            raise TypeError(f"{type(condition).__name__} has no words")


def _counted(condition: Counted, names: Mapping[str, str]) -> str:
    one, more = ("melder", "melders") if condition.what == "reporters" else ("melding", "meldingen")
    many = f"{condition.at_least} {one if condition.at_least == 1 else more}"
    kinds = f" van soort {_kinds(condition.categories, names)}" if condition.categories else ""
    return f"minstens {many}{kinds} op dit adres in {condition.within.days} dagen"


def _inside(condition: Condition, names: Mapping[str, str]) -> str:
    words = in_words(condition, names)
    return f"({words})" if isinstance(condition, (Every, Some)) else words


def _kinds(categories: Iterable[str], names: Mapping[str, str]) -> str:
    """In quotes: there are commas in their names."""
    return _either(f"‘{names.get(category, category)}’" for category in categories)


def _word(code: str, names: Mapping[str, str]) -> str:
    return names.get(code) or VALUES.get(code, code)


def _either(values: Iterable[str], *, in_order: bool = False) -> str:
    *others, last = values if in_order else sorted(values)
    return f"{', '.join(others)} of {last}" if others else last


def in_lines(rule: Rule, names: Mapping[str, str]) -> tuple[Line, ...]:
    """The whole rule, a line for each thing that it says."""
    return tuple(_lines(rule, names))


def _lines(rule: Rule, names: Mapping[str, str]) -> Iterator[Line]:
    if rule.when != ALWAYS:
        yield "Als", in_words(rule.when, names)
    for request in rule.requests:
        yield f"Vraagt {names.get(request.part, request.part)}", _asked(request)
    if rule.requests and (rule.category or rule.only):
        yield "Regie bij", names.get(rule.requests[0].part, rule.requests[0].part)
    if opened := [track for track in rule.tracks if track not in {one.track for one in rule.requests}]:
        yield "Opent", ", ".join(TRACK_NAMES[track] for track in opened)
    if rule.not_ask:
        yield "Vraagt niet", ", ".join(sorted(names.get(part, part) for part in rule.not_ask))
    if rule.only:
        yield "Andere weg", "wat andere regels vragen, vervalt"
    if rule.hold:
        yield "Laat wachten", ", ".join(sorted(TRACK_NAMES[track] for track in rule.hold))
    if rule.instruments:
        yield "Instrumenten", ", ".join(rule.instruments)
    yield "Reden", rule.because


def _asked(request: Request) -> str:
    return f"{request.question} Spoor {TRACK_NAMES[request.track]}, binnen {term_in_words(request)}."
