"""A clock warns once, is missed once, and stops when its promise is kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.calendar import ABOUT_DAYS, NotATerm, Term, Unit
from monitoring.domain.board import Tally
from monitoring.domain.clocks import (
    AlreadyPaused,
    BeforeItsTime,
    ClockIsOver,
    Deadline,
    NotPaused,
    Promise,
    State,
    TermIsOver,
    Waiting,
    cancel,
    extend,
    fire,
    is_late,
    meet,
    pause,
    resume,
    revive,
    start,
    warn_at,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
terms = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=60))
shares = st.floats(min_value=0.01, max_value=0.99)
moments = st.lists(
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=90)).map(lambda gone: NOON + gone),
    max_size=12,
).map(sorted)


def a_clock(term: timedelta = timedelta(hours=4), share: float = 0.75) -> Deadline:
    clock = Deadline(
        deadline_id=uuid4(),
        report_id=uuid4(),
        promise=Promise.FIRST_ANSWER,
        holder="police",
        holder_name="Politie",
        started_at=NOON,
        due_at=NOON + term,
    )
    return start(clock, share)


def test_a_clock_warns_at_three_quarters_and_is_missed_at_the_end() -> None:
    clock = a_clock()
    assert clock.next_at == NOON + timedelta(hours=3)
    assert fire(clock, NOON + timedelta(hours=2, minutes=59)) == clock
    warned = fire(clock, NOON + timedelta(hours=3))
    assert (warned.state, warned.next_at) == (State.WARNED, clock.due_at)
    missed = fire(warned, clock.due_at)
    assert (missed.state, missed.next_at, missed.alerted_at) == (State.MISSED, None, clock.due_at)


def test_a_clock_looked_at_after_its_end_is_missed_without_a_warning() -> None:
    assert fire(a_clock(), NOON + timedelta(days=2)).state is State.MISSED


def test_what_comes_twice_counts_once_and_what_comes_late_counts_from_when_it_was() -> None:
    clock, two, six = a_clock(), NOON + timedelta(hours=2), NOON + timedelta(hours=6)
    met = meet(clock, two)
    assert meet(met, six) == met
    missed = fire(clock, six)
    assert is_late(meet(missed, two)) is False  # it was in time, and heard of after the end
    still = pause(missed, Waiting.COURT, two, left=7200)
    assert (still.missed_at, still.rung) == (None, None)
    assert pause(missed, Waiting.COURT, six, left=0).missed_at == six
    dropped = cancel(clock, "not-needed")
    assert revive(clock) == clock
    assert revive(dropped).state is State.RUNNING
    assert meet(dropped, two).state is State.MET  # it came after all


def test_what_makes_no_sense_is_refused() -> None:
    clock, before, two = a_clock(), NOON - timedelta(hours=1), NOON + timedelta(hours=2)
    still = pause(clock, Waiting.COURT, two, left=7200)
    refused: list[tuple[type[Exception], Callable[[], Deadline]]] = [
        (BeforeItsTime, lambda: pause(clock, Waiting.COURT, before, left=0)),
        (AlreadyPaused, lambda: pause(still, Waiting.OTHER, two, left=0)),
        (BeforeItsTime, lambda: resume(still, NOON, two, two)),
        (NotPaused, lambda: resume(clock, two, two, two)),
        (ClockIsOver, lambda: cancel(meet(clock, two), "not-needed")),
        (ClockIsOver, lambda: resume(cancel(still, "not-needed"), two, two, two)),
        (TermIsOver, lambda: extend(clock, "late", clock.due_at, two, two)),
    ]
    for refusal, act in refused:
        with pytest.raises(refusal):
            act()


@pytest.mark.parametrize("unit", Unit)
def test_no_unit_has_a_term_of_nothing_or_of_400_days(unit: Unit) -> None:
    longest = next(amount for amount in range(1, 10_000) if amount * ABOUT_DAYS[unit] >= 400)
    assert Term(longest - 1, unit)
    for amount in (0, -1, longest):
        with pytest.raises(NotATerm):
            Term(amount, unit)


@given(terms, shares, moments)
def test_however_often_it_fires_it_warns_and_is_missed_at_most_once(
    term: timedelta, share: float, looks: list[datetime]
) -> None:
    clock, states = a_clock(term, share), []
    for now in looks:
        fired = fire(clock, now)
        if fired != clock:
            states.append(fired.state)
        clock = fired
    assert states in ([], [State.WARNED], [State.WARNED, State.MISSED], [State.MISSED])
    assert (clock.state is State.MISSED) == any(now >= clock.due_at for now in looks)


@given(terms, shares)
def test_a_warning_comes_within_the_term(term: timedelta, share: float) -> None:
    assert NOON <= warn_at(NOON, NOON + term, share) <= NOON + term


@given(terms, moments)
def test_a_kept_promise_stops_the_clock_for_good(term: timedelta, looks: list[datetime]) -> None:
    met = meet(a_clock(term), NOON)
    assert met.next_at is None
    assert not is_late(met)
    for now in looks:
        assert fire(met, now) == met
        assert meet(met, now) == met


def test_late_is_by_when_it_came_not_by_when_it_was_heard() -> None:
    missed = fire(a_clock(), NOON + timedelta(hours=5))
    assert not is_late(meet(missed, missed.due_at))
    assert is_late(meet(missed, missed.due_at + timedelta(seconds=1)))


def test_in_time_is_a_share_of_what_ended() -> None:
    assert Tally(0, 0, 0, 0, 0, ended=0, in_time=0).percent_in_time is None
    assert Tally(0, 0, 0, 0, 0, ended=16, in_time=15).percent_in_time == 94
