"""What the law and the city set: terms, amounts and rules, each with the day it holds from and where it stands."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol


class LegalUnit(StrEnum):
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


IN_DUTCH: Mapping[LegalUnit, tuple[str, str]] = {
    LegalUnit.DAYS: ("dag", "dagen"),
    LegalUnit.WEEKS: ("week", "weken"),
    LegalUnit.MONTHS: ("maand", "maanden"),
    LegalUnit.YEARS: ("jaar", "jaar"),
}


@dataclass(frozen=True, slots=True)
class LegalTerm:
    """So long from the day after the one it begins on."""

    amount: int
    unit: LegalUnit

    def after(self, day: date) -> date:
        """Where the count of the term ends that begins on this day."""
        if self.unit in {LegalUnit.DAYS, LegalUnit.WEEKS}:
            return day + timedelta(days=self.amount * (7 if self.unit is LegalUnit.WEEKS else 1))
        months = self.amount * (12 if self.unit is LegalUnit.YEARS else 1)
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

    @property
    def words(self) -> str:
        return f"{self.amount} {IN_DUTCH[self.unit][self.amount != 1]}"


class LegalCalendar(Protocol):
    """What the Algemene termijnenwet does to the end of a term."""

    def moved(self, term: LegalTerm, counted_to: date) -> date:
        """The last day of a statutory term whose count ends then: never a Saturday, Sunday or holiday if it is short."""
        ...


class TermName(StrEnum):
    VIEWS = "views"
    WARNING = "warning"
    REQUEST = "request"
    COLLECTION_REQUEST = "collection-request"
    APPLICATION_REQUEST = "application-request"
    OBJECTION = "objection"
    OBJECTION_DECISION = "objection-decision"
    OBJECTION_BY_COMMITTEE = "objection-by-committee"
    OBJECTION_ADJOURNED = "objection-adjourned"
    APPEAL = "appeal"
    PAYMENT = "payment"
    REMINDER = "reminder"
    PENALTY_PRESCRIPTION = "penalty-prescription"
    DEBT_PRESCRIPTION = "debt-prescription"
    MOST_AFTER_INTERRUPTION = "most-after-interruption"
    LIFTING = "lifting"
    URGENT_DECISION = "urgent-decision"
    ENTRY_NOTICE = "entry-notice"
    STORAGE = "storage"
    STORAGE_COPY = "storage-copy"
    COERCION_COSTS = "coercion-costs"
    FINE_DECISION = "fine-decision"
    PROSECUTION_SILENCE = "prosecution-silence"
    FINE_LAPSE = "fine-lapse"
    FINE_LAPSE_REPORTED = "fine-lapse-reported"
    HOME_BAN = "home-ban"
    HOME_BAN_MOST = "home-ban-most"


class AmountName(StrEnum):
    FINE_REPORTED_ABOVE = "fine-reported-above"
    FINE_MOST_HOUSING = "fine-most-housing"
    FINE_MOST_HOUSING_REPEATED = "fine-most-housing-repeated"
    REMINDER_FEE = "reminder-fee"
    REMINDER_FEE_LARGE = "reminder-fee-large"
    REMINDER_LARGE_FROM = "reminder-large-from"


class RuleName(StrEnum):
    APPEAL_EXTENDS_PRESCRIPTION = "appeal-extends-prescription"
    COLLECTION_DECISION_INTERRUPTS = "collection-decision-interrupts"
    NEXT_ORDER_IS_HIGHER = "next-order-is-higher"
    SUBMITTED_TO_PROSECUTION = "submitted-to-prosecution"
    CONDUCT_IN_ORDINANCE = "conduct-in-ordinance"
    CONDUCT_FOR_ANY_LANDLORD = "conduct-for-any-landlord"


class NumberName(StrEnum):
    CONDUCT_INCIDENTS = "conduct-incidents"


Name = TermName | AmountName | RuleName | NumberName


class NotInForce(Exception):
    """The law of a day before anything was written down is not known."""


@dataclass(frozen=True, slots=True)
class Provision:
    """One term, amount in cents, number or rule. `check` says what a lawyer has to look at before it counts on it."""

    name: str
    value: LegalTerm | int
    valid_from: date
    source: str
    check: str | None = None


@dataclass(frozen=True, slots=True)
class Law:
    """Every question is about a day, and raises NotInForce where nothing was written down for it."""

    version: str
    provisions: tuple[Provision, ...]
    calendar: LegalCalendar

    def provision(self, name: Name, on: date) -> Provision:
        """The newest of those that hold on a day."""
        holding = [one for one in self.provisions if one.name == name and one.valid_from <= on]
        if not holding:
            raise NotInForce(f"Van {name} is niet bekend wat op {on:%d-%m-%Y} gold.")
        return max(holding, key=lambda one: one.valid_from)

    def term(self, name: TermName, on: date) -> LegalTerm:
        value = self.provision(name, on).value
        assert isinstance(value, LegalTerm)  # noqa: S101  the reader of the file saw to it
        return value

    def cents(self, name: AmountName, on: date) -> int:
        return self._whole(name, on)

    def number(self, name: NumberName, on: date) -> int:
        return self._whole(name, on)

    def holds(self, name: RuleName, on: date) -> bool:
        return bool(self._whole(name, on))

    def last_day(self, name: TermName, begun: date) -> date:
        """Of the term that begins on a day."""
        term = self.term(name, begun)
        return self.calendar.moved(term, term.after(begun))

    def _whole(self, name: Name, on: date) -> int:
        value = self.provision(name, on).value
        assert isinstance(value, int)  # noqa: S101  the reader of the file saw to it
        return value


def euros(cents: int) -> str:
    """`€ 5.000` or `€ 1.430,60`."""
    whole, rest = divmod(cents, 100)
    written = f"€\N{NO-BREAK SPACE}{whole:,}".replace(",", ".")
    return f"{written},{rest:02d}" if rest else written


def in_dutch(day: date) -> str:
    """`1-6-2021`."""
    return f"{day.day}-{day.month}-{day.year}"
