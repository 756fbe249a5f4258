"""How an order under penalty is made lighter or ended: more time, a pause, a smaller amount, lifted or taken back."""

from dataclasses import replace
from datetime import date
from enum import StrEnum

from casework.domain.debts import terms_over
from casework.domain.forfeiture import Penalty, Standstill, refuse_unsound
from casework.domain.law import TermName, in_dutch
from casework.domain.penalty import COMPLY, QUIET_YEAR, PenaltyOrder, PenaltyStage, standing, to_comply
from casework.domain.requests import Request, refuse_unasked
from casework.domain.steps import Acting, Decided, Happened, Recipient, StepRefused, TermOver, tell


class ReliefGround(StrEnum):
    """Why a violator may be let off (article 5:34)."""

    IMPOSSIBLE = "impossible"
    QUIET_YEAR = "quiet-year"


def extend(order: PenaltyOrder, acting: Acting, comply_by: date) -> Decided[PenaltyOrder]:
    """Give more time to comply, as long as there is some. StepRefused."""
    _, until = standing(order, "Awb 5:32a lid 2")
    if acting.on > until:
        raise StepRefused(
            "Awb 5:32a lid 2",
            f"De begunstigingstermijn liep tot en met {in_dutch(until)}: een verlopen termijn kan niet langer worden.",
        )
    if comply_by <= until:
        raise StepRefused("Awb 5:32a lid 2", "De nieuwe termijn moet later eindigen dan de oude.")
    over = TermOver(COMPLY, acting.on, done=False)
    return Decided(
        replace(order, comply_by=comply_by),
        (tell(acting, Happened.ORDER_CHANGED, Recipient.VIOLATOR, Recipient.APPLICANT),),
        (over, to_comply(acting.on, comply_by)),
    )


def lift(
    order: PenaltyOrder, asked: Request | None, acting: Acting, ground: ReliefGround
) -> Decided[PenaltyOrder]:
    """End it because the violator asked for that. What was forfeited stays owed. StepRefused."""
    standing(order, "Awb 5:34")
    refuse_unasked(asked, order.order_id)
    announced = order.challenge.announced_on if order.challenge else acting.on
    if ground is ReliefGround.QUIET_YEAR:
        if order.forfeitures:
            raise StepRefused(
                "Awb 5:34 lid 2", "Er is al een dwangsom verbeurd: opheffen om een rustig jaar kan niet."
            )
        year = acting.law.term(TermName.LIFTING, announced).after(announced)
        if acting.on <= year:
            raise StepRefused(
                "Awb 5:34 lid 2", f"De last geldt nog geen jaar: opheffen kan op verzoek na {in_dutch(year)}."
            )
    over = _waits_over(order, acting.on)
    said = tell(acting, Happened.ORDER_LIFTED, Recipient.VIOLATOR, Recipient.APPLICANT, article="Awb 5:34")
    return Decided(replace(order, stage=PenaltyStage.LIFTED), (said,), over)


def reduce(
    order: PenaltyOrder, asked: Request | None, acting: Acting, penalty: Penalty
) -> Decided[PenaltyOrder]:
    """Make it smaller, because the violator asked and cannot do what it asks. What was forfeited stays. StepRefused."""
    now, _ = standing(order, "Awb 5:34 lid 1")
    refuse_unasked(asked, order.order_id)
    refuse_unsound(penalty)
    if penalty.cents > now.cents or penalty.most_cents > now.most_cents or penalty == now:
        raise StepRefused(
            "Awb 5:34 lid 1", "Verminderen maakt de dwangsom of het maximum lager, en niets hoger."
        )
    if penalty.most_cents < order.forfeited_cents:
        raise StepRefused("Awb 5:34 lid 1, 5:33", "Er is al meer verbeurd dan dit maximum.")
    return Decided(
        replace(order, penalty=penalty), (tell(acting, Happened.ORDER_CHANGED, Recipient.VIOLATOR),)
    )


def suspend(order: PenaltyOrder, asked: Request | None, acting: Acting, until: date) -> Decided[PenaltyOrder]:
    """Let it stand still for a while, because the violator asked and cannot do what it asks. StepRefused."""
    standing(order, "Awb 5:34 lid 1")
    refuse_unasked(asked, order.order_id)
    if until <= acting.on:
        raise StepRefused("Awb 5:34 lid 1", "Noem een dag tot wanneer de last stilstaat, na vandaag.")
    return Decided(
        replace(order, still=(*order.still, Standstill(acting.on, until))),
        (tell(acting, Happened.ORDER_CHANGED, Recipient.VIOLATOR, article="Awb 5:34 lid 1"),),
    )


def withdraw(order: PenaltyOrder, acting: Acting, *, from_the_start: bool = False) -> Decided[PenaltyOrder]:
    """The authority takes it back. From the start: then nothing was forfeited, and what was paid is paid back.

    StepRefused.
    """
    standing(order, "Awb 5:38")
    over = _waits_over(order, acting.on)
    said = [
        tell(acting, Happened.ORDER_WITHDRAWN, Recipient.VIOLATOR, Recipient.APPLICANT, article="Awb 5:38")
    ]
    gone = replace(order, stage=PenaltyStage.WITHDRAWN)
    if from_the_start:
        paid = sum(debt.paid_cents for debt in order.debts)
        open_debts = [debt for debt in order.debts if debt.open_cents]
        over = (*over, *(term for debt in open_debts for term in terms_over(debt, acting.on, done=False)))
        gone = replace(gone, forfeitures=(), debts=())
        if paid:
            said.append(tell(acting, Happened.REFUND_DUE, article="Awb 5:38 lid 1, 4:102", cents=paid))
    return Decided(gone, tuple(said), over)


def _waits_over(order: PenaltyOrder, on: date) -> tuple[TermOver, ...]:
    """An order that ends is not waited for, neither to be followed nor to have its quiet year."""
    looked = order.comply_by is not None and any(one.on > order.comply_by for one in order.findings)
    comply = () if looked else (TermOver(COMPLY, on, done=False),)
    return comply if order.forfeitures else (*comply, TermOver(QUIET_YEAR, on, done=False))
