"""The catalogue: every message once, said and heard by somebody that exists."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import pytest

from contracts.catalogue import BY_NAME, CATALOGUE, SERVICES, TO_PARTNERS, Entry, Exchange, entry_of
from contracts.envelope import Message

FORMATS = {"police", "ggz", "corporation", "enforcement", "mediation", "social", "cloudevents"}
NOT_OUR_IDS = {"care-tasks.updated.v1": "a FHIR Task has an id of the partner's own system"}


def named_messages(message: type[Message] = Message) -> Iterator[type[Message]]:
    for below in message.__subclasses__():
        if "name" in vars(below) and below.__module__.startswith("contracts."):
            yield below
        yield from named_messages(below)


def test_no_message_is_forgotten_or_listed_twice() -> None:
    assert Counter(entry.message for entry in CATALOGUE) == Counter(named_messages())
    assert len(BY_NAME) == len(CATALOGUE)


def test_an_entry_is_found_by_its_message(entry: Entry) -> None:
    assert entry_of(entry.message) is entry


def test_a_message_says_what_it_means(entry: Entry) -> None:
    assert entry.message.__doc__


def test_a_message_is_written_where_its_publisher_writes(entry: Entry) -> None:
    """What goes to a partner or comes back stands in the module of its language."""
    modules = {
        Exchange.PARTNER_OUT: f"partners.{entry.readers[0]}",
        Exchange.PARTNER_CLOCKS: f"partners.{entry.readers[0]}",
        Exchange.PARTNER_IN: f"partners.{entry.publisher}",
    }
    assert entry.message.__module__ == f"contracts.{modules.get(entry.exchange, entry.publisher)}"


def test_both_sides_exist_and_differ(entry: Entry) -> None:
    known = {
        Exchange.OPEN: (set(SERVICES), set(SERVICES)),
        Exchange.CONFIDENTIAL: (set(SERVICES), {"routing", "casework"}),
        Exchange.PARTNER_OUT: ({"routing"}, FORMATS),
        Exchange.PARTNER_CLOCKS: ({"monitoring"}, {"clocks"}),
        Exchange.PARTNER_IN: (FORMATS, {"routing"}),
    }
    publishers, readers = known[entry.exchange]
    assert entry.publisher in publishers
    assert entry.readers
    assert set(entry.readers) <= readers - {entry.publisher}
    assert len(set(entry.readers)) == len(entry.readers)


def test_a_partner_message_has_one_other_side(entry: Entry) -> None:
    if entry.exchange in {*TO_PARTNERS, Exchange.PARTNER_IN}:
        assert len(entry.readers) == 1


def test_a_subject_is_an_opaque_id(entry: Entry) -> None:
    subject = entry.message.model_fields[entry.message.subject_field]
    assert subject.is_required()
    assert subject.annotation is (str if entry.name in NOT_OUR_IDS else UUID)


@pytest.mark.parametrize("partner_format", sorted(FORMATS))
def test_a_partner_format_is_asked_and_answers(partner_format: str) -> None:
    assert any(partner_format in entry.readers for entry in CATALOGUE)
    assert any(partner_format == entry.publisher for entry in CATALOGUE)
