"""Coercion, the behavioural order and the warning beside what the law says of them, told again in days on a calendar."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import uuid4

from enforcing import HOME, ONCE, Model, a_violation, an_imposed, an_order, days, unheard
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from casework.domain import conduct, warning
from casework.domain.coercion import (
    CoercionOrder,
    Entrance,
    Haste,
    act_first,
    apply,
    confirm,
    follow,
    impose,
    set_costs,
    with_costs,
    withdraw,
)
from casework.domain.collecting import pay, remind
from casework.domain.conduct import Attempt, ConductFile, DirectedAt, HomeBan, OtherWay
from casework.domain.penalty import Demand
from casework.domain.storage import StoredGoods, give_copy, sell, store
from casework.domain.warning import WarningLetter

SELDOM = st.sampled_from((False, False, False, True))
ENTRANCES = st.builds(
    Entrance,
    on=st.just(date(2024, 1, 1)),
    home=st.booleans(),
    involved=st.booleans(),
    consent=st.booleans(),
    authorised_by=st.sampled_from((None, "burgemeester")),
)


class CoercionBesideTheLaw(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.violation = a_violation(self.model.day)
        self.order = CoercionOrder(uuid4(), self.violation.violation_id, notice=unheard())
        self.haste = Haste.NONE
        self.imposed: date | None = None
        self.comply: date | None = None
        self.acted: date | None = None
        self.confirmed = self.gone = self.paid_for = self.seen = False
        self.costs: date | None = None
        self.costs_paid = 0
        self.goods: StoredGoods | None = None
        self.copy: date | None = None
        self.sold = False

    @initialize(
        haste=st.sampled_from((Haste.EXTREME, Haste.NONE, Haste.URGENT)),
        on_violator=st.booleans(),
        start=st.sampled_from((4, 3, 2, 1, 0)),
    )
    def begin(self, haste: Haste, on_violator: bool, start: int) -> None:  # noqa: FBT001  hypothesis names it
        self.haste, self.paid_for = haste, on_violator
        self.order = replace(self.order, haste=haste, costs_on_violator=on_violator)
        first: Callable[[], None] = (
            (lambda: self.act(None)) if haste is Haste.EXTREME else (lambda: self.impose(within=3))
        )
        way: tuple[Callable[[], None], ...] = (
            first,
            self.carry_out_late,
            self.confirm,
            lambda: self.set_costs(143_060),
        )
        for take in way[:start]:
            take()

    def carry_out_late(self) -> None:
        self.model.day += days(10)
        self.carry_out(None)

    @property
    def today(self) -> date:
        return self.model.day

    @property
    def fresh(self) -> bool:
        return self.imposed is None and self.acted is None

    @property
    def decided_and_done(self) -> bool:
        return self.acted is not None and (self.imposed is not None or self.confirmed)

    def may_enter(self, entrance: Entrance | None) -> bool:
        """A home asks for consent or an authorisation; another place for 48 hours, unless it is urgent."""
        if entrance is None:
            return True
        let_in = not entrance.home or entrance.consent or entrance.authorised_by is not None
        told = entrance.told_on is not None and (entrance.on - entrance.told_on).days >= 2
        return let_in and (entrance.involved or self.haste is not Haste.NONE or told)

    def now(self, entrance: Entrance, told_before: int | None) -> Entrance:
        told = None if told_before is None else self.today - days(told_before)
        return replace(entrance, on=self.today, told_on=told)

    @rule(many=st.sampled_from((0, 1, 2, 3, 14, 42, 91)))
    def days_pass(self, many: int) -> None:
        self.model.day += days(many)

    @rule(within=st.sampled_from((None, 0, 1, 3)))
    def impose(self, within: int | None) -> None:
        comply = None if within is None else self.today + days(within)
        order = self.model.attempt(
            lambda: impose(self.order, self.violation, (), self.model.acting(), "Wij halen het weg.", comply),
            allowed=self.fresh and (self.haste is Haste.URGENT if comply is None else within != 0),
        )
        if order is not None:
            self.order, self.imposed, self.comply = order, self.today, comply

    @precondition(lambda self: self.imposed is not None and not self.gone)
    @rule(entrance=st.none() | ENTRANCES, told_before=st.sampled_from((None, 1, 2)))
    def enter_and_carry_out(self, entrance: Entrance | None, told_before: int | None) -> None:
        self.carry_out(entrance and self.now(entrance, told_before))

    def carry_out(self, entrance: Entrance | None) -> None:
        waited = self.comply is None or self.today > self.comply
        stands = self.imposed is not None and self.acted is None and not self.gone
        order = self.model.attempt(
            lambda: apply(self.order, self.model.acting(), entrance),
            allowed=stands and waited and self.may_enter(entrance),
        )
        if order is not None:
            self.order, self.acted = order, self.today

    @rule(entrance=st.none() | ENTRANCES, sure=SELDOM)
    def act_without(self, entrance: Entrance | None, sure: bool) -> None:  # noqa: FBT001  hypothesis names it
        if sure:
            self.act(entrance and self.now(entrance, None))

    def act(self, entrance: Entrance | None) -> None:
        order = self.model.attempt(
            lambda: act_first(self.order, self.violation, (), self.model.acting(), entrance),
            allowed=self.fresh and self.haste is Haste.EXTREME and self.may_enter(entrance),
        )
        if order is not None:
            self.order, self.acted = order, self.today

    @rule()
    def confirm(self) -> None:
        order = self.model.attempt(
            lambda: confirm(self.order, self.model.acting(), "Wij haalden het weg."),
            allowed=self.acted is not None and self.imposed is None and not self.confirmed,
        )
        if order is not None:
            self.order, self.confirmed = order, True

    @rule()
    def see_it_followed(self) -> None:
        """It is done already; that takes nothing from the order."""
        order = (
            self.model.attempt(
                lambda: follow(self.order, self.model.acting()),
                allowed=self.imposed is not None and self.acted is None and not self.gone and not self.seen,
            )
            if not self.seen
            else None
        )
        if order is not None:
            self.order, self.seen = order, True

    @rule(sure=SELDOM)
    def withdraw(self, sure: bool) -> None:  # noqa: FBT001  hypothesis names it
        if sure:
            order = self.model.attempt(
                lambda: withdraw(self.order, self.model.acting()),
                allowed=self.imposed is not None and self.acted is None and not self.gone,
            )
            if order is not None:
                self.order, self.gone = order, True

    @rule(cents=st.sampled_from((0, 143_060)))
    def set_costs(self, cents: int) -> None:
        order = self.model.attempt(
            lambda: set_costs(self.order, self.model.acting(), cents),
            allowed=self.decided_and_done and self.paid_for and self.costs is None and cents > 0,
        )
        if order is not None:
            self.order, self.costs = order, self.today

    @precondition(lambda self: self.costs is not None)
    @rule(cents=st.sampled_from((1, 143_060)))
    def pay_costs(self, cents: int) -> None:
        order = self.model.attempt(
            lambda: with_costs(self.order, lambda debt, _: pay(debt, self.model.acting(), cents)),
            allowed=self.costs_paid + cents <= 143_060,
        )
        if order is not None:
            self.order, self.costs_paid = order, self.costs_paid + cents

    @precondition(lambda self: self.costs is not None and self.order.costs.reminded_on is None)
    @rule()
    def remind(self) -> None:
        """Costs need no decision to collect them: that is for penalties."""
        assert self.costs
        order = self.model.attempt(
            lambda: with_costs(self.order, lambda debt, one: remind(debt, one, self.model.acting())),
            allowed=self.today > self.costs + days(42) and self.costs_paid < 143_060,
        )
        self.order = order or self.order

    @precondition(lambda self: self.goods is None)
    @rule(spoils=st.booleans())
    def take_away(self, spoils: bool) -> None:  # noqa: FBT001  hypothesis names it
        self.goods = self.model.attempt(
            lambda: store(uuid4(), self.order, self.model.acting(), will_spoil=spoils),
            allowed=self.acted is not None,
        )

    @precondition(lambda self: self.goods is not None and self.copy is None)
    @rule()
    def copy_the_record(self) -> None:
        assert self.goods
        self.goods, self.copy = give_copy(self.goods, self.model.acting()).state, self.today

    @precondition(lambda self: self.goods is not None)
    @rule(costly=st.booleans())
    def sell(self, costly: bool) -> None:  # noqa: FBT001  hypothesis names it
        assert self.goods
        goods = self.goods
        kept = self.today > goods.stored_on + days(91) or costly
        copied = goods.will_spoil or (self.copy is not None and self.today > self.copy + days(14))
        sold = self.model.attempt(
            lambda: sell(goods, self.model.acting(), costs_too_high=costly),
            allowed=kept and copied and not self.sold,
        )
        if sold is not None:
            self.goods, self.sold = sold, True

    @invariant()
    def nobody_acts_before_the_term_is_over(self) -> None:
        if self.acted and self.comply:
            assert self.acted > self.comply

    @invariant()
    def every_home_was_entered_by_right(self) -> None:
        assert all(one.consent or one.authorised_by for one in self.order.entries if one.home)

    @invariant()
    def it_is_in_force_until_it_is_done_and_decided(self) -> None:
        waits = (self.imposed is not None and self.acted is None and not self.gone) or (
            self.acted is not None and self.imposed is None and not self.confirmed
        )
        assert self.order.in_force == waits


class ConductBesideTheLaw(RuleBasedStateMachine):
    """A file that grows, an order on it, and a ban from the home."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.model.day = date(2016, 5, 2)
        self.violation = a_violation(self.model.day, rule="APV, woonoverlast")
        self.incidents: set[date] = set()
        self.attempts: list[Attempt] = []
        self.serious = False
        self.at = DirectedAt.USER
        self.registered = True
        self.ban_until: date | None = None
        self.ban: HomeBan | None = None

    @property
    def file(self) -> ConductFile:
        return ConductFile(
            self.violation,
            self.serious,
            tuple(sorted(self.incidents)),
            tuple(self.attempts),
            self.at,
            self.registered,
        )

    @property
    def complete(self) -> bool:
        """The council made it possible, it is serious and came back, and nothing else helps."""
        possible = self.model.day >= date(2017, 7, 1)
        landlord = self.at is DirectedAt.USER or not self.registered or self.model.day >= date(2021, 1, 1)
        last_resort = self.attempts and not any(one.helped for one in self.attempts)
        return bool(possible and landlord and self.serious and len(self.incidents) >= 2 and last_resort)

    @initialize(
        start=st.sampled_from((5, 4, 3, 2, 1, 0)), at=st.sampled_from(DirectedAt), registered=st.booleans()
    )
    def begin(self, start: int, at: DirectedAt, registered: bool) -> None:  # noqa: FBT001  hypothesis names it
        self.at, self.registered = at, registered
        if start:
            self.model.day = date(2016 + start * 2, 1, 1)
            self.incidents |= {self.model.day, self.model.day - days(5)}
            self.attempts.append(Attempt(OtherWay.WARNING, self.model.day))
            self.serious = True

    @rule(many=st.sampled_from((1, 3, 9, 11, 30, 400)))
    def days_pass(self, many: int) -> None:
        self.model.day += days(many)

    @rule()
    def it_happens(self) -> None:
        self.incidents.add(self.model.day)

    @rule(serious=st.booleans())
    def judge(self, serious: bool) -> None:  # noqa: FBT001  hypothesis names it
        self.serious = serious

    @rule(way=st.sampled_from(OtherWay), helped=SELDOM)
    def try_something(self, way: OtherWay, helped: bool) -> None:  # noqa: FBT001  hypothesis names it
        self.attempts.append(Attempt(way, self.model.day, helped))

    @rule(authority=st.sampled_from(("mayor", "mayor", "college")))
    def direct(self, authority: str) -> None:
        order = replace(an_order(self.violation), authority=authority)
        demand = Demand("Geen muziek na tien uur.", self.model.day + days(3), ONCE)
        Model().attempt(
            lambda: conduct.impose_with_penalty(self.file, order, (), demand, self.model.acting()),
            allowed=self.complete and authority == "mayor",
        )
        fresh = CoercionOrder(uuid4(), self.violation.violation_id, authority=authority, notice=unheard())
        Model().attempt(
            lambda: conduct.impose_with_coercion(
                self.file,
                fresh,
                (),
                self.model.acting(),
                "De installatie gaat mee.",
                self.model.day + days(3),
            ),
            allowed=self.complete and authority == "mayor",
        )
        assert (
            bool(list(conduct.lacking(self.file, self.model.acting().law, self.model.day))) != self.complete
        )

    @precondition(lambda self: self.ban is None)
    @rule()
    def ban_from_home(self) -> None:
        self.ban = self.model.attempt(
            lambda: conduct.ban(uuid4(), self.file, self.model.acting()),
            allowed=self.complete and self.at is DirectedAt.USER,
        )
        if self.ban is not None:
            self.ban_until = self.model.day + days(10)
            assert self.ban.last_day == self.ban_until

    @precondition(lambda self: self.ban is not None)
    @rule(by=st.integers(0, 20))
    def extend_ban(self, by: int) -> None:
        assert self.ban
        assert self.ban_until
        issued, until = self.ban, self.ban_until + days(by)
        runs = issued.ended_on is None and self.model.day <= self.ban_until
        longer = self.model.attempt(
            lambda: conduct.extend_ban(issued, self.model.acting(), until),
            allowed=runs and by > 0 and until <= issued.began_on + days(28),
        )
        if longer is not None:
            self.ban, self.ban_until = longer, until

    @invariant()
    def nobody_is_kept_out_for_more_than_four_weeks(self) -> None:
        assert self.ban is None or (self.ban.last_day - self.ban.began_on).days <= 28


class WarningBesideTheLaw(RuleBasedStateMachine):
    """A violation that is warned of again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.violation = a_violation(self.model.day)
        self.letters: list[WarningLetter] = []
        self.waits = False

    @rule(many=st.integers(0, 20))
    def days_pass(self, many: int) -> None:
        self.model.day += days(many)

    @rule()
    def warn(self) -> None:
        letter = self.model.attempt(
            lambda: warning.warn(uuid4(), self.violation, tuple(self.letters), self.model.acting()),
            allowed=not self.waits and self.violation.ended_on is None,
        )
        if letter is not None:
            self.letters.append(letter)
            self.waits = True

    @precondition(lambda self: self.letters)
    @rule(followed=st.booleans())
    def check(self, followed: bool) -> None:  # noqa: FBT001  hypothesis names it
        last = self.letters[-1]
        checked = self.model.attempt(
            lambda: warning.check(last, self.model.acting(), followed=followed), allowed=self.waits
        )
        if checked is not None:
            self.letters[-1], self.waits = checked, False

    @rule()
    def object(self) -> None:
        self.model.attempt(warning.refuse_objection, allowed=False)  # type: ignore[arg-type]

    @rule(sure=SELDOM)
    def end(self, sure: bool) -> None:  # noqa: FBT001  hypothesis names it
        if sure:
            self.violation = replace(self.violation, ended_on=self.model.day)


def test_an_order_for_another_home_says_nothing_about_this_one() -> None:
    model = Model()
    violation, elsewhere = a_violation(model.day), a_violation(model.day, dwelling="2599zx-14")
    beside = an_imposed(elsewhere, model.day, model.day + days(7))
    order = CoercionOrder(uuid4(), violation.violation_id, notice=unheard())
    imposed = impose(order, violation, (beside,), model.acting(), "Weg ermee.", model.day + days(7)).state
    assert imposed.in_force
    assert beside.dwellings == (HOME,)


TestCoercionBesideTheLaw = CoercionBesideTheLaw.TestCase
TestConductBesideTheLaw = ConductBesideTheLaw.TestCase
TestWarningBesideTheLaw = WarningBesideTheLaw.TestCase
TestCoercionBesideTheLaw.settings = settings(max_examples=70, stateful_step_count=25, deadline=None)
TestConductBesideTheLaw.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestWarningBesideTheLaw.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)
