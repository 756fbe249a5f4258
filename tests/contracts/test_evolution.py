"""A change of a message that breaks no message and no reader is let through; one that would is named."""

from typing import Any

import pytest

from contracts.evolution import breaks

Json = dict[str, Any]


def shape(required: str = "", /, **fields: Any) -> Json:
    return {"type": "object", "properties": fields, "required": required.split()}


TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
MAYBE_TEXT = {"anyOf": [TEXT, {"type": "null"}], "default": None}
WORDS = {"type": "string", "enum": ["yes", "no"]}
KNOWN_WORDS = {"type": "string", "x-extensible-enum": ["yes", "no"]}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(shape("a", a=TEXT), shape("a", a=TEXT, b=MAYBE_TEXT), id="an optional field"),
        pytest.param(
            shape("a", a=shape(b=TEXT)), shape("a", a=shape(b=TEXT, c=shape("d", d=TEXT))), id="one deeper down"
        ),
        pytest.param(
            shape(a={"type": "array", "items": shape(b=TEXT)}),
            shape(a={"type": "array", "items": shape(b=TEXT, c=NUMBER)}),
            id="one in a list",
        ),
        pytest.param(
            shape(a=shape(b={"type": "boolean", "default": False}) | {"default": {"b": False}}),
            shape(
                a=shape(b={"type": "boolean", "default": False}, c={"type": "boolean", "default": False})
                | {"default": {"b": False, "c": False}}
            ),
            id="one in a part with a default",
        ),
        pytest.param(shape(a=KNOWN_WORDS), shape(a=KNOWN_WORDS | {"x-extensible-enum": ["no", "so", "yes"]}), id="a word more where more were announced"),
        pytest.param(shape(a=TEXT), shape(a=KNOWN_WORDS), id="words that a text may hold"),
        pytest.param(shape(a=WORDS), shape(a={"type": "string", "enum": ["no", "yes"]}), id="another order of words"),
        pytest.param(
            shape(a=TEXT) | {"title": "A", "description": "Old"},
            shape(a=TEXT | {"description": "New", "examples": ["x"], "deprecated": True}),
            id="other texts about it",
        ),
        pytest.param(
            {"$defs": {"Word": WORDS}} | shape(a={"$ref": "#/$defs/Word", "default": "yes"}),
            {"$defs": {"Name": WORDS}} | shape(a={"$ref": "#/$defs/Name", "default": "yes"}),
            id="another name for a part",
        ),
        pytest.param(
            {"$defs": {"Word": WORDS}} | shape(a={"$ref": "#/$defs/Word"}), shape(a=WORDS), id="a part in its place"
        ),
        pytest.param(
            {"$defs": {"Node": shape(a={"$ref": "#/$defs/Node"})}, "$ref": "#/$defs/Node"},
            {"$defs": {"Knot": shape(a={"$ref": "#/$defs/Knot"}, b=TEXT)}, "$ref": "#/$defs/Knot"},
            id="a part that holds itself",
        ),
        pytest.param(
            shape(a={"anyOf": [TEXT, NUMBER, shape(b=TEXT), shape("c", c=TEXT)]}),
            shape(a={"oneOf": [shape("c", c=TEXT, d=TEXT), NUMBER, shape(b=TEXT), TEXT]}),
            id="another order of alternatives",
        ),
        pytest.param(shape(a=MAYBE_TEXT), shape(a={"type": ["null", "string"]}), id="another way to say the type"),
        pytest.param(shape(a={"const": 1}), shape(a={"enum": [1]}), id="another way to say the only value"),
        pytest.param(shape(a=TEXT), shape(a=TEXT) | {"additionalProperties": True}, id="another way to say the rest"),
    ],
)  # fmt: skip
def test_a_change_that_breaks_nothing(old: Json, new: Json) -> None:
    assert breaks(old, new) == []


MESSAGE = "so an old message may not fit now."
READER = "so an old reader may refuse a new message."
LOST = "so what an old message says there is lost."
LOST_AND_READER = "so what an old message says there is lost and an old reader may refuse a new message."
BOTH = "so an old message may not fit now and an old reader may refuse a new message."


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (shape(), shape("a", a=TEXT), f"a is new and required, {MESSAGE}"),
        (shape("a", a=TEXT), shape(), f"a is gone, {LOST_AND_READER}"),
        (shape(a=TEXT), shape(), f"a is gone, {LOST}"),
        (shape(a=TEXT), shape(b=TEXT), f"a is gone, {LOST}"),
        (shape(a=TEXT), shape("a", a=TEXT), f"a was optional and is required, {MESSAGE}"),
        (shape("a", a=TEXT), shape(a=TEXT), f"a was required and is optional, {READER}"),
        (shape(a=TEXT), shape(a=NUMBER), f"a: its type was string and is integer, {BOTH}"),
        (shape(a=MAYBE_TEXT), shape(a=TEXT), f"a: its type was string or null and is string, {MESSAGE}"),
        (shape("a", a=TEXT), shape("a", a=MAYBE_TEXT), f"a: its type was string and is string or null, {READER}"),
        (shape(a=TEXT), shape(a=WORDS), f'a: its enum was not given and is ["yes", "no"], {MESSAGE}'),
        (shape(a=WORDS), shape(a=TEXT), f'a: its enum was ["yes", "no"] and is not given, {READER}'),
        (shape(a=WORDS), shape(a=KNOWN_WORDS), f'a: its enum was ["yes", "no"] and is not given, {READER}'),
        (shape(a=KNOWN_WORDS), shape(a=WORDS), f'a: its enum was not given and is ["yes", "no"], {MESSAGE}'),
        (shape(a=WORDS), shape(a=WORDS | {"enum": ["yes"]}), f'a: its enum was ["yes", "no"] and is ["yes"], {MESSAGE}'),
        (shape(a=WORDS | {"enum": ["yes"]}), shape(a=WORDS), f'a: its enum was ["yes"] and is ["yes", "no"], {READER}'),
        (shape(a={"const": 1}), shape(a={"const": 2}), f"a: its enum was [1] and is [2], {BOTH}"),
        (
            shape(a=KNOWN_WORDS),
            shape(a=KNOWN_WORDS | {"x-extensible-enum": ["yes"]}),
            f'a: its x-extensible-enum was ["yes", "no"] and is ["yes"], {MESSAGE}',
        ),
        (shape(a=TEXT), shape(a=TEXT | {"maxLength": 9}), f"a: its maxLength was not given and is 9, {MESSAGE}"),
        (shape(a=TEXT | {"maxLength": 9}), shape(a=TEXT | {"maxLength": 8}), f"a: its maxLength was 9 and is 8, {MESSAGE}"),
        (shape(a=TEXT | {"maxLength": 8}), shape(a=TEXT | {"maxLength": 9}), f"a: its maxLength was 8 and is 9, {READER}"),
        (shape(a=TEXT | {"minLength": 0}), shape(a=TEXT | {"minLength": 1}), f"a: its minLength was 0 and is 1, {MESSAGE}"),
        (shape(a=NUMBER | {"minimum": 1}), shape(a=NUMBER | {"minimum": 0}), f"a: its minimum was 1 and is 0, {READER}"),
        (shape(a=TEXT | {"pattern": "a+"}), shape(a=TEXT | {"pattern": "a*"}), f'a: its pattern was "a+" and is "a*", {BOTH}'),
        (shape(a=TEXT), shape(a=TEXT | {"format": "uuid"}), f'a: its format was not given and is "uuid", {MESSAGE}'),
        (shape(a=TEXT | {"format": "uuid"}), shape(a=TEXT), f'a: its format was "uuid" and is not given, {READER}'),
        (shape(a=TEXT), shape(a=TEXT | {"unheardOf": 1}), f"a: its unheardOf was not given and is 1, {MESSAGE}"),
        (
            shape(a=TEXT | {"default": "nl"}),
            shape(a=TEXT | {"default": "en"}),
            'a: left out, it meant "nl" and means "en", so an old message says something else now.',
        ),
        (
            shape(a=shape() | {"default": {"b": {"c": 1}}}),
            shape(a=shape() | {"default": {"b": {"c": 2}, "d": 3}}),
            'a: left out, it meant {"b": {"c": 1}} and means {"b": {"c": 2}, "d": 3}, so an old message says something else now.',
        ),
        (
            shape(a=shape() | {"default": {"b": 1, "c": 1}}),
            shape(a=shape() | {"default": {"b": 1}}),
            'a: left out, it meant {"b": 1, "c": 1} and means {"b": 1}, so an old message says something else now.',
        ),
        (shape(a=shape(b=shape(c=TEXT))), shape(a=shape(b=shape())), f"c of b of a is gone, {LOST}"),
        (
            shape(a={"type": "array", "items": TEXT}),
            shape(a={"type": "array", "items": TEXT | {"minLength": 1}}),
            f"each of a: its minLength was not given and is 1, {MESSAGE}",
        ),
        (
            shape(a={"type": "array"}),
            shape(a={"type": "array", "items": TEXT}),
            f"each of a: its type was anything and is string, {BOTH}",
        ),
        (
            shape(a={"anyOf": [shape("b", b=TEXT), shape("c", c=TEXT)]}),
            shape(a={"anyOf": [shape("b", b=TEXT), shape("d", d=TEXT)]}),
            f"a: its shapes of type object are not the same, {BOTH}",
        ),
        (
            shape(a={"anyOf": [shape("b", b=TEXT), shape("c", c=TEXT)]}),
            shape(a=shape("b", b=TEXT)),
            f"a: its shapes of type object are not the same, {BOTH}",
        ),
        (
            shape(a=shape("b", b=TEXT)),
            shape(a={"anyOf": [shape("b", b=TEXT), shape("c", c=TEXT)]}),
            f"a: its shapes of type object are not the same, {BOTH}",
        ),
        (
            shape() | {"additionalProperties": False},
            shape(a=TEXT) | {"additionalProperties": False},
            f"a is new, {READER}",
        ),
        (
            shape(),
            shape() | {"additionalProperties": False},
            f"what else is in the message: its not was not given and is {{}}, {MESSAGE}",
        ),
        (
            {"type": "object", "additionalProperties": NUMBER},
            {"type": "object", "additionalProperties": TEXT},
            f"what else is in the message: its type was integer and is string, {BOTH}",
        ),
        (
            {"$defs": {"Word": WORDS}} | shape(a={"$ref": "#/$defs/Word"}),
            {"$defs": {"Word": WORDS | {"enum": ["yes"]}}} | shape(a={"$ref": "#/$defs/Word"}),
            f'a: its enum was ["yes", "no"] and is ["yes"], {MESSAGE}',
        ),
        (
            {"$defs": {"Node": shape(a={"$ref": "#/$defs/Node"}, b=TEXT)}, "$ref": "#/$defs/Node"},
            {"$defs": {"Node": shape(a={"$ref": "#/$defs/Node"}, b=NUMBER)}, "$ref": "#/$defs/Node"},
            f"b: its type was string and is integer, {BOTH}",
        ),
    ],
)  # fmt: skip
def test_a_change_that_breaks_says_what_and_whom(old: Json, new: Json, sentence: str) -> None:
    assert sentence in breaks(old, new)


def test_all_breaks_are_said() -> None:
    old, new = shape("a b", a=TEXT, b=MAYBE_TEXT), shape("c", b=MAYBE_TEXT, c=TEXT)
    assert breaks(old, new) == [
        f"a is gone, {LOST_AND_READER}",
        f"b was required and is optional, {READER}",
        f"c is new and required, {MESSAGE}",
    ]


def test_a_limit_on_all_alternatives_breaks_and_is_said_once() -> None:
    old = shape(a={"anyOf": [TEXT, NUMBER]})
    new = shape(a={"anyOf": [TEXT, NUMBER], "minLength": 1})
    assert breaks(old, new) == [f"a: its minLength was not given and is 1, {MESSAGE}"]
