"""Terms end when the calendar says so; working days know Dutch public holidays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.calendar import HERE, DutchCalendar, QuickCalendar, Term, Unit

CALENDAR = DutchCalendar(closing_days=frozenset({date(2026, 11, 24)}))


def end_day(start: datetime, amount: int, unit: Unit) -> date:
    return CALENDAR.end(Term(amount, unit), start).astimezone(HERE).date()


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # over a weekend
        (date(2026, 11, 23), 1, date(2026, 11, 25)),  # over a closing day of the desk
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # over Good Friday, Easter and Easter Monday
        (date(2026, 4, 24), 1, date(2026, 4, 28)),  # over King's Day
        (date(2026, 5, 4), 1, date(2026, 5, 6)),  # over 5 May, also in a year that is no lustrum
        (date(2026, 5, 13), 1, date(2026, 5, 15)),  # over Ascension Day
        (date(2026, 12, 24), 1, date(2026, 12, 28)),  # over Christmas
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # over New Year's Day
    ],
)
def test_a_working_day_is_no_holiday(start: date, days: int, end: date) -> None:
    noon = datetime(start.year, start.month, start.day, 12, tzinfo=HERE)
    assert end_day(noon, days, Unit.WORKING_DAYS) == end


def test_a_term_in_days_ends_with_the_day_in_the_netherlands() -> None:
    start = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # already 2 July in The Hague
    end = CALENDAR.end(Term(1, Unit.CALENDAR_DAYS), start)
    assert end == datetime(2026, 7, 3, 21, 59, 59, tzinfo=UTC)


def test_an_hour_is_an_hour_when_the_clock_is_set_back() -> None:
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert CALENDAR.end(Term(2, Unit.HOURS), start) - start == timedelta(hours=2)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 60),
)
def test_a_longer_term_never_ends_sooner_and_ends_on_a_working_day(start: datetime, days: int) -> None:
    end = end_day(start, days, Unit.WORKING_DAYS)
    assert CALENDAR.is_working_day(end)
    assert end < end_day(start, days + 1, Unit.WORKING_DAYS)


def test_a_quick_day_is_what_it_was_told_to_be() -> None:
    quick = QuickCalendar(timedelta(seconds=6))
    start = datetime(2026, 11, 22, tzinfo=UTC)
    assert quick.end(Term(2, Unit.WORKING_DAYS), start) - start == timedelta(seconds=12)
    assert quick.end(Term(12, Unit.HOURS), start) - start == timedelta(seconds=3)
