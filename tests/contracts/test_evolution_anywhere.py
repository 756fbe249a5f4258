"""Whatever is added to whatever message breaks nothing, and what breaks is found wherever it is."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import evolution
from contracts.evolution import breaks

Json = dict[str, Any]


def objects(schema: Json) -> Iterator[Json]:
    """The message and its parts: every place where fields stand."""
    yield from (place for place in [schema, *schema.get("$defs", {}).values()] if place.get("properties"))


def fields(schema: Json) -> Iterator[tuple[Json, str]]:
    yield from ((place, name) for place in objects(schema) for name in place["properties"])


def texts(schema: Json) -> Iterator[Json]:
    """Every place where a text is allowed, those with and without a list of words."""
    for place in [schema, *schema.get("$defs", {}).values()]:
        for field in [place, *place.get("properties", {}).values()]:
            for each in [field, *field.get("anyOf", []), field.get("items", {})]:
                if each.get("type") == "string":
                    yield each


def required(place: Json) -> list[str]:
    names: list[str] = place.setdefault("required", [])
    return names


def add_required(schema: Json, choose: Callable[[Any], Any]) -> None:
    place = choose(objects(schema))
    place["properties"]["addedLater"] = {"type": "string"}
    required(place).append("addedLater")


def remove(schema: Json, choose: Callable[[Any], Any]) -> None:
    place, name = choose(fields(schema))
    del place["properties"][name]
    place["required"] = [other for other in required(place) if other != name]


def rename(schema: Json, choose: Callable[[Any], Any]) -> None:
    place, name = choose(fields(schema))
    place["properties"]["renamed"] = place["properties"].pop(name)
    place["required"] = ["renamed" if other == name else other for other in required(place)]


def turn_required_or_optional(schema: Json, choose: Callable[[Any], Any]) -> None:
    place, name = choose(fields(schema))
    others = [other for other in required(place) if other != name]
    place["required"] = others if name in place["required"] else [*others, name]


def change_type(schema: Json, choose: Callable[[Any], Any]) -> None:
    place, name = choose(fields(schema))
    place["properties"][name] = {"type": "number"}


def allow_another_type(schema: Json, choose: Callable[[Any], Any]) -> None:
    place, name = choose(fields(schema))
    place["properties"][name] = {"anyOf": [place["properties"][name], {"type": "number"}]}


def narrow_text(schema: Json, choose: Callable[[Any], Any]) -> None:
    text = choose(texts(schema))
    keyword, value = choose([("pattern", "^x$"), ("format", "email"), ("minLength", 99), ("maxLength", 0)])
    text[keyword] = value


def narrow_or_widen_words(schema: Json, choose: Callable[[Any], Any]) -> None:
    text = choose(texts(schema))
    if "const" in text:
        text["const"] = "another"
    elif "enum" in text:
        text["enum"] = choose([text["enum"][1:], [*text["enum"], "another"]])
    else:
        text["enum"] = ["yes", "no"]


def close_to_more(schema: Json, choose: Callable[[Any], Any]) -> None:
    choose(objects(schema))["additionalProperties"] = False


BREAKING = [
    add_required,
    remove,
    rename,
    turn_required_or_optional,
    change_type,
    allow_another_type,
    narrow_text,
    narrow_or_widen_words,
    close_to_more,
]

FIELDS = [
    {"type": "string"},
    {"type": "integer", "minimum": 0},
    {"type": "boolean", "default": False},
    {"type": "string", "enum": ["yes", "no"], "default": "no"},
    {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}], "default": None},
    {"type": "array", "items": {"type": "string"}, "default": []},
    {"type": "object", "properties": {"inner": {"type": "string"}}, "required": ["inner"]},
]

messages = st.sampled_from(list(evolution.current().values()))


def add(schema: Json, choose: Callable[[Any], Any]) -> None:
    """Some optional fields, in any order and anywhere, and other texts about what is there."""
    for number, place in enumerate(objects(schema)):
        added = {f"addedLater{number}": deepcopy(choose(FIELDS))}
        place["properties"] = choose([added | place["properties"], place["properties"] | added])
        place["description"] = "Said in other words."


@given(messages, st.data())
def test_no_addition_breaks_anything(old: Json, data: st.DataObject) -> None:
    new = deepcopy(old)
    add(new, chosen_by(data))
    assert breaks(old, new) == []


@pytest.mark.parametrize("change", BREAKING, ids=lambda change: change.__name__)
@given(old=messages, data=st.data())
def test_every_breaking_change_is_found_wherever_it_is(
    change: Callable[..., None], old: Json, data: st.DataObject
) -> None:
    new = deepcopy(old)
    change(new, chosen_by(data))
    assert breaks(old, new)
    add(new, chosen_by(data))
    assert breaks(old, new)


def chosen_by(data: st.DataObject) -> Callable[[Any], Any]:
    return lambda options: data.draw(st.sampled_from(list(options)))
