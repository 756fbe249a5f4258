"""What is owed because of an instrument, and until when it can be collected."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from casework.domain.law import Law, LegalTerm, RuleName, TermName, in_dutch
from casework.domain.objections import Challenge, settled_on
from casework.domain.requests import Request
from casework.domain.steps import (
    Acting,
    Bearer,
    Decided,
    Happened,
    StepRefused,
    TermBegun,
    TermOver,
    refuse_before,
    tell,
    until,
)


class DebtKind(StrEnum):
    PENALTY = "penalty"
    FINE = "fine"
    COSTS = "costs"


class Interruption(StrEnum):
    """What lets the prescription begin anew: articles 4:105, 4:106 and 5:37a."""

    COLLECTION_DECISION = "collection-decision"
    REMINDER = "reminder"
    WRIT = "writ"
    EXECUTION = "execution"
    SET_OFF = "set-off"
    ACKNOWLEDGED = "acknowledged"
    LEGAL_ACTION = "legal-action"


BY: dict[Interruption, str] = {
    Interruption.COLLECTION_DECISION: "Awb 5:37a lid 1",
    Interruption.REMINDER: "Awb 4:106, 4:112",
    Interruption.WRIT: "Awb 4:106, 4:114",
    Interruption.EXECUTION: "Awb 4:106",
    Interruption.SET_OFF: "Awb 4:106, 4:93",
    Interruption.ACKNOWLEDGED: "Awb 4:105 lid 2",
    Interruption.LEGAL_ACTION: "Awb 4:105 lid 1",
}


@dataclass(frozen=True, slots=True)
class Debt:
    """`number` is which debt of the instrument it is. `decided_on`: of a forfeited penalty, when collecting it was decided.

    `fee_cents` is for the reminder. `prescribes_on` is the last day on which it can be collected, as long as no challenge makes that later.
    """

    kind: DebtKind
    number: int
    cents: int
    arose_on: date
    pay_by: date
    prescribes_on: date
    prescription: LegalTerm
    dwelling: str | None = None
    decided_on: date | None = None
    reminded_on: date | None = None
    remind_by: date | None = None
    writ_on: date | None = None
    deferred_until: date | None = None
    fee_cents: int = 0
    paid_cents: int = 0

    @property
    def open_cents(self) -> int:
        return self.cents + self.fee_cents - self.paid_cents

    @property
    def payment_key(self) -> str:
        return f"payment-{self.number}"

    @property
    def waited_key(self) -> str:
        """The term that waits for the money now: to pay, or to pay after the reminder."""
        return self.payment_key if self.reminded_on is None else self.reminder_key

    @property
    def prescription_key(self) -> str:
        return f"prescription-{self.number}"

    @property
    def reminder_key(self) -> str:
        return f"reminder-{self.number}"


@dataclass(frozen=True, slots=True)
class Pending:
    """What keeps a penalty from being prescribed: from when, and until when if that is known."""

    since: date
    until: date | None


DebtStep = Callable[[Debt, tuple[Pending, ...]], Decided[Debt]]


def owe(kind: DebtKind, number: int, cents: int, arose_on: date, law: Law) -> Debt:
    """A debt that arose on a day: a forfeiture, or the announcement of the decision that sets it."""
    pay_by = law.last_day(TermName.PAYMENT, arose_on)
    penalty = kind is DebtKind.PENALTY
    name, begun = (
        (TermName.PENALTY_PRESCRIPTION, arose_on) if penalty else (TermName.DEBT_PRESCRIPTION, pay_by)
    )
    term = law.term(name, begun)
    return Debt(kind, number, cents, arose_on, pay_by, term.after(begun), term)


def terms_of(debt: Debt, law: Law) -> tuple[TermBegun, TermBegun]:
    """When it must be paid, and until when it can be collected."""
    penalty = debt.kind is DebtKind.PENALTY
    name, begun = (
        (TermName.PENALTY_PRESCRIPTION, debt.arose_on)
        if penalty
        else (TermName.DEBT_PRESCRIPTION, debt.pay_by)
    )
    payment = law.provision(TermName.PAYMENT, debt.arose_on)
    term = law.term(TermName.PAYMENT, debt.arose_on)
    return (
        TermBegun(debt.payment_key, payment.source, term, debt.arose_on, debt.pay_by, Bearer.VIOLATOR),
        TermBegun(
            debt.prescription_key,
            law.provision(name, begun).source,
            debt.prescription,
            begun,
            debt.prescribes_on,
            Bearer.AUTHORITY,
        ),
    )


def while_challenged(challenge: Challenge) -> Pending:
    """While objection or appeal is open, against the order or against a refusal to collect."""
    return Pending(challenge.announced_on, settled_on(challenge))


def while_asked(request: Request) -> Pending:
    """While somebody waits for a decision to collect."""
    return Pending(request.received_on, request.answered_on)


def collectable_until(debt: Debt, pending: Iterable[Pending], law: Law) -> date | None:
    """The last day on which it can be collected; none while something keeps it open and nobody knows until when.

    Only of a penalty, and since articles 5:35 and 5:37a say so.
    """
    last = debt.prescribes_on
    if debt.kind is not DebtKind.PENALTY or not law.holds(RuleName.APPEAL_EXTENDS_PRESCRIPTION, last):
        return last
    for one in sorted(pending, key=lambda one: one.since):
        if one.since <= last and one.until is None:
            return None
        if one.since <= last and one.until is not None:
            last = max(last, one.until)
    return last


def refuse_prescribed(debt: Debt, pending: Iterable[Pending], acting: Acting) -> None:
    """StepRefused where it is too late."""
    until = collectable_until(debt, pending, acting.law)
    if until is not None and acting.on > until:
        raise StepRefused(
            "Awb 5:35" if debt.kind is DebtKind.PENALTY else "Awb 4:104",
            f"De vordering is verjaard: innen kon tot en met {in_dutch(until)}.",
        )


def interrupt(debt: Debt, pending: Iterable[Pending], acting: Acting, by: Interruption) -> Decided[Debt]:
    """Prescription begins anew, as long as it was and no longer than five years. StepRefused, DateCannotBe."""
    refuse_before(acting, debt.arose_on, "het ontstaan van de schuld")
    refuse_prescribed(debt, pending, acting)
    most = acting.law.term(TermName.MOST_AFTER_INTERRUPTION, acting.on)
    last = min(debt.prescription.after(acting.on), most.after(acting.on))
    later = replace(debt, prescribes_on=max(last, debt.prescribes_on))
    key, article = debt.prescription_key, "Awb 4:110"
    begun = until(key, article, Bearer.AUTHORITY, acting.on, later.prescribes_on)
    over = TermOver(debt.prescription_key, acting.on, done=False)
    said = (tell(acting, Happened.PRESCRIPTION_INTERRUPTED, article=BY[by]),)
    return Decided(later, said, (over, begun))


def terms_over(debt: Debt, on: date, *, done: bool) -> tuple[TermOver, ...]:
    """Every term of a debt that is no more."""
    waits = () if debt.writ_on is not None else (debt.waited_key,)
    keys = (*waits, debt.prescription_key)
    return tuple(TermOver(key, on, done=done) for key in keys)
