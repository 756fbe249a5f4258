"""The fine and the criminal track beside what the law says of them, told again in days on a calendar."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import uuid4

from enforcing import INSPECTOR, LAWYER, OFFICIAL, Model, a_violation, days
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from casework.domain import criminal
from casework.domain.collecting import pay
from casework.domain.criminal import CriminalTrack
from casework.domain.fine import (
    Fine,
    answer_objection,
    drop,
    hold_for_prosecution,
    impose,
    lapse,
    reduce,
    report,
    resume,
    with_challenge,
    with_debt,
)
from casework.domain.notices import WithoutViews, skip_views, take_views, tell_intention
from casework.domain.objections import lodge
from casework.domain.steps import Decided

SIX_WEEKS, THIRTEEN_WEEKS = days(42), days(91)
SELDOM = st.sampled_from((False, False, False, False, True))
WHO = st.sampled_from((INSPECTOR, OFFICIAL, LAWYER))
LIMIT = 34_000


class FineBesideTheLaw(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.earlier = self.model.day
        self.track: CriminalTrack | None = None
        self.reported: date | None = None
        self.told: date | None = None
        self.with_report = False
        self.waived = False
        self.heard = False
        self.submitted: date | None = None
        self.declined = self.punished = self.ordered = False
        self.imposed: tuple[date, str] | None = None
        self.amounts: list[int] = []
        self.dropped = self.lapsed = self.died = False
        self.lodged = self.answered = False
        self.still = False

    @initialize(
        most=st.sampled_from((None, 30_000, 34_000, 34_100, 500_000)),
        offence=st.booleans(),
        culpable=st.sampled_from((True, True, True, False)),
        start=st.sampled_from((5, 4, 3, 2, 1, 0)),
    )
    def begin(self, most: int | None, offence: bool, culpable: bool, start: int) -> None:  # noqa: FBT001  hypothesis names it
        """Most begin some way along, so that the end is reached as well."""
        self.most, self.offence, self.culpable = most, offence, culpable
        self.violation = a_violation(
            self.model.day, fine_most_cents=most, criminal=offence, culpable=culpable
        )
        self.fine = Fine(uuid4(), self.violation.violation_id)
        if start and offence:
            self.submit()
            self.decline()
        way: tuple[Callable[[], None], ...] = (
            self.report,
            lambda: self.tell(enclosed=True),
            self.hear,
            lambda: self.impose(OFFICIAL, 20_000),
        )
        for take in way[:start]:
            take()
        if start == 5 and self.imposed:
            self.challenge()

    @property
    def heavy(self) -> bool:
        return (self.most or 0) > LIMIT

    @property
    def undecided(self) -> bool:
        return self.imposed is None and not self.dropped

    @property
    def stands(self) -> bool:
        return self.imposed is not None and not self.lapsed

    @property
    def road_is_free(self) -> bool:
        """Una via: nobody else punishes, and who could was asked and said no, or nothing for thirteen weeks."""
        if self.punished or self.ordered:
            return False
        if self.submitted is None:
            return not self.offence
        return self.declined or self.model.day > self.submitted + THIRTEEN_WEEKS

    @property
    def well_heard(self) -> bool:
        asked = self.told is not None and (self.heard or self.model.day > self.told + days(14))
        return asked and self.with_report if self.heavy else asked or self.waived

    @rule(many=st.sampled_from((0, 1, 14, 28, 42, 91, 1100, 1900)))
    def days_pass(self, many: int) -> None:
        self.model.day += days(many)

    @rule()
    def report(self) -> None:
        fine = (
            self.model.attempt(
                lambda: report(self.fine, self.violation, self.model.acting(INSPECTOR)),
                allowed=self.reported is None,
            )
            if self.undecided
            else None
        )
        if fine is not None:
            self.fine, self.reported = fine, self.model.day

    @precondition(lambda self: self.told is None and self.undecided)
    @rule(enclosed=st.booleans())
    def tell(self, *, enclosed: bool) -> None:
        notice = self.model.attempt(
            lambda: tell_intention(self.model.acting(), with_report=enclosed), allowed=True
        )
        self.fine = replace(self.fine, notice=notice)
        self.told, self.with_report, self.waived = self.model.day, enclosed, False

    @precondition(lambda self: self.told is None and self.undecided)
    @rule()
    def waive(self) -> None:
        self.fine, self.waived = replace(self.fine, notice=skip_views(WithoutViews.URGENT)), True

    @precondition(lambda self: not self.heard and self.undecided)
    @rule()
    def hear(self) -> None:
        notice = self.model.attempt(
            lambda: take_views(self.fine.notice, self.model.acting()), allowed=self.told is not None
        )
        if notice is not None:
            self.fine, self.heard = replace(self.fine, notice=notice), True

    @rule()
    def submit(self) -> None:
        tracks = () if self.track is None else (self.track,)
        track = self.model.attempt(
            lambda: criminal.submit(uuid4(), self.violation, tracks, self.model.acting()),
            allowed=self.offence and self.track is None,
        )
        if track is not None:
            self.track, self.submitted = track, self.model.day

    @precondition(lambda self: self.track is not None)
    @rule()
    def decline(self) -> None:
        assert self.track
        track = self.track
        self.reacted(lambda: criminal.decline(track, self.model.acting()), "declined", after_no=False)

    @precondition(lambda self: self.track is not None)
    @rule(in_court=st.booleans(), sure=SELDOM)
    def punish(self, in_court: bool, sure: bool) -> None:  # noqa: FBT001  hypothesis names it
        assert self.track
        track, take = self.track, criminal.try_in_court if in_court else criminal.penalise
        if sure:
            self.reacted(lambda: take(track, self.model.acting()), "punished", after_no=self.ordered)

    def reacted(self, step: Callable[[], Decided[CriminalTrack]], name: str, *, after_no: bool) -> None:
        chosen = self.punished or (self.declined and not after_no)
        track = self.model.attempt(step, allowed=not chosen)
        if track is not None:
            self.track = track
            setattr(self, name, True)

    @precondition(lambda self: self.track is not None)
    @rule(sure=SELDOM)
    def court_orders(self, sure: bool) -> None:  # noqa: FBT001  hypothesis names it
        assert self.track
        track = self.track
        if sure:
            ordered = self.model.attempt(
                lambda: criminal.order_prosecution(track, self.model.acting()), allowed=not self.ordered
            )
            self.track, self.ordered = ordered or track, True

    @precondition(lambda self: self.track is not None and self.fine.term is not None and not self.still)
    @rule()
    def stand_still(self) -> None:
        assert self.track
        assert self.submitted
        assert self.fine.term
        track, in_time = self.track, self.submitted <= self.fine.term.last_day
        held = self.model.attempt(lambda: hold_for_prosecution(self.fine, track), allowed=in_time)
        if held is not None:
            self.fine, self.still = held, True

    @precondition(lambda self: self.track is not None and self.still and self.fine.term is not None)
    @rule()
    def go_on(self) -> None:
        assert self.track
        assert self.fine.term
        track, before = self.track, self.fine.term
        silent = self.submitted is not None and self.model.day > self.submitted + THIRTEEN_WEEKS
        free = not self.punished and (self.declined or silent)
        gone = self.model.attempt(lambda: resume(self.fine, track, self.model.acting()), allowed=free)
        if gone is not None:
            self.fine, self.still = gone, False
            assert gone.term
            assert gone.term.last_day >= before.last_day

    @rule(who=WHO, cents=st.sampled_from((0, 20_000, 30_000, 34_100, 500_001)))
    def impose(self, who: str, cents: int) -> None:
        age = self.model.day - self.violation.happened_on
        in_time = age < days(1820) if self.heavy else age < days(1090)
        too_near = days(1820) <= age <= days(1830) or days(1090) <= age <= days(1100)
        if too_near:
            return
        prepared = (
            self.reported is not None and who != INSPECTOR if self.heavy else True
        ) and self.well_heard
        fine = self.model.attempt(
            lambda: impose(self.fine, self.violation, (), self.track, cents, self.model.acting(who)),
            allowed=all(
                (
                    self.undecided,
                    self.most is not None and 0 < cents <= self.most,
                    self.culpable and not self.died,
                    in_time,
                    self.road_is_free,
                    prepared,
                )
            ),
        )
        if fine is not None:
            self.fine, self.imposed = fine, (self.model.day, who)
            self.amounts.append(cents)

    @rule(sure=SELDOM)
    def drop(self, sure: bool) -> None:  # noqa: FBT001  hypothesis names it
        if sure:
            dropped = self.model.attempt(lambda: drop(self.fine, self.model.acting()), allowed=self.undecided)
            if dropped is not None:
                self.fine, self.dropped = dropped, True

    @rule()
    def challenge(self) -> None:
        in_time = self.imposed is not None and self.model.day <= self.imposed[0] + SIX_WEEKS
        fine = self.model.attempt(
            lambda: with_challenge(self.fine, lambda one: lodge(one, self.model.acting())),
            allowed=self.stands and in_time and not self.lodged,
        )
        if fine is not None:
            self.fine, self.lodged = fine, True

    @rule(who=WHO, share=st.sampled_from((0, 0.5, 1, 1.1)))
    def answer(self, who: str, share: float) -> None:
        cents = round((self.amounts or [1000])[-1] * share)
        another = self.imposed is not None and who != self.imposed[1]
        waits = self.lodged and not self.answered
        fine = self.model.attempt(
            lambda: answer_objection(self.fine, self.model.acting(who), cents),
            allowed=self.stands and waits and another and cents <= (self.amounts or [0])[-1],
        )
        if fine is not None:
            self.fine, self.answered = fine, True
            self.amounts.append(cents)

    @rule(share=st.sampled_from((0.5, 1, 1.1)))
    def reduce(self, share: float) -> None:
        cents = round((self.amounts or [1000])[-1] * share)
        fine = self.model.attempt(
            lambda: reduce(self.fine, self.model.acting(), cents),
            allowed=self.stands and cents < (self.amounts or [0])[-1],
        )
        if fine is not None:
            self.fine = fine
            self.amounts.append(cents)

    @precondition(lambda self: self.stands)
    @rule(cents=st.sampled_from((1, 5_000, 20_000)))
    def pay(self, cents: int) -> None:
        assert self.fine.debt
        open_cents = self.fine.debt.open_cents
        paid = self.model.attempt(
            lambda: with_debt(self.fine, lambda debt, _: pay(debt, self.model.acting(), cents)),
            allowed=cents <= open_cents,
        )
        self.fine = paid or self.fine

    @rule(sure=SELDOM)
    def die(self, sure: bool) -> None:  # noqa: FBT001  hypothesis names it
        if sure and not self.died:
            self.violation, self.died = replace(self.violation, violator_died_on=self.model.day), True

    @rule()
    def fall_away(self) -> None:
        fine = self.model.attempt(
            lambda: lapse(self.fine, self.violation, self.track, self.model.acting()),
            allowed=self.stands and (self.died or self.ordered),
        )
        if fine is not None:
            self.fine, self.lapsed = fine, True

    @invariant()
    def a_fine_never_grows(self) -> None:
        assert self.amounts == sorted(self.amounts, reverse=True)

    @invariant()
    def what_is_owed_is_what_was_decided(self) -> None:
        if hasattr(self, "fine"):
            assert self.fine.cents == (self.amounts[-1] if self.stands else 0)
            assert self.fine.debt is None or 0 <= self.fine.debt.paid_cents <= self.fine.debt.cents

    @invariant()
    def a_heavy_fine_had_another_pair_of_eyes(self) -> None:
        if self.imposed is not None and self.heavy:
            assert self.imposed[1] != INSPECTOR
            assert self.told is not None
            assert self.reported is not None


TestFineBesideTheLaw = FineBesideTheLaw.TestCase
TestFineBesideTheLaw.settings = settings(max_examples=120, stateful_step_count=30, deadline=None)
