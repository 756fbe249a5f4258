"""What is wrong with the form of a TOML text, for the official who wrote it: where, and in Dutch."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from chassis.toml_lines import line_of
from chassis.trouble import Trouble

Fault = tuple[int | None, str, str]
"""The line, what stands there, and what is wrong with it. No line is to blame for what is missing as a whole."""

Place = tuple[str | int, ...]

WORDS = {
    "missing": "ontbreekt",
    "extra_forbidden": "kent de hub hier niet",
    "string_type": "moet tekst zijn, of een lijst van teksten waar dat mag",
    "string_too_short": "is te kort: het moet minstens {min_length} tekens hebben",
    "string_pattern_mismatch": "heeft niet de juiste vorm: kleine letters, cijfers en streepjes",
    "int_type": "moet een heel getal zijn",
    "int_parsing": "moet een heel getal zijn",
    "int_from_float": "moet een heel getal zijn",
    "float_type": "moet een getal zijn",
    "bool_type": "moet true of false zijn",
    "bool_parsing": "moet true of false zijn",
    "greater_than": "moet meer zijn dan {gt}",
    "greater_than_equal": "moet minstens {ge} zijn",
    "less_than": "moet minder zijn dan {lt}",
    "less_than_equal": "mag hoogstens {le} zijn",
    "literal_error": "moet een van deze zijn: {expected}",
    "enum": "moet een van deze zijn: {expected}",
    "list_type": "moet een lijst zijn",
    "dict_type": "moet een tabel zijn",
    "model_type": "moet een tabel zijn",
    "model_attributes_type": "moet een tabel zijn",
    "too_short": "moet minstens {min_length} hebben",
}


class TextIsWrong(Trouble):
    """The text cannot be used."""

    code = "text"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(sentence(*fault) for fault in faults))

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The faults as a problem names them."""
        return [
            {
                "in": "body",
                "pointer": "/text",
                "code": self.code,
                "detail": sentence(*fault),
                "line": fault[0],
            }
            for fault in self.faults
        ]


def sentence(line: int | None, where: str, what: str) -> str:
    place = ", ".join(part for part in (f"regel {line}" if line else "", where) if part)
    return f"{place}: {what}" if place else what


def of_toml(failure: tomllib.TOMLDecodeError) -> Fault:
    found = re.search(r"\(at line (\d+)", str(failure))
    words = re.sub(r" \(at .*", "", str(failure))
    return (int(found[1]) if found else None, "", f"Dit is geen TOML: {words}")


def of_form(
    failure: ValidationError,
    content: Mapping[str, Any],
    text: str,
    words: Mapping[str, str] = WORDS,
) -> list[Fault]:
    """One for each place: what may be one or a list of them is no two faults."""
    faults: dict[Place, Fault] = {}
    for fault in failure.errors(include_url=False):
        place = tuple(_written(fault["loc"]))
        told = (
            words.get(fault["type"], fault["msg"]).format(**fault.get("ctx", {})).replace("' or '", "' of '")
        )
        faults.setdefault(place, (line_of(text, place), _named(place, content), told))
    return list(faults.values())


def _written(place: Place) -> Iterator[str | int]:
    """Without the names of types that were tried."""
    return (part for part in place if not re.fullmatch(r"str|list\[.*|constrained-.*", str(part)))


def _named(place: Place, content: Mapping[str, Any]) -> str:
    """A table of a list by its name, where it has one."""
    match place:
        case (str(tables), int(number), *keys):
            listed: Sequence[Any] = content[tables]
            name = listed[number].get("name") if isinstance(listed[number], dict) else None
            return ".".join(map(str, (name or f"{tables}.{number + 1}", *keys)))
        case _:
            return ".".join(map(str, place))
