"""The clock beside a naive model of it: one that looks at the calendar hour by hour, and counts on its fingers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from chassis.calendar import HERE, IN_SECONDS, DutchCalendar, Term, Unit
from monitoring.domain.clocks import (
    AlreadyPaused,
    BeforeItsTime,
    ClockIsOver,
    Deadline,
    NothingToTake,
    NotPaused,
    Promise,
    State,
    TermIsOver,
    Waiting,
    acknowledge,
    cancel,
    fire,
    meet,
    start,
)
from monitoring.domain.escalation import Rung
from monitoring.domain.terms import OPENING
from monitoring.handlers.reckoning import clock_of, extended, paused, resumed

HOUR = timedelta(hours=1)
CALENDAR = DutchCalendar(closing_days=frozenset({date(2026, 4, 2), date(2026, 11, 24)}))
UNITS = (Unit.HOURS, Unit.WORKING_HOURS, Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)
# Around the days when clocks are set, Easter, Ascension Day, Christmas and some that are nothing.
STARTS = [
    datetime(2026, month, day, tzinfo=UTC)
    for month, day in ((3, 27), (4, 1), (4, 24), (5, 1), (5, 12), (8, 12), (10, 23), (11, 20), (12, 22))
]
EVENINGS = "We 18:00-22:00; Fr,Sa 20:00-24:00; PH 10:00-12:00; Mo,Tu,Th,Su off; 2026 Nov 20 off"
SHUT = date(2026, 11, 20)


def is_open(local: datetime, opening: str | None) -> bool:
    day = local.date()
    if opening is None:
        return CALENDAR.is_working_day(day) and 9 <= local.hour < 17
    if day == SHUT or day in CALENDAR.closing_days:
        return False
    if CALENDAR.is_holiday(day):
        return 10 <= local.hour < 12
    return {2: 18 <= local.hour < 22, 4: local.hour >= 20, 5: local.hour >= 20}.get(day.weekday(), False)


@dataclass
class Fingers:
    """So many hours or days to go, for who is open then."""

    unit: Unit
    to_go: int
    now: datetime
    opening: str | None = None
    stands_still: bool = False
    missed: bool = False

    def works(self, day: date) -> bool:
        return CALENDAR.is_working_day(day) and not (self.opening and day == SHUT)

    def pass_an_hour(self) -> None:
        """Days are counted as they begin, and the last of them ends when the next begins."""
        local = self.now.astimezone(HERE)
        works = is_open(local, self.opening)
        self.now += HOUR
        if self.stands_still or self.missed:
            return
        if self.unit is Unit.HOURS or (self.unit is Unit.WORKING_HOURS and works):
            self.to_go -= 1
            self.missed = self.to_go == 0
        if self.unit in {Unit.WORKING_DAYS, Unit.CALENDAR_DAYS}:
            today = self.now.astimezone(HERE).date()
            if today != local.date():
                self.missed = self.to_go == 0
                self.to_go -= self.unit is Unit.CALENDAR_DAYS or self.works(today)

    def go_on(self) -> None:
        """Who stood still on the last working day, and goes on when nobody works, gets the next."""
        self.stands_still = False
        works = self.works(self.now.astimezone(HERE).date())
        if self.unit is Unit.WORKING_DAYS and self.to_go == 0 and not works:
            self.to_go = 1


class ClockBesideFingers(RuleBasedStateMachine):
    clock: Deadline
    fingers: Fingers
    rungs: list[Rung]

    @initialize(
        day=st.sampled_from(STARTS),
        hour=st.integers(0, 150),
        unit=st.sampled_from(UNITS),
        amount=st.integers(1, 6),
        opening=st.sampled_from((None, EVENINGS)),
    )
    def begin(self, day: datetime, hour: int, unit: Unit, amount: int, opening: str | None) -> None:
        now = day + timedelta(hours=hour)
        clock = clock_of(
            Term(amount, unit),
            now,
            CALENDAR,
            report_id=uuid4(),
            promise=Promise.RESULT,
            holder="police",
            holder_name="Politie",
            facts={OPENING: opening} if opening else {},
        )
        self.clock = start(clock, 0.75)
        self.fingers = Fingers(unit, amount, now, opening)
        self.rungs = []

    def wait(self, _: Rung) -> datetime:
        return CALENDAR.end(Term(3, Unit.WORKING_HOURS), self.fingers.now)

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        for _ in range(hours):
            self.fingers.pass_an_hour()
            before, now = self.clock, self.fingers.now
            self.clock = fire(before, now, self.wait)
            assert fire(self.clock, now) == self.clock or self.clock.next_at == now
            if self.clock.rung != before.rung and self.clock.rung is not None:
                self.rungs.append(self.clock.rung)
            assert (self.clock.missed_at is not None) == self.fingers.missed, now

    @precondition(lambda self: not self.fingers.stands_still)
    @rule(reason=st.sampled_from(Waiting))
    def pause(self, reason: Waiting) -> None:
        self.clock = paused(self.clock, reason, self.fingers.now, CALENDAR)
        self.fingers.stands_still = True
        assert self.clock.next_at is None
        if not self.fingers.missed:
            assert self.clock.left == self.fingers.to_go * (3600 if self.fingers.unit in IN_SECONDS else 1)
        with pytest.raises(AlreadyPaused):
            paused(self.clock, reason, self.fingers.now, CALENDAR)
        with pytest.raises(BeforeItsTime):
            resumed(self.clock, self.fingers.now - HOUR, CALENDAR)
        with pytest.raises(NothingToTake):
            acknowledge(self.clock, "T. Test", self.fingers.now)

    @precondition(lambda self: self.fingers.stands_still)
    @rule()
    def go_on(self) -> None:
        now = self.fingers.now
        self.clock = resumed(self.clock, now, CALENDAR, self.wait)
        if not self.fingers.missed:
            self.fingers.go_on()
        self.fingers.stands_still = False
        assert (self.clock.next_at is None) == (len(self.rungs) == len(Rung))
        with pytest.raises(NotPaused):
            resumed(self.clock, now, CALENDAR)

    @precondition(lambda self: not self.fingers.missed)
    @rule(amount=st.integers(1, 5))
    def extend(self, amount: int) -> None:
        by = Term(amount, self.fingers.unit)
        before = self.clock
        self.clock = extended(before, by, "more-partners", self.fingers.now, CALENDAR)
        self.fingers.to_go += amount
        assert self.clock.due_at > before.due_at

    @precondition(lambda self: self.fingers.missed)
    @rule()
    def extend_what_is_over(self) -> None:
        with pytest.raises(TermIsOver):
            extended(self.clock, Term(1, self.fingers.unit), "late", self.fingers.now, CALENDAR)

    def teardown(self) -> None:
        """What is met or cancelled stays so."""
        if not hasattr(self, "clock"):
            return
        now = self.fingers.now
        for over in (meet(self.clock, now), cancel(self.clock, "not-needed")):
            assert fire(over, now + timedelta(days=400)) == over
            with pytest.raises(ClockIsOver):
                paused(over, Waiting.OTHER, now, CALENDAR)
            with pytest.raises(ClockIsOver):
                resumed(over, now, CALENDAR)
            with pytest.raises(ClockIsOver):
                extended(over, Term(1, Unit.HOURS), "late", now, CALENDAR)
            with pytest.raises(ClockIsOver):
                cancel(over, "again")
            with pytest.raises(ClockIsOver):
                acknowledge(over, "T. Test", now)

    @invariant()
    def everybody_is_called_once_and_in_order(self) -> None:
        rungs = getattr(self, "rungs", [])
        assert rungs == list(Rung)[: len(rungs)]

    @invariant()
    def it_stands_still_when_the_model_does(self) -> None:
        if hasattr(self, "clock"):
            assert (self.clock.state is State.PAUSED) == self.fingers.stands_still
            assert (self.clock.state is State.MISSED) == (
                self.fingers.missed and not self.fingers.stands_still
            )


TestClockBesideFingers = ClockBesideFingers.TestCase
TestClockBesideFingers.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
