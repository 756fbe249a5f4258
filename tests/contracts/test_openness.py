"""Open messages hold no personal data: not by the name of a field, not in a text, not by accident."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from contracts.catalogue import CATALOGUE, Entry, Exchange

Json = dict[str, Any]
Schemas = dict[str, Json]

OPEN = [entry for entry in CATALOGUE if entry.exchange in {Exchange.OPEN, Exchange.PARTNER_CLOCKS}]
NOT_OPEN = [entry for entry in CATALOGUE if entry.exchange is Exchange.CONFIDENTIAL]

PERSONAL = set(
    re.findall(
        r"\w+",
        """
        name naam surname initials birth birthday age gender bsn identity nationality person reporter resident tenant
        phone telephone mobile email mail contact
        address adres street straat straatnaam postcode postal zip house huisnummer addition toevoeging
        city latitude longitude location coordinates
        story text note notes remark comment description body content subject toelichting omschrijving
        ip iban plate photo attachment
        """,
    )
)
NAMES_OF_NO_PERSON = {
    "partnerName": "an organisation",
    "holderName": "an organisation, or the desk itself",
    "ListedPartner.partnerName": "an organisation",
    "Area.name": "a neighbourhood",
    "categoryName": "the words for a category, from a list of the desk",
}
TEXTS_ABOUT_NO_PERSON = NAMES_OF_NO_PERSON | {
    "category": "a word from the policy's list",
    "language": "a language code",
    "number": "a case number, counted by casework",
    "partner": "a partner's id in the register",
    "partners": "ids in the register",
    "ListedPartner.partner": "a partner's id in the register",
    "toldAs": "a kind of organisation, a word from the register",
    "holder": "a partner's id, or `desk`",
    "policyVersion": "the version of the policy",
    "FiredRule.rule": "a rule's id in the policy",
    "FiredRule.because": "a rule's reason, written in the policy before any report came",
    "FiredRule.facts": "what a rule saw, as a count or a code from a list",
    "difference": "what changed in an assessment, in the hub's own words",
    "because": "a rule's reason, written in the policy before any report came",
    "why": "why a partner cannot be asked, in the hub's own words about the partner",
    "instruments": "words from the policy",
    "question": "written in the policy, the same for every report",
    "Area.code": "a neighbourhood's code",
}


def fields(schema: Json) -> Iterator[tuple[str, Json]]:
    """Every field in a message, those of its parts with the part's name before it."""
    yield from schema["properties"].items()
    for part, inner in schema.get("$defs", {}).items():
        yield from ((f"{part}.{name}", field) for name, field in inner.get("properties", {}).items())


def personal(schema: Json) -> set[str]:
    return {name for name, _ in fields(schema) if PERSONAL & words(name.rpartition(".")[2])}


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+", name)}


def texts(schema: Json) -> set[str]:
    return {name for name, field in fields(schema) if holds_text(field)}


def holds_text(field: Json) -> bool:
    """Whether anything can be written in it: a string that no format, pattern or list confines."""
    if field.get("type") == "string":
        return not field.keys() & {"format", "pattern", "enum", "const"}
    inner = [*field.get("anyOf", []), *([field["items"]] if "items" in field else [])]
    return any(holds_text(part) for part in inner)


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from leaves(part)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("entry", OPEN, ids=lambda entry: entry.name)
def test_an_open_message_has_no_field_for_personal_data(entry: Entry, schemas: Schemas) -> None:
    assert personal(schemas[entry.name]) <= NAMES_OF_NO_PERSON.keys()


@pytest.mark.parametrize("entry", OPEN, ids=lambda entry: entry.name)
def test_an_open_message_has_no_text_but_what_is_known(entry: Entry, schemas: Schemas) -> None:
    assert texts(schemas[entry.name]) <= TEXTS_ABOUT_NO_PERSON.keys()


def test_every_exception_is_still_needed(schemas: Schemas) -> None:
    used = set().union(*(texts(schemas[entry.name]) for entry in OPEN))
    assert used == TEXTS_ABOUT_NO_PERSON.keys()


@pytest.mark.parametrize("entry", NOT_OPEN, ids=lambda entry: entry.name)
def test_a_confidential_message_is_recognised_as_personal(entry: Entry, schemas: Schemas) -> None:
    schema = schemas[entry.name]
    assert personal(schema) - NAMES_OF_NO_PERSON.keys()
    assert texts(schema) - TEXTS_ABOUT_NO_PERSON.keys()


def test_a_report_is_personal_in_all_these_fields(schemas: Schemas) -> None:
    assert personal(schemas["reports.submitted.v1"]) - NAMES_OF_NO_PERSON.keys() == {
        "story",
        "address",
        "reporter",
        "Reporter.name",
        "Reporter.phone",
        "Reporter.email",
        "Address.postcode",
        "Address.houseNumber",
        "Address.addition",
        "Address.street",
        "Address.city",
    }


def test_what_a_report_tells_is_in_no_open_example(examples: dict[str, Json]) -> None:
    report = examples["reports.submitted.v1"]["data"]
    told = {report["story"], *leaves(report["reporter"]), *leaves(report["address"])} - {
        report["reporter"]["tenure"],
        report["address"]["addition"],
    }
    for entry in OPEN:
        assert not told & set(leaves(examples[entry.name]))


def test_the_context_attributes_tell_nothing_that_the_data_keeps(example: Json) -> None:
    says_nothing = {"data", "specversion", "datacontenttype"}
    attributes = {name: value for name, value in example.items() if name not in says_nothing}
    shared = set(leaves(attributes)) & set(leaves(example["data"]))
    assert shared <= {example["subject"], example["time"]}
