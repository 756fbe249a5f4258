"""The rules of the NL GOV profile for CloudEvents that the hub relies on."""

import json
import re
from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.catalogue import SERVICES, Entry, Exchange
from contracts.envelope import CloudEvent

Json = dict[str, Any]

TYPE = re.compile(r"nl\.woonoverlast\.[a-z-]+\.[a-z]+\.v[0-9]+")
SOURCE = re.compile(r"urn:nld:oin:[0-9]{20}:systeem:[a-z-]+")
FORWARDED_BYTES = 64 * 1024


@pytest.mark.parametrize("attribute", CloudEvent.model_fields.keys() - {"data"})
def test_an_attribute_is_named_in_twenty_lower_case_letters_or_digits(attribute: str) -> None:
    assert re.fullmatch(r"[a-z0-9]{1,20}", attribute)


def test_a_type_is_a_plural_noun_a_participle_and_a_major(entry: Entry) -> None:
    assert TYPE.fullmatch(entry.message.type())
    noun = entry.name.split(".")[0]
    assert noun.endswith("s") or noun in {"attention", "feedback"}


def test_a_source_is_a_dutch_urn_of_a_system(entry: Entry, example: Json) -> None:
    assert SOURCE.fullmatch(example["source"])
    assert example["source"].endswith(f":meldketen-{entry.publisher}") is (entry.publisher in SERVICES)


def test_a_time_has_a_zone(example: Json) -> None:
    assert datetime.fromisoformat(example["time"]).tzinfo


def test_what_the_hub_sends_is_in_sequence(entry: Entry, example: Json) -> None:
    if entry.publisher in SERVICES:
        assert example["sequence"].isdecimal()
        assert example["sequencetype"] == "Integer"


def test_every_service_that_reads_an_event_has_its_place_in_line(entry: Entry, example: Json) -> None:
    event = CloudEvent.model_validate(example)
    if entry.exchange in {Exchange.OPEN, Exchange.CONFIDENTIAL}:
        assert all(event.place_for(reader) for reader in entry.readers)


def test_a_partner_has_its_place_in_line(examples: dict[str, Json]) -> None:
    event = CloudEvent.model_validate(examples["tenancy-cases.asked.v2"])
    assert event.place_for("corporatie-demo") == 1
    assert event.place_for("ggz-demo") is None


def test_an_event_is_small_enough_to_be_forwarded(example: Json) -> None:
    assert len(json.dumps(example).encode()) <= FORWARDED_BYTES


@pytest.mark.parametrize("absent", ["dataschema", "sequence", "sequencetype", "traceparent", "follows"])
def test_null_says_that_an_attribute_is_absent(absent: str, examples: dict[str, Json]) -> None:
    example = examples["cases.opened.v1"]
    without = {name: value for name, value in example.items() if name != absent}
    assert CloudEvent.model_validate(example | {absent: None}) == CloudEvent.model_validate(without)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("specversion", "0.3"),
        ("id", ""),
        ("source", ""),
        ("type", ""),
        ("subject", ""),
        ("subject", "s" * 129),
        ("time", "yesterday"),
        ("datacontenttype", "text/xml"),
        ("sequence", 7),
        ("sequence", "seven"),
        ("sequencetype", "Text"),
        ("traceparent", "00-1-2-3"),
        ("follows", "casework=two"),
        ("data", "a text"),
    ],
)
def test_a_wrong_attribute_is_refused(attribute: str, value: object, examples: dict[str, Json]) -> None:
    with pytest.raises(ValidationError):
        CloudEvent.model_validate(examples["cases.opened.v1"] | {attribute: value})
