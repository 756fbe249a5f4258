"""A message that waited too long for its major is made into one that is read."""

from collections.abc import Collection
from copy import deepcopy
from typing import Any

import pytest

from contracts.catalogue import BY_NAME
from contracts.envelope import CloudEvent
from contracts.evolution import RELEASED
from contracts.upcasters import UPCASTERS, next_major, upcast

Json = dict[str, Any]

THREE_MAJORS = {
    "cats.counted.v1": lambda data: {"cats": data["count"]},
    "cats.counted.v2": lambda data: {"cats": data["cats"], "dogs": 0},
    "cats.counted.v9": lambda data: data | {"tenth": True},
}


@pytest.mark.parametrize(
    ("known", "name", "data"),
    [
        pytest.param({"cats.counted.v2"}, "cats.counted.v2", {"cats": 3}, id="one step"),
        pytest.param({"cats.counted.v3"}, "cats.counted.v3", {"cats": 3, "dogs": 0}, id="two steps"),
        pytest.param(
            {"cats.counted.v3", "cats.counted.v2"}, "cats.counted.v2", {"cats": 3}, id="no further than known"
        ),
        pytest.param(
            {"cats.counted.v1", "cats.counted.v2"}, "cats.counted.v1", {"count": 3}, id="still read"
        ),
        pytest.param({"cats.counted.v4"}, "cats.counted.v1", {"count": 3}, id="the chain ends before"),
        pytest.param({"dogs.counted.v2"}, "cats.counted.v1", {"count": 3}, id="nobody reads such a thing"),
        pytest.param(set(), "cats.counted.v1", {"count": 3}, id="nothing is read"),
    ],
)
def test_a_message_becomes_the_first_of_its_majors_that_is_known(
    known: Collection[str], name: str, data: Json
) -> None:
    assert upcast("cats.counted.v1", {"count": 3}, known, THREE_MAJORS) == (name, data)


def test_majors_are_counted_as_numbers() -> None:
    assert next_major("cats.counted.v9") == "cats.counted.v10"
    assert upcast("cats.counted.v9", {}, {"cats.counted.v10"}, THREE_MAJORS) == (
        "cats.counted.v10",
        {"tenth": True},
    )


def test_a_message_without_upcaster_stays_as_it_came() -> None:
    data = {"by": "a partner"}
    for name in ("cats.counted.v5", "cats", ""):
        assert upcast(name, data, {"cats.counted.v6"}, THREE_MAJORS) == (name, data)


def test_what_an_upcaster_cannot_read_is_said_and_not_swallowed() -> None:
    with pytest.raises(KeyError):
        upcast("cats.counted.v1", {"number": 3}, {"cats.counted.v2"}, THREE_MAJORS)


def test_every_upcaster_leads_somewhere() -> None:
    assert {next_major(name) for name in UPCASTERS} <= BY_NAME.keys() | UPCASTERS.keys()


def test_every_upcaster_is_shown_by_a_released_example_and_leaves_it_as_it_was() -> None:
    for name, change in UPCASTERS.items():
        examples = list(RELEASED.glob(f"*/examples/{name}.json"))
        assert examples, name
        for example in examples:
            data = CloudEvent.model_validate_json(example.read_text(encoding="utf-8")).data
            before = deepcopy(data)
            name_after, after = upcast(name, data, BY_NAME.keys() - {name})
            assert data == before, change
            assert BY_NAME[name_after].message.model_validate(after)
