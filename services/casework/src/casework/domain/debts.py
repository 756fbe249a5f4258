"""What is owed because of an instrument, how it is collected, and when that is too late."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from casework.domain.law import Law, LegalTerm, RuleName, TermName, euros, in_dutch
from casework.domain.notices import Notice, require_views, views_over
from casework.domain.objections import Challenge, is_open, settled_on
from casework.domain.steps import (
    Acting,
    Bearer,
    Decided,
    Happened,
    Recipient,
    StepRefused,
    TermBegun,
    TermOver,
    begin,
    refuse_before,
    tell,
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

    `prescribes_on` is the last day on which it can be collected, as long as no challenge makes that later.
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
    paid_cents: int = 0

    @property
    def open_cents(self) -> int:
        return self.cents - self.paid_cents

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


def collectable_until(debt: Debt, challenge: Challenge | None, law: Law) -> date | None:
    """The last day on which it can be collected; none while a challenge keeps it open (article 5:35, second paragraph)."""
    extends = debt.kind is DebtKind.PENALTY and law.holds(
        RuleName.APPEAL_EXTENDS_PRESCRIPTION, debt.prescribes_on
    )
    if not extends or challenge is None or not is_open(challenge, debt.prescribes_on):
        return debt.prescribes_on
    return settled_on(challenge)


def refuse_prescribed(debt: Debt, challenge: Challenge | None, acting: Acting) -> None:
    """StepRefused where it is too late."""
    until = collectable_until(debt, challenge, acting.law)
    if until is not None and acting.on > until:
        raise StepRefused(
            "Awb 5:35" if debt.kind is DebtKind.PENALTY else "Awb 4:104",
            f"De vordering is verjaard: innen kon tot en met {in_dutch(until)}.",
        )


def interrupt(debt: Debt, challenge: Challenge | None, acting: Acting, by: Interruption) -> Decided[Debt]:
    """Prescription begins anew, as long as it was and no longer than five years. StepRefused, DateCannotBe."""
    refuse_before(acting, debt.arose_on, "het ontstaan van de schuld")
    refuse_prescribed(debt, challenge, acting)
    most = acting.law.term(TermName.MOST_AFTER_INTERRUPTION, acting.on)
    last = min(debt.prescription.after(acting.on), most.after(acting.on))
    later = replace(debt, prescribes_on=max(last, debt.prescribes_on))
    begun = TermBegun(
        debt.prescription_key,
        "Awb 4:110",
        debt.prescription,
        acting.on,
        later.prescribes_on,
        Bearer.AUTHORITY,
    )
    over = TermOver(debt.prescription_key, acting.on, done=False)
    said = (tell(acting, Happened.PRESCRIPTION_INTERRUPTED, article=BY[by]),)
    return Decided(later, said, (over, begun))


def decide_collection(
    debt: Debt, challenge: Challenge, notice: Notice | None, acting: Acting, cents: int
) -> Decided[Debt]:
    """Collect a forfeited penalty, all or part of it. StepRefused, DateCannotBe."""
    if debt.decided_on is not None:
        raise StepRefused("Awb 5:37 lid 1", "Over de invordering van dit bedrag is al beslist.")
    refuse_before(acting, debt.arose_on, "de verbeurte")
    refuse_prescribed(debt, challenge, acting)
    require_views(notice, acting.on)
    if not debt.paid_cents <= cents <= debt.cents:
        raise StepRefused(
            "Awb 5:37 lid 1",
            f"Invorderen kan tot wat is verbeurd: {euros(debt.cents)}, en niet onder wat is betaald.",
        )
    decided = Decided(replace(debt, decided_on=acting.on, cents=cents))
    if acting.law.holds(RuleName.COLLECTION_DECISION_INTERRUPTS, acting.on):
        decided = interrupt(decided.state, challenge, acting, Interruption.COLLECTION_DECISION)
    said = tell(
        acting,
        Happened.COLLECTION_DECIDED,
        Recipient.VIOLATOR,
        Recipient.APPLICANT,
        article="Awb 5:37 lid 1",
        cents=cents,
    )
    waived = () if decided.state.open_cents else terms_over(decided.state, acting.on, done=True)
    return decided.also((said,), (*views_over(notice, acting.on), *waived))


def remind(debt: Debt, challenge: Challenge | None, acting: Acting) -> Decided[Debt]:
    """Who did not pay in time is told to do so within two weeks. StepRefused, DateCannotBe."""
    if debt.kind is DebtKind.PENALTY and debt.decided_on is None:
        raise StepRefused(
            "Awb 5:37 lid 1", "Neem eerst een besluit over de invordering, en maan dan pas aan."
        )
    refuse_before(acting, debt.decided_on, "het besluit over de invordering")
    _refuse_paid(debt, "Awb 4:112 lid 1")
    _refuse_writ(debt)
    if acting.on <= debt.pay_by:
        raise StepRefused(
            "Awb 4:97, 4:112 lid 1",
            f"Betalen kan nog tot en met {in_dutch(debt.pay_by)}: er is geen verzuim.",
        )
    _refuse_deferred(debt, acting)
    again = interrupt(debt, challenge, acting, Interruption.REMINDER)
    term = begin(acting, TermName.REMINDER, Bearer.VIOLATOR, debt.reminder_key)
    said = tell(acting, Happened.REMINDED, Recipient.VIOLATOR, article="Awb 4:112", cents=debt.open_cents)
    over = TermOver(debt.waited_key, acting.on, done=False)
    return again.within(lambda one: replace(one, reminded_on=acting.on, remind_by=term.last_day)).also(
        (said,), (over, term)
    )


def issue_writ(debt: Debt, challenge: Challenge | None, acting: Acting) -> Decided[Debt]:
    """A title to have it collected by a bailiff. StepRefused, DateCannotBe."""
    _refuse_paid(debt, "Awb 4:117 lid 1")
    _refuse_writ(debt)
    if debt.reminded_on is None or debt.remind_by is None:
        raise StepRefused("Awb 4:117 lid 1", "Maan eerst aan: een dwangbevel komt pas daarna.")
    if acting.on <= debt.remind_by:
        raise StepRefused(
            "Awb 4:112 lid 1, 4:117 lid 1",
            f"Na de aanmaning kan nog worden betaald tot en met {in_dutch(debt.remind_by)}.",
        )
    _refuse_deferred(debt, acting)
    again = interrupt(debt, challenge, acting, Interruption.WRIT)
    said = tell(
        acting,
        Happened.WRIT_ISSUED,
        Recipient.VIOLATOR,
        article="Awb 4:114, 5:10 lid 2",
        cents=debt.open_cents,
    )
    over = TermOver(debt.reminder_key, acting.on, done=False)
    return again.within(lambda one: replace(one, writ_on=acting.on)).also((said,), (over,))


def defer(debt: Debt, challenge: Challenge | None, acting: Acting, until: date) -> Decided[Debt]:
    """Give more time to pay; collecting waits, and prescription moves as far. StepRefused, DateCannotBe."""
    refuse_before(acting, debt.arose_on, "het ontstaan van de schuld")
    _refuse_paid(debt, "Awb 4:94")
    refuse_prescribed(debt, challenge, acting)
    since = max(acting.on, debt.deferred_until or acting.on)
    if until <= since:
        raise StepRefused("Awb 4:94 lid 3", "Noem een dag tot wanneer het uitstel geldt, na vandaag.")
    later = debt.prescribes_on + timedelta(days=(until - since).days)
    deferred = replace(debt, deferred_until=until, prescribes_on=later)
    return Decided(
        deferred, (tell(acting, Happened.PAYMENT_DEFERRED, Recipient.VIOLATOR, article="Awb 4:94, 4:111"),)
    )


def pay(debt: Debt, acting: Acting, cents: int) -> Decided[Debt]:
    """Somebody paid; with the last of it every term of the debt is over. StepRefused, DateCannotBe."""
    refuse_before(acting, debt.arose_on, "het ontstaan van de schuld")
    if not 0 < cents <= debt.open_cents:
        raise StepRefused(
            "Awb 4:85, 4:92", f"Er staat nog {euros(debt.open_cents)} open: meer of niets kan niet."
        )
    paid = replace(debt, paid_cents=debt.paid_cents + cents)
    done = () if paid.open_cents else terms_over(debt, acting.on, done=True)
    return Decided(paid, (tell(acting, Happened.PAID, cents=cents),), done)


def terms_over(debt: Debt, on: date, *, done: bool) -> tuple[TermOver, ...]:
    """Every term of a debt that is no more."""
    waits = () if debt.writ_on is not None else (debt.waited_key,)
    keys = (*waits, debt.prescription_key)
    return tuple(TermOver(key, on, done=done) for key in keys)


def _refuse_paid(debt: Debt, article: str) -> None:
    if not debt.open_cents:
        raise StepRefused(article, "Er staat niets meer open.")


def _refuse_writ(debt: Debt) -> None:
    if debt.writ_on is not None:
        raise StepRefused("Awb 4:114, 4:116", "Er is al een dwangbevel: dat kan worden uitgevoerd.")


def _refuse_deferred(debt: Debt, acting: Acting) -> None:
    if debt.deferred_until is not None and acting.on <= debt.deferred_until:
        raise StepRefused(
            "Awb 4:94 lid 2", f"Er is uitstel van betaling tot en met {in_dutch(debt.deferred_until)}."
        )
