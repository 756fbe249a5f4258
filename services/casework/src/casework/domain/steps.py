"""What every instrument has in common: who acts on which day, what a step gives, and how a step is refused."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from casework.domain.law import Law, LegalTerm, LegalUnit, TermName, in_dutch

LONGEST_CLOCK_DAYS = 400
"""Monitoring watches no term that is longer."""

State = TypeVar("State")
Other = TypeVar("Other")


class StepRefused(Exception):
    """The law does not allow the step: by which article, and why, in Dutch."""

    def __init__(self, article: str, why: str) -> None:
        super().__init__(f"{why} ({article})")
        self.article = article
        self.why = why


class DateCannotBe(Exception):
    """The step is still to come, or before what it follows; the message says so in Dutch."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who takes a step, on which day, by which law. The step may be written down later. DateCannotBe if sooner."""

    who: str
    on: date
    today: date
    law: Law

    def __post_init__(self) -> None:
        if self.on > self.today:
            raise DateCannotBe(f"{in_dutch(self.on)} moet nog komen: kies vandaag of een dag die voorbij is.")

    def last_day(self, name: TermName) -> date:
        """Of a term that begins with this step."""
        return self.law.last_day(name, self.on)


class Happened(StrEnum):
    """What has to be told, as a code."""

    WARNED = "warned"
    WARNING_FOLLOWED = "warning-followed"
    WARNING_NOT_FOLLOWED = "warning-not-followed"
    INTENTION_TOLD = "intention-told"
    VIEWS_GIVEN = "views-given"
    ORDER_IMPOSED = "order-imposed"
    ORDER_FOUND_FOLLOWED = "order-found-followed"
    ORDER_FOUND_BROKEN = "order-found-broken"
    ORDER_CHANGED = "order-changed"
    ORDER_LIFTED = "order-lifted"
    ORDER_WITHDRAWN = "order-withdrawn"
    PENALTY_FORFEITED = "penalty-forfeited"
    COLLECTION_DECIDED = "collection-decided"
    REMINDED = "reminded"
    WRIT_ISSUED = "writ-issued"
    PAID = "paid"
    REFUND_DUE = "refund-due"
    PAYMENT_DEFERRED = "payment-deferred"
    PRESCRIPTION_INTERRUPTED = "prescription-interrupted"
    COERCION_APPLIED = "coercion-applied"
    COSTS_SET = "costs-set"
    GOODS_STORED = "goods-stored"
    GOODS_SOLD = "goods-sold"
    REPORTED = "reported"
    SUBMITTED = "submitted"
    PROSECUTION_DECLINED = "prosecution-declined"
    PROSECUTED = "prosecuted"
    PENALISED = "penalised"
    PROSECUTION_ENDED = "prosecution-ended"
    FINED = "fined"
    FINE_REDUCED = "fine-reduced"
    FINE_LAPSED = "fine-lapsed"
    NOT_FINED = "not-fined"
    BANNED = "banned"
    BAN_EXTENDED = "ban-extended"
    BAN_ENDED = "ban-ended"
    OBJECTED = "objected"
    OBJECTION_ADJOURNED = "objection-adjourned"
    OBJECTION_DECIDED = "objection-decided"
    APPEALED = "appealed"
    SETTLED = "settled"
    ASKED = "asked"
    ASKED_MORE = "asked-more"
    COMPLETED = "completed"
    ANSWERED = "answered"


class Recipient(StrEnum):
    """Who must be told by letter."""

    VIOLATOR = "violator"
    RIGHT_HOLDERS = "right-holders"
    APPLICANT = "applicant"
    PROSECUTION = "prosecution"
    INTERESTED = "interested"


class Bearer(StrEnum):
    """Who must do something before the end of a term."""

    AUTHORITY = "authority"
    VIOLATOR = "violator"
    INTERESTED = "interested"
    PROSECUTION = "prosecution"


@dataclass(frozen=True, slots=True)
class Announcement:
    what: Happened
    on: date
    who: str
    to: tuple[Recipient, ...] = ()
    article: str | None = None
    cents: int | None = None


IN_CLOCKS = {LegalUnit.DAYS: "calendar-days", LegalUnit.WEEKS: "weeks", LegalUnit.MONTHS: "months"}
MONTHS_IN_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class TermBegun:
    """A term to be watched, under a key that is its own within the instrument. `statutory`: a law sets it.

    The same key may begin again after it was over.
    """

    key: str
    article: str
    term: LegalTerm
    began_on: date
    last_day: date
    bearer: Bearer
    statutory: bool = True

    @property
    def is_watched(self) -> bool:
        return (self.last_day - self.began_on).days < LONGEST_CLOCK_DAYS

    @property
    def counted(self) -> tuple[int, str]:
        """The amount and the unit in the words of clocks, which know no years."""
        if self.term.unit is LegalUnit.YEARS:
            return self.term.amount * MONTHS_IN_A_YEAR, IN_CLOCKS[LegalUnit.MONTHS]
        return self.term.amount, IN_CLOCKS[self.term.unit]


@dataclass(frozen=True, slots=True)
class TermHeld:
    """It stands still from a day on, until that on which it goes on: the end moves by the days between them."""

    key: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class TermGoesOn:
    key: str
    on: date


@dataclass(frozen=True, slots=True)
class TermOver:
    """What it was for was done, or need not be done any more."""

    key: str
    on: date
    done: bool


TermChange = TermBegun | TermHeld | TermGoesOn | TermOver


@dataclass(frozen=True, slots=True)
class Decided(Generic[State]):
    """The new state, what has to be told, and which terms begin, stand still, go on and end."""

    state: State
    announcements: tuple[Announcement, ...] = ()
    terms: tuple[TermChange, ...] = ()

    def within(self, put: Callable[[State], Other]) -> "Decided[Other]":
        """The same step, of what this state is a part of."""
        return Decided(put(self.state), self.announcements, self.terms)

    def also(
        self, announcements: Iterable[Announcement] = (), terms: Iterable[TermChange] = ()
    ) -> "Decided[State]":
        return replace(self, announcements=(*self.announcements, *announcements), terms=(*self.terms, *terms))


def tell(
    acting: Acting, what: Happened, *to: Recipient, article: str | None = None, cents: int | None = None
) -> Announcement:
    return Announcement(what, acting.on, acting.who, to, article, cents)


def begin(acting: Acting, name: TermName, bearer: Bearer, key: str | None = None) -> TermBegun:
    """A term of the law that begins with a step."""
    source = acting.law.provision(name, acting.on).source
    return TermBegun(
        key or name, source, acting.law.term(name, acting.on), acting.on, acting.last_day(name), bearer
    )


def until(key: str, article: str, bearer: Bearer, on: date, last_day: date) -> TermBegun:
    """A term of which the day that it ends on was chosen: no law moves it."""
    days = LegalTerm((last_day - on).days, LegalUnit.DAYS)
    return TermBegun(key, article, days, on, last_day, bearer, statutory=False)


def refuse_before(acting: Acting, earlier: date | None, what: str) -> None:
    """DateCannotBe where a step comes before the one that it follows."""
    if earlier is not None and acting.on < earlier:
        raise DateCannotBe(f"{in_dutch(acting.on)} is voor {what} van {in_dutch(earlier)}.")
