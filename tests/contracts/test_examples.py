"""The golden examples: what was once sent stays readable."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from contracts.catalogue import BY_NAME, Entry
from contracts.envelope import CloudEvent

Json = dict[str, Any]
Schemas = dict[str, Json]


def validate(schema: Json, value: Json) -> None:
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)


def grown(value: Any) -> Any:
    """The same value from a newer publisher: every object has a field more."""
    if isinstance(value, dict):
        return {"addedLater": {"by": "a newer version"}} | {key: grown(part) for key, part in value.items()}
    return [grown(part) for part in value] if isinstance(value, list) else value


def test_every_message_has_one_example(examples: dict[str, Json]) -> None:
    assert examples.keys() == BY_NAME.keys()


def test_an_example_is_read_as_its_message(entry: Entry, example: Json) -> None:
    event = CloudEvent.model_validate(example)
    message = entry.message.model_validate(event.data)
    assert event.type == entry.message.type()
    assert event.name == entry.name
    assert event.subject == message.subject


def test_an_example_meets_its_schemas(entry: Entry, example: Json, schemas: Schemas) -> None:
    validate(schemas["cloudevent"], example)
    validate(schemas[entry.name], example["data"])


def test_an_example_names_its_schema(entry: Entry, example: Json, schemas: Schemas) -> None:
    assert example["dataschema"] == schemas[entry.name]["$id"]


def test_an_example_shows_every_field(entry: Entry, example: Json) -> None:
    assert list(example["data"]) == [field.alias for field in entry.message.model_fields.values()]


def test_a_message_comes_back_as_it_went(entry: Entry, example: Json) -> None:
    message = entry.message.model_validate(example["data"])
    assert message.model_dump(mode="json", exclude_unset=True) == example["data"]
    assert entry.message.model_validate_json(message.model_dump_json()) == message


def test_a_message_without_its_optional_fields_comes_back_whole(
    entry: Entry, example: Json, schemas: Schemas
) -> None:
    required = [field.alias for field in entry.message.model_fields.values() if field.is_required()]
    message = entry.message.model_validate({name: example["data"][name] for name in required})
    sent = message.model_dump(mode="json")
    validate(schemas[entry.name], sent)
    assert entry.message.model_validate(sent) == message


def test_an_envelope_comes_back_as_it_went(example: Json) -> None:
    event = CloudEvent.model_validate(example)
    assert event.model_dump(mode="json", exclude_unset=True) == example


def test_what_a_newer_version_adds_is_ignored(entry: Entry, example: Json, schemas: Schemas) -> None:
    newer = grown(example)
    validate(schemas["cloudevent"], newer)
    validate(schemas[entry.name], newer["data"])
    event, newer_event = CloudEvent.model_validate(example), CloudEvent.model_validate(newer)
    assert newer_event.model_copy(update={"data": event.data}) == event
    assert entry.message.model_validate(newer_event.data) == entry.message.model_validate(event.data)


def test_a_missing_field_meets_no_schema(entry: Entry, example: Json, schemas: Schemas) -> None:
    for name in schemas[entry.name]["required"]:
        with pytest.raises(ValidationError, match=f"'{name}' is a required property"):
            validate(schemas[entry.name], {key: part for key, part in example["data"].items() if key != name})


@pytest.mark.parametrize("time", ["2026-03-09", "2026-03-09T19:42:11", "yesterday"])
def test_a_time_without_its_zone_meets_no_schema(
    time: str, examples: dict[str, Json], schemas: Schemas
) -> None:
    with pytest.raises(ValidationError, match="is not a 'date-time'"):
        validate(schemas["cloudevent"], examples["cases.opened.v1"] | {"time": time})


def test_the_formats_in_use_are_all_checked() -> None:
    assert {"date", "date-time", "uuid"} <= Draft202012Validator.FORMAT_CHECKER.checkers.keys()
