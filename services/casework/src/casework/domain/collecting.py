"""How a debt is collected: decide, remind, issue a writ; and being paid, at any moment."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from casework.domain.debts import (
    Debt,
    DebtKind,
    Interruption,
    Pending,
    interrupt,
    refuse_prescribed,
    terms_over,
)
from casework.domain.law import AmountName, RuleName, TermName, euros, in_dutch
from casework.domain.notices import Notice, require_views, views_over
from casework.domain.steps import (
    Acting,
    Bearer,
    Decided,
    Happened,
    Recipient,
    StepRefused,
    TermOver,
    begin,
    refuse_before,
    tell,
)


def decide_collection(
    debt: Debt, pending: Iterable[Pending], notice: Notice | None, acting: Acting, cents: int
) -> Decided[Debt]:
    """Collect a forfeited penalty, all or part of it. StepRefused, DateCannotBe."""
    if debt.decided_on is not None:
        raise StepRefused("Awb 5:37 lid 1", "Over de invordering van dit bedrag is al beslist.")
    refuse_before(acting, debt.arose_on, "de verbeurte")
    refuse_prescribed(debt, pending, acting)
    require_views(notice, acting.on)
    if not debt.paid_cents <= cents <= debt.cents:
        raise StepRefused(
            "Awb 5:37 lid 1",
            f"Invorderen kan tot wat is verbeurd: {euros(debt.cents)}, en niet onder wat is betaald.",
        )
    decided = Decided(replace(debt, decided_on=acting.on, cents=cents))
    if acting.law.holds(RuleName.COLLECTION_DECISION_INTERRUPTS, acting.on):
        decided = interrupt(decided.state, pending, acting, Interruption.COLLECTION_DECISION)
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


def remind(debt: Debt, pending: Iterable[Pending], acting: Acting, *, charged: bool = False) -> Decided[Debt]:
    """Who did not pay in time is told to do so within two weeks, and charged for that once. StepRefused, DateCannotBe."""
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
    again = interrupt(debt, pending, acting, Interruption.REMINDER)
    term = begin(acting, TermName.REMINDER, Bearer.VIOLATOR, debt.reminder_key)
    fee = _fee(debt, acting) if charged else debt.fee_cents
    over = TermOver(debt.waited_key, acting.on, done=False)
    after = replace(again.state, reminded_on=acting.on, remind_by=term.last_day, fee_cents=fee)
    said = tell(acting, Happened.REMINDED, Recipient.VIOLATOR, article="Awb 4:112", cents=after.open_cents)
    return Decided(after, again.announcements, again.terms).also((said,), (over, term))


def issue_writ(debt: Debt, pending: Iterable[Pending], acting: Acting) -> Decided[Debt]:
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
    again = interrupt(debt, pending, acting, Interruption.WRIT)
    said = tell(
        acting,
        Happened.WRIT_ISSUED,
        Recipient.VIOLATOR,
        article="Awb 4:114, 5:10 lid 2",
        cents=debt.open_cents,
    )
    over = TermOver(debt.reminder_key, acting.on, done=False)
    return again.within(lambda one: replace(one, writ_on=acting.on)).also((said,), (over,))


def defer(debt: Debt, pending: Iterable[Pending], acting: Acting, until: date) -> Decided[Debt]:
    """Give more time to pay; collecting waits, and prescription moves as far. StepRefused, DateCannotBe."""
    refuse_before(acting, debt.arose_on, "het ontstaan van de schuld")
    _refuse_paid(debt, "Awb 4:94")
    refuse_prescribed(debt, pending, acting)
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


def _fee(debt: Debt, acting: Acting) -> int:
    """What a reminder costs (article 4:113)."""
    law, on = acting.law, acting.on
    large = debt.cents >= law.cents(AmountName.REMINDER_LARGE_FROM, on)
    return law.cents(AmountName.REMINDER_FEE_LARGE if large else AmountName.REMINDER_FEE, on)


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
