"""Terms end when the calendar says so; working days know Dutch public holidays."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.calendar import HERE, DutchCalendar, Term, Unit
from chassis.quick_calendar import QuickCalendar

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


# --- More units


NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)  # a Friday, noon in The Hague


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


@pytest.mark.parametrize(
    ("term", "start", "end"),
    [
        (Term(2, Unit.WORKING_HOURS), "2026-11-20 12:00", "2026-11-20 14:00"),
        (Term(5, Unit.WORKING_HOURS), "2026-11-20 12:00", "2026-11-20 17:00"),
        (Term(6, Unit.WORKING_HOURS), "2026-11-20 12:00", "2026-11-23 10:00"),  # over a weekend
        (Term(8, Unit.WORKING_HOURS), "2026-11-23 13:00", "2026-11-25 13:00"),  # over a closing day
        (Term(1, Unit.WORKING_HOURS), "2026-11-20 23:00", "2026-11-23 10:00"),
        (Term(1, Unit.WORKING_HOURS), "2026-11-20 03:00", "2026-11-20 10:00"),
        (Term(24, Unit.WORKING_HOURS), "2026-03-27 09:00", "2026-03-31 17:00"),  # the clock is set forward
        (Term(1, Unit.WEEKS), "2026-11-20 12:00", "2026-11-27 23:59:59"),
        (Term(1, Unit.MONTHS), "2026-01-31 12:00", "2026-02-28 23:59:59"),
        (Term(3, Unit.MONTHS), "2026-11-30 12:00", "2027-02-28 23:59:59"),
        (Term(12, Unit.MONTHS), "2026-11-30 12:00", "2027-11-30 23:59:59"),
        (Term(24, Unit.HOURS), "2026-03-28 12:00", "2026-03-29 13:00"),  # an hour is skipped
    ],
    ids=str,
)
def test_every_unit_ends_where_it_should(term: Term, start: str, end: str) -> None:
    assert CALENDAR.end(term, at(start)) == at(end)


def test_a_partner_has_opening_hours_of_its_own() -> None:
    evenings = replace(CALENDAR, opening={1: ((time(18), time(20)),), 5: ((time(8), time(9)),)})
    end = evenings.end(Term(3, Unit.WORKING_HOURS), at("2026-11-16 12:00"))
    assert end == at("2026-11-21 09:00")  # it is open on Saturday, so it works there


def test_a_partner_that_never_opens_gives_no_end() -> None:
    with pytest.raises(ValueError, match="never"):
        replace(CALENDAR, opening={}).end(Term(1, Unit.WORKING_HOURS), NOON)


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("amount", [0, -1, 100_000])
def test_a_term_of_nothing_or_of_over_a_year_is_none(amount: int, unit: Unit) -> None:
    with pytest.raises(ValueError, match=f"A term of {amount} {unit}"):
        Term(amount, unit)


def test_399_days_is_a_term_and_400_is_none() -> None:
    assert Term(399, Unit.CALENDAR_DAYS)
    with pytest.raises(ValueError, match="under 400 days"):
        Term(400, Unit.CALENDAR_DAYS)


# --- The Algemene termijnenwet


@pytest.mark.parametrize(
    ("term", "start", "end"),
    [
        (Term(1, Unit.CALENDAR_DAYS), date(2026, 11, 20), date(2026, 11, 23)),  # article 1: Saturday
        (Term(2, Unit.CALENDAR_DAYS), date(2026, 11, 20), date(2026, 11, 23)),  # Sunday
        (Term(2, Unit.WEEKS), date(2026, 4, 22), date(2026, 5, 6)),
        (Term(2, Unit.WEEKS), date(2026, 4, 21), date(2026, 5, 6)),  # 5 May
        (Term(2, Unit.WEEKS), date(2026, 3, 20), date(2026, 4, 7)),  # Good Friday, and then Easter
        (Term(1, Unit.MONTHS), date(2026, 11, 25), date(2026, 12, 28)),  # Christmas on a Friday
        (Term(1, Unit.CALENDAR_DAYS), date(2026, 11, 23), date(2026, 11, 24)),  # the desk's own day is no holiday
        (Term(3, Unit.CALENDAR_DAYS), date(2026, 4, 3), date(2026, 4, 8)),  # article 2: two days that count
        (Term(3, Unit.CALENDAR_DAYS), date(2026, 4, 4), date(2026, 4, 8)),
        (Term(90, Unit.CALENDAR_DAYS), date(2026, 8, 30), date(2026, 11, 30)),  # a Saturday
        (Term(91, Unit.CALENDAR_DAYS), date(2026, 8, 29), date(2026, 11, 28)),  # article 4: too long
        (Term(12, Unit.WEEKS), date(2026, 9, 5), date(2026, 11, 30)),
        (Term(13, Unit.WEEKS), date(2026, 8, 29), date(2026, 11, 28)),
        (Term(3, Unit.MONTHS), date(2026, 8, 28), date(2026, 11, 30)),
        (Term(4, Unit.MONTHS), date(2026, 7, 28), date(2026, 11, 28)),
    ],
    ids=str,
)  # fmt: skip
def test_a_term_that_a_law_sets_runs_on(term: Term, start: date, end: date) -> None:
    noon = datetime(start.year, start.month, start.day, 12, tzinfo=HERE)
    assert CALENDAR.end(replace(term, statutory=True), noon).astimezone(HERE).date() == end
    assert CALENDAR.end(term, noon) <= CALENDAR.end(replace(term, statutory=True), noon)


def test_a_term_in_hours_ends_on_a_sunday_whoever_set_it() -> None:
    assert CALENDAR.end(Term(48, Unit.HOURS, statutory=True), NOON) == NOON + timedelta(hours=48)


def test_a_day_that_a_royal_decree_sets_equal_is_a_holiday() -> None:
    bridged = replace(CALENDAR, equated=frozenset({date(2026, 5, 15)}))
    end = bridged.end(Term(2, Unit.WEEKS, statutory=True), at("2026-05-01 12:00"))
    assert end == at("2026-05-18 23:59:59")


# --- Standing still


starts = st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
amounts = st.integers(1, 12)
units = st.sampled_from(Unit)


@given(starts, amounts, units, st.floats(0, 1))
def test_a_term_that_is_paused_and_resumed_at_once_ends_when_it_would(
    start: datetime, amount: int, unit: Unit, share: float
) -> None:
    end = CALENDAR.counted_to(Term(amount, unit), start)
    pause = (start + (end - start) * share).replace(microsecond=0)
    left = CALENDAR.left(unit, end, pause)
    assert CALENDAR.resumed(unit, left, pause) == end


@given(starts, amounts, units, st.floats(0, 0.99), st.integers(0, 400))
def test_what_is_left_stays_left_however_long_it_stands_still(
    start: datetime, amount: int, unit: Unit, share: float, hours: int
) -> None:
    end = CALENDAR.counted_to(Term(amount, unit), start)
    pause = (start + (end - start) * share).replace(microsecond=0)
    left = CALENDAR.left(unit, end, pause)
    again = pause + timedelta(hours=hours)
    later = CALENDAR.resumed(unit, left, again)
    assert later >= end
    gets_the_next_day = (
        left == 0 and unit is Unit.WORKING_DAYS and not CALENDAR.is_working_day(again.astimezone(HERE).date())
    )
    assert CALENDAR.left(unit, later, again) == left + gets_the_next_day


@given(starts, amounts, units)
def test_of_a_term_that_is_over_nothing_is_left(start: datetime, amount: int, unit: Unit) -> None:
    end = CALENDAR.counted_to(Term(amount, unit), start)
    assert CALENDAR.left(unit, end, end) == 0


@given(starts, st.integers(1, 60))
def test_working_hours_are_those_that_a_minute_hand_counts(start: datetime, amount: int) -> None:
    """The model: a hand that moves a quarter at a time, and counts where a desk is open."""
    start = start.replace(minute=0, second=0)
    moment, quarters = start, 0
    while quarters < amount * 4:
        local = moment.astimezone(HERE)
        quarters += CALENDAR.is_working_day(local.date()) and 9 <= local.hour < 17
        moment += timedelta(minutes=15)
    assert CALENDAR.end(Term(amount, Unit.WORKING_HOURS), start) == moment


def test_a_quick_term_stands_still_too() -> None:
    quick = QuickCalendar(timedelta(seconds=6))
    end = quick.end(Term(2, Unit.WORKING_DAYS), NOON)
    left = quick.left(Unit.WORKING_DAYS, end, NOON + timedelta(seconds=9))
    again = NOON + timedelta(hours=1)
    assert quick.resumed(Unit.WORKING_DAYS, left, again) == again + timedelta(seconds=3)


def test_working_time_leaves_out_nights_weekends_and_closing_days() -> None:
    friday = datetime(2026, 11, 20, 16, tzinfo=HERE)
    assert CALENDAR.worked(friday, datetime(2026, 11, 25, 10, tzinfo=HERE)) == timedelta(hours=1 + 8 + 1)
    assert CALENDAR.worked(friday, friday - timedelta(hours=1)) == timedelta()
    quick = QuickCalendar(timedelta(seconds=6))
    assert quick.worked(NOON, NOON + timedelta(seconds=3)) == timedelta(hours=4)
