"""The order under penalty beside what the law says of it, told again in days on a calendar; and a rival beside it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from enforcing import HOME, INSPECTOR, Model, a_violation, an_order, days, unheard
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from casework.domain import coercion
from casework.domain.coercion import CoercionOrder
from casework.domain.collecting import decide_collection, issue_writ, pay, remind
from casework.domain.debts import DebtStep
from casework.domain.forfeiture import Finding, Forfeiture, Penalty, PenaltyBasis, forfeited_by
from casework.domain.law import LegalTerm, LegalUnit
from casework.domain.notices import take_views, tell_intention
from casework.domain.objections import lodge, settle
from casework.domain.penalty import Demand, find, impose, with_challenge, with_debt
from casework.domain.relief import ReliefGround, extend, lift, withdraw
from casework.domain.requests import Asker, Request, RequestKind, receive

WEEK = LegalTerm(1, LegalUnit.WEEKS)
SIX_WEEKS = days(42)
SELDOM = st.sampled_from((False, False, False, False, False, True))
PENALTIES = (
    Penalty(PenaltyBasis.ONCE, 50_000, 50_000),
    Penalty(PenaltyBasis.PER_VIOLATION, 10_000, 25_000),
    Penalty(PenaltyBasis.PER_PERIOD, 10_000, 30_000, WEEK),
)


def a_year_after(day: date) -> date:
    return day.replace(year=day.year + 1, day=min(day.day, 28) if day.month == 2 else day.day)


@dataclass
class Owed:
    """What the model knows of a debt."""

    arose: date
    alive: date
    decided: date | None = None
    reminded: date | None = None
    writ: date | None = None


class PenaltyBesideTheLaw(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.violation = a_violation(self.model.day)
        self.order = an_order(self.violation)
        self.rival = CoercionOrder(uuid4(), self.violation.violation_id, notice=unheard())
        self.asked: Request | None = None
        self.told: date | None = None
        self.heard = False
        self.imposed: date | None = None
        self.comply: date | None = None
        self.over = False
        self.rival_stands = False
        self.looked: list[date] = []
        self.owed: list[Owed] = []
        self.lodged: date | None = None
        self.settled: date | None = None

    @initialize(
        penalty=st.sampled_from(PENALTIES),
        start=st.sampled_from((6, 5, 4, 3, 2, 1, 0)),
        objects=st.booleans(),
    )
    def begin(self, penalty: Penalty, start: int, objects: bool) -> None:  # noqa: FBT001  hypothesis names it
        """Most begin some way along, so that the end is reached as well."""
        self.penalty = penalty
        self.order = replace(self.order, notice=None)
        way: tuple[Callable[[], None], ...] = (
            self.tell,
            self.hear,
            lambda: self.impose(5),
            lambda: self.break_it(9),
            lambda: self.collect_one(1, self.penalty.cents),
            self.remind_late,
        )
        for number, take in enumerate(way[:start]):
            take()
            if objects and number == 2:
                self.challenge()

    def remind_late(self) -> None:
        self.model.day += days(60)
        self.remind_one(1)

    def break_it(self, after: int) -> None:
        self.model.day += days(after)
        self.inspect(followed=False)

    @property
    def today(self) -> date:
        return self.model.day

    @property
    def stands(self) -> bool:
        """The order was imposed and not ended since."""
        return self.imposed is not None and not self.over

    @property
    def full(self) -> bool:
        return sum(one.cents for one in self.order.forfeitures) == self.penalty.most_cents

    def open_on(self, day: date) -> bool:
        """Whether the order can be or is challenged on a day."""
        if self.imposed is None or day < self.imposed:
            return False
        if self.lodged is None:
            return day <= self.imposed + SIX_WEEKS
        return self.settled is None or day <= self.settled

    def too_late(self, one: Owed) -> bool:
        until = one.alive
        if self.open_on(until):
            if self.lodged is not None and self.settled is None:
                return False
            until = self.settled or (self.imposed or until) + SIX_WEEKS
        return self.today > until

    @rule(many=st.sampled_from((0, 1, 5, 7, 14, 28, 42, 365)))
    def days_pass(self, many: int) -> None:
        self.model.day += days(many)

    @precondition(lambda self: self.told is None)
    @rule()
    def tell(self) -> None:
        notice = self.model.attempt(lambda: tell_intention(self.model.acting()), allowed=True)
        self.order = replace(self.order, notice=notice)
        self.told = self.today

    @precondition(lambda self: self.imposed is None and not self.heard)
    @rule()
    def hear(self) -> None:
        notice = self.model.attempt(
            lambda: take_views(self.order.notice, self.model.acting()), allowed=self.told is not None
        )
        if notice is not None:
            self.order, self.heard = replace(self.order, notice=notice), True

    @rule(within=st.integers(-1, 20))
    def impose(self, within: int) -> None:
        could_speak = self.told is not None and (self.heard or self.today > self.told + days(14))
        comply = self.today + days(within)
        demand = Demand("Stop ermee.", comply, self.penalty)
        imposed = self.model.attempt(
            lambda: impose(self.order, self.violation, (self.rival,), demand, self.model.acting()),
            allowed=could_speak and self.imposed is None and not self.rival_stands and within > 0,
        )
        if imposed is not None:
            self.order, self.imposed, self.comply = imposed, self.today, comply

    @rule()
    def impose_rival(self) -> None:
        beside = self.stands and not self.full
        fresh = CoercionOrder(uuid4(), self.violation.violation_id, notice=unheard())
        rival = Model().attempt(
            lambda: coercion.impose(
                fresh,
                self.violation,
                (self.order, self.rival),
                self.model.acting(),
                "Wij ruimen het op.",
                self.today + days(7),
            ),
            allowed=not beside and not self.rival_stands,
        )
        if rival is not None:
            self.rival, self.rival_stands = rival, True

    @precondition(lambda self: self.rival_stands)
    @rule()
    def withdraw_rival(self) -> None:
        self.rival = coercion.withdraw(self.rival, self.model.acting()).state
        self.rival_stands = False

    @precondition(lambda self: not self.looked or self.looked[-1] < self.today)
    @rule(followed=st.booleans())
    def inspect(self, followed: bool) -> None:  # noqa: FBT001  hypothesis names it
        before = len(self.order.debts)
        found = self.model.attempt(
            lambda: find(self.order, self.model.acting(INSPECTOR), HOME, followed=followed),
            allowed=self.stands,
        )
        if found is None:
            return
        self.order = found
        self.looked.append(self.today)
        fresh = found.debts[before:]
        self.owed += [Owed(debt.arose_on, a_year_after(debt.arose_on)) for debt in fresh]
        broken_in_time = not followed and self.comply is not None and self.today > self.comply
        assert not fresh or broken_in_time

    @rule(by=st.integers(1, 10))
    def extend(self, by: int) -> None:
        if self.comply is None:
            return
        later = self.comply + days(by)
        extended = self.model.attempt(
            lambda: extend(self.order, self.model.acting(), later),
            allowed=self.stands and self.today <= self.comply,
        )
        if extended is not None:
            self.order, self.comply = extended, later

    @rule()
    def ask_to_be_let_off(self) -> None:
        self.asked = receive(
            uuid4(), self.order.order_id, RequestKind.RELIEF, Asker.VIOLATOR, self.model.acting()
        ).state

    @rule(ground=st.sampled_from(ReliefGround), sure=SELDOM)
    def lift(self, ground: ReliefGround, sure: bool) -> None:  # noqa: FBT001  hypothesis names it
        if not sure:
            return
        quiet = self.imposed is not None and not self.owed and self.today > a_year_after(self.imposed)
        lifted = self.model.attempt(
            lambda: lift(self.order, self.asked, self.model.acting(), ground),
            allowed=self.stands and self.asked is not None and (quiet or ground is ReliefGround.IMPOSSIBLE),
        )
        if lifted is not None:
            self.order, self.over = lifted, True

    @rule(sure=SELDOM)
    def withdraw(self, sure: bool) -> None:  # noqa: FBT001  hypothesis names it
        if not sure:
            return
        gone = self.model.attempt(lambda: withdraw(self.order, self.model.acting()), allowed=self.stands)
        if gone is not None:
            self.order, self.over = gone, True

    @rule()
    def challenge(self) -> None:
        in_time = self.imposed is not None and self.today <= self.imposed + SIX_WEEKS
        lodged = self.model.attempt(
            lambda: with_challenge(self.order, lambda one: lodge(one, self.model.acting())),
            allowed=in_time and self.lodged is None,
        )
        if lodged is not None:
            self.order, self.lodged = lodged, self.today

    @precondition(lambda self: self.imposed is not None)
    @rule()
    def settle(self) -> None:
        settled = self.model.attempt(
            lambda: with_challenge(self.order, lambda one: settle(one, self.model.acting())),
            allowed=self.lodged is not None and self.settled is None,
        )
        if settled is not None:
            self.order, self.settled = settled, self.today

    @precondition(lambda self: self.owed)
    @rule(data=st.data())
    def collect(self, data: st.DataObject) -> None:
        number = self.pick(data)
        self.collect_one(number, data.draw(st.integers(1, self.order.debts[number - 1].cents), "cents"))

    def collect_one(self, number: int, part: int) -> None:
        one, debt = self.owed[number - 1], self.order.debts[number - 1]
        changed = self.step(
            number,
            lambda debt, challenge: decide_collection(debt, challenge, unheard(), self.model.acting(), part),
            allowed=one.decided is None and not self.too_late(one) and part >= debt.paid_cents,
        )
        if changed:
            one.decided, one.alive = self.today, max(one.alive, a_year_after(self.today))

    @precondition(lambda self: self.owed)
    @rule(data=st.data())
    def remind(self, data: st.DataObject) -> None:
        self.remind_one(self.pick(data))

    def remind_one(self, number: int) -> None:
        one, debt = self.owed[number - 1], self.order.debts[number - 1]
        late = self.today > one.arose + SIX_WEEKS
        ready = one.decided is not None and one.writ is None and debt.paid_cents < debt.cents
        changed = self.step(
            number,
            lambda debt, challenge: remind(debt, challenge, self.model.acting()),
            allowed=late and ready and not self.too_late(one),
        )
        if changed:
            one.reminded, one.alive = self.today, max(one.alive, a_year_after(self.today))

    @precondition(lambda self: self.owed)
    @rule(data=st.data())
    def writ(self, data: st.DataObject) -> None:
        number = self.pick(data)
        one, debt = self.owed[number - 1], self.order.debts[number - 1]
        waited = one.reminded is not None and self.today > one.reminded + days(14)
        changed = self.step(
            number,
            lambda debt, challenge: issue_writ(debt, challenge, self.model.acting()),
            allowed=waited and one.writ is None and debt.paid_cents < debt.cents and not self.too_late(one),
        )
        if changed:
            one.writ, one.alive = self.today, max(one.alive, a_year_after(self.today))

    @precondition(lambda self: self.owed)
    @rule(data=st.data(), cents=st.sampled_from((0, 1, 5_000, 10_000, 50_000)))
    def pay(self, data: st.DataObject, cents: int) -> None:
        number = self.pick(data)
        debt = self.order.debts[number - 1]
        self.step(
            number,
            lambda debt, _: pay(debt, self.model.acting(), cents),
            allowed=0 < cents <= debt.cents - debt.paid_cents,
        )

    def pick(self, data: st.DataObject) -> int:
        return data.draw(st.integers(1, len(self.owed)), "which")

    def step(self, number: int, take: DebtStep, *, allowed: bool) -> bool:
        changed = self.model.attempt(lambda: with_debt(self.order, number, take), allowed=allowed)
        if changed is not None:
            self.order = changed
        return changed is not None

    @invariant()
    def no_two_remedial_sanctions_at_once(self) -> None:
        assert not (self.order.in_force and self.rival.in_force)

    @invariant()
    def nothing_passes_its_cap(self) -> None:
        total = sum(one.cents for one in self.order.forfeitures)
        assert total <= self.penalty.most_cents if hasattr(self, "penalty") else total == 0
        assert all(0 <= debt.paid_cents <= debt.cents for debt in self.order.debts)
        assert len(self.order.debts) == len(self.order.forfeitures) == len(self.owed)

    @invariant()
    def what_was_ended_or_is_full_is_not_in_force(self) -> None:
        assert self.order.in_force == (self.stands and not self.full)


TestPenaltyBesideTheLaw = PenaltyBesideTheLaw.TestCase
TestPenaltyBesideTheLaw.settings = settings(max_examples=120, stateful_step_count=35, deadline=None)


@st.composite
def inspections(draw: st.DrawFn) -> list[Finding]:
    gaps = draw(st.lists(st.integers(1, 25), min_size=1, max_size=8))
    day, found = date(2026, 1, 1), []
    for gap in gaps:
        day += days(gap)
        found.append(Finding(day, draw(st.sampled_from(("een", "twee"))), draw(st.booleans())))
    return found


def in_all(penalty: Penalty, comply_by: date, found: list[Finding]) -> list[Forfeiture]:
    added: list[Forfeiture] = []
    for number, one in enumerate(found):
        added += forfeited_by(penalty, comply_by, found[:number], added, one)
    return added


@given(inspections(), st.integers(1, 20), st.booleans())
def test_weeks_are_counted_as_on_a_wall_calendar(found: list[Finding], most: int, begun: bool) -> None:  # noqa: FBT001  hypothesis names it
    """Colour each day on which it is shown to have lasted, and count the weeks that are touched, or that are full."""
    comply_by = date(2026, 1, 20)
    penalty = Penalty(PenaltyBasis.PER_PERIOD, 100, 1_000_000, WEEK, begun_counts=begun)
    weeks = 0
    for dwelling in ("een", "twee"):
        coloured: set[date] = set()
        since: date | None = comply_by
        for one in (one for one in found if one.dwelling == dwelling and one.on > comply_by):
            if one.followed:
                since = None
                continue
            first = since + days(1) if since else one.on
            coloured |= {first + days(number) for number in range((one.on - first).days + 1)}
            since = one.on
        touched: dict[int, int] = {}
        for day in coloured:
            week = ((day - comply_by).days - 1) // 7
            touched[week] = touched.get(week, 0) + 1
        weeks += sum(1 for many in touched.values() if begun or many == 7)
    assert len(in_all(penalty, comply_by, found)) == weeks
    capped = replace(penalty, most_cents=most * 100)
    assert sum(one.cents for one in in_all(capped, comply_by, found)) == 100 * min(weeks, most)


@given(inspections(), st.sampled_from((None, 150, 300)), st.sampled_from((None, 150, 400)))
def test_no_cap_is_passed_and_nothing_is_forfeited_in_time(
    found: list[Finding], per_week: int | None, per_dwelling: int | None
) -> None:
    comply_by = date(2026, 1, 20)
    penalty = Penalty(
        PenaltyBasis.PER_VIOLATION,
        100,
        650,
        WEEK,
        most_per_period_cents=per_week,
        most_per_dwelling_cents=per_dwelling,
    )
    added = in_all(penalty, comply_by, found)
    broken = {(one.on, one.dwelling) for one in found if not one.followed and one.on > comply_by}
    assert {(one.on, one.dwelling) for one in added} <= broken
    assert sum(one.cents for one in added) <= 650
    for dwelling in ("een", "twee"):
        assert sum(one.cents for one in added if one.dwelling == dwelling) <= (per_dwelling or 650)
    by_week: dict[int, int] = {}
    for one in added:
        week = ((one.on - comply_by).days - 1) // 7
        by_week[week] = by_week.get(week, 0) + one.cents
    assert all(cents <= (per_week or 650) for cents in by_week.values())
    if per_week is None and per_dwelling is None:
        assert sum(one.cents for one in added) == min(650, 100 * len(broken))
