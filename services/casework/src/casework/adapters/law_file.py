"""What the law and the city set, as a lawyer keeps it in a file; checked when it is loaded, every fault with its line."""

import tomllib
from collections.abc import Iterator
from enum import StrEnum
from importlib.resources import files

from pydantic import ValidationError

from casework.adapters.law_shape import AmountShape, File, NumberShape, RuleShape, TermShape
from casework.adapters.legal_calendar import StatutoryCalendar
from casework.domain.law import (
    AmountName,
    Law,
    LegalCalendar,
    LegalTerm,
    NumberName,
    Provision,
    RuleName,
    TermName,
)
from chassis.toml_faults import WORDS, Fault, TextIsWrong, of_form, of_toml
from chassis.toml_lines import line_of

WORDS_HERE = WORDS | {
    "extra_forbidden": "kent dit bestand niet",
    "date_type": "moet een datum zijn, zoals 2021-04-01",
    "date_from_datetime_inexact": "moet een datum zijn zonder tijd, zoals 2021-04-01",
    "string_too_long": "is te lang: hoogstens {max_length} tekens",
    "too_long": "is te lang: hoogstens {max_length} regels",
}
NO_TEXT = "Dit is geen leesbare tekst, of er staat te veel in elkaar."
KINDS: dict[str, type[StrEnum]] = {
    "terms": TermName,
    "amounts": AmountName,
    "numbers": NumberName,
    "rules": RuleName,
}

Shape = TermShape | AmountShape | NumberShape | RuleShape


class LawIsWrong(TextIsWrong):
    """The file of terms and amounts cannot be used."""

    code = "law"


def shipped() -> str:
    """The text that comes with the hub."""
    return (files("casework") / "instruments.toml").read_text("utf-8")


def load(text: str, calendar: LegalCalendar | None = None) -> Law:
    """LawIsWrong with every fault."""
    try:
        text.encode()
        content = tomllib.loads(text)
        file = File.model_validate(content)
    except tomllib.TOMLDecodeError as failure:
        raise LawIsWrong([of_toml(failure)]) from None
    except ValidationError as failure:
        raise LawIsWrong(of_form(failure, content, text, WORDS_HERE)) from None
    except (UnicodeEncodeError, RecursionError):
        raise LawIsWrong([(None, "", NO_TEXT)]) from None
    if faults := [*_twice(file, text), *_missing(file)]:
        raise LawIsWrong(faults)
    return Law(file.version, tuple(map(_provision, _all(file))), calendar or StatutoryCalendar())


def _all(file: File) -> Iterator[Shape]:
    yield from file.terms
    yield from file.amounts
    yield from file.numbers
    yield from file.rules


def _provision(shape: Shape) -> Provision:
    value: LegalTerm | int
    match shape:
        case TermShape():
            value = LegalTerm(shape.within, shape.unit)
        case AmountShape():
            value = shape.euros * 100
        case NumberShape():
            value = shape.number
        case RuleShape():
            value = int(shape.holds)
    return Provision(str(shape.name), value, shape.valid_from, shape.source, shape.check)


def _twice(file: File, text: str) -> Iterator[Fault]:
    """Two that would hold from the same day."""
    for kind in KINDS:
        seen: dict[tuple[str, object], int | None] = {}
        shapes: list[Shape] = getattr(file, kind)
        for number, shape in enumerate(shapes):
            line = line_of(text, (kind, number, "valid_from"))
            known = (str(shape.name), shape.valid_from)
            if known in seen:
                what = f"geldt vanaf dezelfde dag als die op regel {seen[known]}: kies een andere dag, of haal er een weg"
                yield line, str(shape.name), what
            seen.setdefault(known, line)


def _missing(file: File) -> Iterator[Fault]:
    """Names that the instruments ask for and that nobody wrote down."""
    written = {str(shape.name) for shape in _all(file)}
    for kind, names in KINDS.items():
        for name in names:
            if name not in written:
                yield None, str(name), f"ontbreekt: schrijf er een [[{kind}]] voor"
