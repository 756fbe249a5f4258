"""A change of a message breaks no message, no reader and no release; what would is named."""

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, Field

from contracts import evolution
from contracts.catalogue import BY_NAME
from contracts.envelope import CloudEvent, Message
from contracts.evolution import breaks
from contracts.upcasters import upcast

Json = dict[str, Any]

NOW = evolution.current()
RELEASES = evolution.releases()
RELEASED_EXAMPLES = sorted(evolution.RELEASED.glob("*/examples/*.json"))


# --- What was released


def test_every_release_holds_the_envelope_and_an_example_of_every_message() -> None:
    for version, schemas in RELEASES.items():
        examples = {path.stem for path in RELEASED_EXAMPLES if path.parents[1].name == version}
        assert schemas.keys() == examples | {"cloudevent"}


def test_nothing_released_is_broken() -> None:
    assert evolution.broken(NOW) == []


@pytest.mark.parametrize("path", RELEASED_EXAMPLES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_what_was_released_is_still_read(path: Path) -> None:
    event = CloudEvent.model_validate_json(path.read_text(encoding="utf-8"))
    name, data = upcast(event.name, event.data, BY_NAME.keys())
    message = BY_NAME[name].message.model_validate(data)
    assert message.subject == event.subject


# --- One change at a time


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


# --- Any change to any message


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


messages = st.sampled_from(list(NOW.values()))


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


# --- A new major, and what waited for it


class FirstOpened(Message, name="drawers.opened.v1", about="drawer_id"):
    """A drawer was opened; its number is the year and a count."""

    drawer_id: UUID
    number: str
    opened_at: AwareDatetime


class SecondOpened(Message, name="drawers.opened.v2", about="drawer_id"):
    """A drawer was opened; year and count stand apart."""

    drawer_id: UUID
    year: int
    count: int = Field(ge=1)
    opened_at: AwareDatetime


def split_number(data: Json) -> Json:
    year, count = data["number"].split("-")
    return {key: part for key, part in data.items() if key != "number"} | {
        "year": int(year),
        "count": int(count),
    }


UPCASTERS = {FirstOpened.name: split_number}
OPENED = {
    "drawerId": "019cd41f-0e38-7002-8002-000000000002",
    "number": "2026-000045",
    "openedAt": "2026-03-09T19:42:11Z",
}


def schema_of(message: type[Message]) -> Json:
    return message.model_json_schema(mode="serialization")


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A house with one release, which holds the first of the two majors."""
    (tmp_path / "0.1.0").mkdir()
    (tmp_path / f"0.1.0/{FirstOpened.name}.json").write_text(json.dumps(schema_of(FirstOpened)))
    return tmp_path


def test_a_first_that_waited_is_read_as_a_second() -> None:
    before = dict(OPENED)
    name, data = upcast(FirstOpened.name, OPENED, {SecondOpened.name}, UPCASTERS)
    assert name == SecondOpened.name
    message = SecondOpened.model_validate(data)
    assert (message.year, message.count) == (2026, 45)
    assert message.subject == FirstOpened.model_validate(OPENED).subject
    assert before == OPENED


def test_a_second_in_the_place_of_the_first_breaks_the_release(released: Path) -> None:
    assert evolution.broken({FirstOpened.name: schema_of(SecondOpened)}, released) == [
        f"drawers.opened.v1 of release 0.1.0: {sentence}"
        for sentence in (
            f"number is gone, {LOST_AND_READER}",
            f"year is new and required, {MESSAGE}",
            f"count is new and required, {MESSAGE}",
        )
    ]


def test_a_second_beside_the_first_breaks_nothing(released: Path) -> None:
    both = {message.name: schema_of(message) for message in (FirstOpened, SecondOpened)}
    assert evolution.broken(both, released) == []


def test_a_first_may_go_when_it_can_be_made_into_a_second(released: Path) -> None:
    gone = "drawers.opened.v1 of release 0.1.0: it is gone, and no upcaster makes a message of it that is still there"
    second = {SecondOpened.name: schema_of(SecondOpened)}
    assert evolution.broken(second, released, UPCASTERS) == []
    assert evolution.broken(second, released, {}) == [gone]
    assert evolution.broken({}, released, UPCASTERS) == [gone]


def test_every_release_counts_and_not_the_last_alone(released: Path) -> None:
    (released / "0.2.0").mkdir()
    (released / f"0.2.0/{FirstOpened.name}.json").write_text(json.dumps(schema_of(SecondOpened)))
    assert evolution.broken({FirstOpened.name: schema_of(SecondOpened)}, released)
    assert evolution.broken({FirstOpened.name: schema_of(FirstOpened)}, released)


# --- Releasing


def test_a_release_is_what_is_there_now(tmp_path: Path) -> None:
    evolution.release("0.1.0", tmp_path)
    assert evolution.releases(tmp_path) == {"0.1.0": NOW}
    for name in BY_NAME:
        written = tmp_path / f"0.1.0/examples/{name}.json"
        assert json.loads(written.read_text()) == json.loads(
            (evolution.EXAMPLES / f"{name}.json").read_text()
        )
    assert evolution.broken(NOW, tmp_path) == []


def contents(folder: Path) -> dict[Path, str]:
    return {path: path.read_text() for path in folder.rglob("*.json")}


def test_a_release_is_never_made_twice(tmp_path: Path) -> None:
    evolution.release("0.1.0", tmp_path)
    (tmp_path / "0.1.0/cases.opened.v1.json").write_text("{}")
    before = contents(tmp_path)
    with pytest.raises(SystemExit, match=r"0\.1\.0 was released before, and a release is never changed"):
        evolution.release("0.1.0", tmp_path)
    assert contents(tmp_path) == before


def test_what_breaks_a_release_is_not_released(released: Path) -> None:
    before = contents(released)
    with pytest.raises(SystemExit, match=re.escape("drawers.opened.v1 of release 0.1.0: it is gone")):
        evolution.release("0.2.0", released)
    assert contents(released) == before


@pytest.mark.parametrize("version", ["", "1", "v0.1.0", "0.1.0-rc1", "../0.1.0", "0.1.0/..", "0.1.0\n"])
def test_a_release_has_a_plain_version(version: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="is no version"):
        evolution.release(version, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_command_checks_and_releases() -> None:
    evolution.main(["check"])
    with pytest.raises(SystemExit):
        evolution.main(["release", "next"])
    with pytest.raises(SystemExit):
        evolution.main([])
