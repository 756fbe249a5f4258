"""Times and numbers as people read them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from look import words

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def test_times_are_those_of_amsterdam() -> None:
    assert words.moment(NOW) == "zo 22 nov 10.30"
    assert words.clock(NOW) == "10.30"
    assert words.clock(datetime(2026, 7, 1, 8, 5, tzinfo=UTC)) == "10.05"
    assert words.clock(NOW + timedelta(seconds=7), seconds=True) == "10.30.07"
    assert words.clock(NOW, "en", seconds=True) == "10:30:00"


def test_a_short_day_is_the_day_it_is_in_amsterdam() -> None:
    assert words.date_short(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) == "23 nov"


def test_a_day_is_the_day_it_is_in_amsterdam() -> None:
    assert words.day(date(2026, 11, 22)) == "zo 22 nov 2026"
    assert words.day(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) == "ma 23 nov 2026"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=2, hours=23), "nog 2 dagen"),
        (timedelta(hours=47), "nog 1 dag"),
        (timedelta(hours=2, minutes=59), "nog 2 uur"),
        (timedelta(minutes=20), "nog 20 minuten"),
        (timedelta(minutes=1), "nog 1 minuut"),
        (timedelta(0), "nog minder dan 1 minuut"),
        (timedelta(seconds=-1), "minder dan 1 minuut te laat"),
        (timedelta(hours=-3, minutes=-10), "3 uur te laat"),
        (timedelta(hours=-24), "1 dag te laat"),
    ],
)
def test_a_term_is_told_in_its_largest_whole_unit(left: timedelta, said: str) -> None:
    assert words.until(NOW + left, NOW) == said


@given(some.timedeltas(max_value=timedelta(days=400), min_value=timedelta(days=-400)))
def test_a_term_is_late_exactly_when_it_has_passed(left: timedelta) -> None:
    assert words.until(NOW + left, NOW).endswith("te laat") == (left < timedelta(0))


def test_numbers_have_dutch_signs() -> None:
    assert words.number(1751) == "1.751"
    assert words.number(13.2) == "13,2"


def test_times_and_numbers_are_told_in_english_too() -> None:
    assert words.moment(NOW, "en") == "Sun 22 Nov 10:30"
    assert words.day(NOW, "en") == "Sun 22 Nov 2026"
    assert words.clock(NOW, "en") == "10:30"
    assert words.number(1751, "en") == "1,751"
