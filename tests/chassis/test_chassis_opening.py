"""Opening hours are written in one line and read again, and working hours are counted in them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.calendar import HERE, DutchCalendar, Term, Unit
from chassis.opening import HOLIDAY, OFFICE_HOURS, NotAnOpening, Opening, read
from chassis.quick_calendar import QuickCalendar

NIGHT_AND_DAY = {day: ((time(), time()),) for day in range(8)}
MORNINGS = Opening(
    {0: ((time(9), time(13)),), 2: ((time(9), time(13)),)},
    frozenset({date(2026, 11, 25), date(2026, 12, 24)}),
)
CALENDAR = DutchCalendar(closing_days=frozenset({date(2026, 11, 24)}))

_times = st.lists(
    st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=2, max_size=6, unique=True
)
_openings = st.builds(
    Opening,
    st.dictionaries(
        st.integers(0, 7), _times.map(lambda found: tuple(zip(*[iter(sorted(found))] * 2, strict=False)))
    ).map(lambda hours: {6: ((time(8), time()),)} | hours | {5: ((time(8), time()),)}),
    st.frozensets(st.dates(), max_size=5),
)


def here(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=HERE)


def end(calendar: DutchCalendar, hours: int, start: datetime) -> datetime:
    return calendar.end(Term(hours, Unit.WORKING_HOURS), start)


def test_opening_hours_are_written_as_on_the_map_of_the_world() -> None:
    assert MORNINGS.written() == "Mo,We 09:00-13:00; Tu,Th,Fr,Sa,Su,PH off; 2026 Nov 25 off; 2026 Dec 24 off"
    assert Opening(NIGHT_AND_DAY).written() == "Mo,Tu,We,Th,Fr,Sa,Su,PH 00:00-24:00"


@given(_openings)
def test_what_is_written_reads_as_it_was(opening: Opening) -> None:
    again = read(opening.written())
    assert again.closed == opening.closed
    assert {day: sorted(hours) for day, hours in again.hours.items() if hours} == {
        day: sorted(hours) for day, hours in opening.hours.items() if hours
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "does not read"),
        ("Mo 9-17", "does not read"),
        ("Mo 09:00-25:00", "hour must be in"),
        ("Mo 17:00-09:00", "shuts after it opens"),
        ("Mo 09:00-17:00; 2026 Feb 30 off", "day is out of range"),
        ("Mo 09:00-17:00,12:00-18:00", "there twice"),
        ("Mo 12:00-24:00,18:00-19:00", "there twice"),
        ("Mo 09:00-11:00", "less than 4 hours a week"),
        ("PH 00:00-24:00", "less than 4 hours a week"),
    ],
)
def test_what_are_no_opening_hours_is_said(text: str, why: str) -> None:
    with pytest.raises(NotAnOpening, match=why):
        read(text)


def test_working_hours_are_those_of_who_is_open() -> None:
    mornings = CALENDAR.opened(MORNINGS.written())
    assert end(mornings, 4, here(23, 11)) == here(30, 11)  # the 25th, a Wednesday, it is shut
    assert end(mornings, 2, here(23, 11)) == here(23, 13)
    assert mornings.left(Unit.WORKING_HOURS, here(30, 11), here(23, 12)) == 3 * 3600
    assert mornings.worked(here(20, 9), here(30, 10)) == timedelta(hours=4 + 1)


def test_who_is_open_in_a_weekend_works_there_and_on_a_holiday_only_where_it_says_so() -> None:
    night_and_day = CALENDAR.opened(Opening(NIGHT_AND_DAY).written())
    not_at_christmas = CALENDAR.opened(Opening(NIGHT_AND_DAY | {HOLIDAY: ()}).written())
    assert end(night_and_day, 30, here(21, 12)) == here(22, 18)
    assert end(night_and_day, 30, here(24, 12, 12)) == here(25, 18, 12)
    assert end(not_at_christmas, 30, here(24, 12, 12)) == here(27, 18, 12)


def test_a_day_that_shuts_at_midnight_is_as_long_as_the_clock_makes_it() -> None:
    night_and_day = CALENDAR.opened(Opening(NIGHT_AND_DAY).written())
    assert end(night_and_day, 25, datetime(2026, 3, 28, 23, tzinfo=UTC)) == datetime(
        2026, 3, 30, 0, tzinfo=UTC
    )
    assert end(night_and_day, 25, datetime(2026, 10, 24, 22, tzinfo=UTC)) == datetime(
        2026, 10, 25, 23, tzinfo=UTC
    )


def test_working_days_are_the_same_for_all_but_for_days_on_which_one_is_shut() -> None:
    term = Term(1, Unit.WORKING_DAYS)
    assert CALENDAR.end(term, here(23, 12)).astimezone(HERE).date() == date(2026, 11, 25)
    assert CALENDAR.opened(MORNINGS.written()).end(term, here(23, 12)).astimezone(HERE).date() == date(
        2026, 11, 26
    )


def test_without_hours_it_is_an_office_and_in_a_demonstration_all_are_always_open() -> None:
    assert CALENDAR.opened(None) is CALENDAR
    assert CALENDAR.opening is OFFICE_HOURS
    quick = QuickCalendar(timedelta(seconds=6))
    assert quick.opened(MORNINGS.written()) is quick


def test_the_longest_term_ends_for_who_is_hardly_open() -> None:
    hardly = CALENDAR.opened(Opening({0: ((time(9), time(13)),)}).written())
    assert end(hardly, 2285, here(23, 9)).year == 2038
