"""Periods of scorecards, and when there is too little to say anything."""

from datetime import date, timedelta

import pytest

from monitoring.domain.scorecards import (
    FEWEST,
    Kept,
    NotAPeriod,
    Pace,
    Period,
    Scorecard,
    Span,
    begins,
    pace_of,
    period_of,
)
from monitoring.pages import periods
from monitoring.pages import scorecard_words as words

TODAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("span", "first"),
    [
        (Span.DAYS, date(2026, 8, 26)),
        (Span.MONTH, date(2026, 11, 1)),
        (Span.QUARTER, date(2026, 10, 1)),
        (Span.YEAR, date(2026, 1, 1)),
    ],
)
def test_a_period_with_a_name_ends_today(span: Span, first: date) -> None:
    assert period_of(span, TODAY) == Period(first, TODAY)


@pytest.mark.parametrize("since", [TODAY + timedelta(days=1), TODAY - timedelta(days=731)])
def test_a_period_goes_forward_and_is_no_longer_than_two_years(since: date) -> None:
    with pytest.raises(NotAPeriod):
        Period(since, TODAY)


def test_every_day_of_a_period_is_in_one_stretch() -> None:
    weekly = list(begins(Period(date(2026, 8, 26), TODAY)))
    assert (weekly[0], weekly[1], weekly[-1]) == (date(2026, 8, 24), date(2026, 8, 31), TODAY)
    monthly = list(begins(Period(date(2026, 1, 31), date(2026, 12, 1))))
    assert monthly == [date(2026, month, 1) for month in range(1, 13)]


def test_of_fewer_than_five_only_the_counts_are_said() -> None:
    assert (Kept(FEWEST - 1, FEWEST - 1).percent, Kept(FEWEST - 1, FEWEST).percent) == (None, 80)
    assert pace_of(FEWEST - 1, HOUR, HOUR) == Pace(FEWEST - 1)
    assert pace_of(FEWEST, HOUR, 2 * HOUR) == Pace(FEWEST, HOUR, 2 * HOUR)


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (None, ("te weinig", "")),
        (HOUR / 2, ("minder dan 1 werkuur", "")),
        (HOUR, ("1 werkuur", "")),
        (8 * HOUR, ("8 werkuren", "ongeveer 1 werkdag")),
        (21 * HOUR, ("21 werkuren", "ongeveer 2,5 werkdagen")),
    ],
)
def test_working_time_is_said_in_hours_and_in_days(time: timedelta | None, said: tuple[str, str]) -> None:
    assert words.worked(time) == said


@pytest.mark.parametrize(
    ("said", "since", "errors"),
    [
        ({}, date(2026, 8, 26), ()),
        ({"periode": "jaar"}, date(2026, 1, 1), ()),
        ({"periode": "eeuw"}, date(2026, 8, 26), ()),
        ({"van": "2026-02-01", "tot": "2026-03-01"}, date(2026, 2, 1), ()),
        ({"van": "gisteren", "tot": "2026-03-01"}, date(2026, 8, 26), (("van", periods.NO_DAY),)),
        ({"van": "2026-03-01"}, date(2026, 8, 26), (("tot", periods.NO_DAY),)),
        ({"van": "2026-03-01", "tot": "2026-02-01"}, date(2026, 8, 26), (("tot", periods.BACKWARDS),)),
        ({"van": "0001-01-01", "tot": "0001-02-01"}, date(2026, 8, 26), (("van", periods.OF_ANOTHER_AGE),)),
        ({"van": "2020-03-01", "tot": "2026-02-01"}, date(2026, 8, 26), (("tot", periods.TOO_LONG),)),
    ],
)
def test_the_period_is_read_from_the_address(said: dict[str, str], since: date, errors: object) -> None:
    asked = periods.read(said, TODAY)
    assert (asked.period.since, asked.errors) == (since, errors)


def test_what_a_spreadsheet_would_take_for_a_formula_is_harmless() -> None:
    card = Scorecard(
        "police", '=HYPERLINK("https://voorbeeld.example")', declines=(("not-ours", 2), ("new-word", 1))
    )
    head, line, _ = words.as_csv([card], Period(TODAY, TODAY)).removeprefix("\ufeff").split("\r\n")
    cells = dict(zip(head.split(";"), line.split(";"), strict=True))
    assert cells["Naam"].startswith("\"'=HYPERLINK")
    assert (cells["Niet opgepakt"], cells["Niet opgepakt: andere reden"]) == ("3", "1")
