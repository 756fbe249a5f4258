"""A pseudonym tells things apart and gives nothing away."""

import re

from hypothesis import given
from hypothesis import strategies as st

from chassis.pseudonyms import Pseudonyms

NAMES = Pseudonyms("a key")


@given(st.text(), st.text())
def test_only_the_same_thing_has_the_same_name(one: str, other: str) -> None:
    assert (NAMES.of("address", one) == NAMES.of("address", other)) is (one == other)


def test_things_of_two_kinds_and_names_of_two_keys_differ() -> None:
    assert len({NAMES.of("a", "bc"), NAMES.of("ab", "c"), Pseudonyms("another").of("a", "bc")}) == 3


@given(st.text())
def test_a_name_is_short_and_plain(thing: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", NAMES.of("address", thing))
