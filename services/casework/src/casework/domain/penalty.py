"""The order under penalty (last onder dwangsom): from the intention to the day on which it can be collected no more."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from casework.domain.debts import Debt, DebtKind, DebtStep, Pending, owe, terms_of, while_challenged
from casework.domain.forfeiture import (
    Finding,
    Forfeiture,
    Penalty,
    Standstill,
    forfeited_by,
    refuse_unsound,
)
from casework.domain.law import RuleName, TermName, in_dutch
from casework.domain.notices import Notice, require_views, views_over
from casework.domain.objections import Challenge, open_challenge
from casework.domain.steps import (
    Acting,
    Announcement,
    Bearer,
    DateCannotBe,
    Decided,
    Happened,
    Recipient,
    StepRefused,
    TermBegun,
    TermChange,
    TermOver,
    begin,
    refuse_before,
    tell,
    until,
)
from casework.domain.violations import Remedial, Violation, may_restore

COMPLY, QUIET_YEAR = "comply", "lifting"


class PenaltyStage(StrEnum):
    PREPARED = "prepared"
    IMPOSED = "imposed"
    LIFTED = "lifted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PenaltyOrder:
    """`dwellings` are those that it is about. `follows` is the order before it that was worked out.

    `authority` is who has the power: `college`, or `mayor` for a behavioural order.
    """

    order_id: UUID
    violation_id: UUID
    dwellings: tuple[str, ...]
    authority: str = "college"
    stage: PenaltyStage = PenaltyStage.PREPARED
    notice: Notice | None = None
    measures: str = ""
    penalty: Penalty | None = None
    comply_by: date | None = None
    challenge: Challenge | None = None
    findings: tuple[Finding, ...] = ()
    debts: tuple[Debt, ...] = ()
    forfeitures: tuple[Forfeiture, ...] = ()
    still: tuple[Standstill, ...] = ()
    follows: UUID | None = None

    @property
    def forfeited_cents(self) -> int:
        return sum(one.cents for one in self.forfeitures)

    @property
    def is_worked_out(self) -> bool:
        """All that can be forfeited was."""
        return self.penalty is not None and self.forfeited_cents >= self.penalty.most_cents

    @property
    def in_force(self) -> bool:
        """It still moves the violator: a second remedial sanction cannot stand beside it."""
        return self.stage is PenaltyStage.IMPOSED and not self.is_worked_out


@dataclass(frozen=True, slots=True)
class Demand:
    """What an order asks: which measures, until which day without a penalty, and what penalty after that."""

    measures: str
    comply_by: date
    penalty: Penalty


def may_impose(order: PenaltyOrder, violation: Violation, others: Iterable[Remedial], on: date) -> None:
    """Whatever it asks. StepRefused."""
    if order.stage is not PenaltyStage.PREPARED:
        raise StepRefused("Awb 5:6", "Deze last is al opgelegd: maak een nieuwe.")
    may_restore(violation, others, order.order_id, on)
    if violation.irreparable:
        raise StepRefused(
            "Awb 5:32 lid 2", "Wat het voorschrift beschermt, verdraagt geen dwangsom: kies bestuursdwang."
        )
    require_views(order.notice, on)


def impose(
    order: PenaltyOrder,
    violation: Violation,
    others: Iterable[Remedial],
    demand: Demand,
    acting: Acting,
    before: PenaltyOrder | None = None,
) -> Decided[PenaltyOrder]:
    """`others` are the orders that there are, `before` is the one that this follows. StepRefused, DateCannotBe."""
    refuse_before(acting, violation.found_on, "de constatering")
    may_impose(order, violation, others, acting.on)
    _refuse_demand(demand, acting.on)
    _refuse_no_higher(before, demand, acting)
    challenge = open_challenge(acting)
    imposed = replace(
        order,
        stage=PenaltyStage.IMPOSED,
        measures=demand.measures,
        penalty=demand.penalty,
        comply_by=demand.comply_by,
        challenge=challenge.state,
        follows=before.order_id if before else order.follows,
    )
    said = tell(
        acting,
        Happened.ORDER_IMPOSED,
        Recipient.VIOLATOR,
        Recipient.APPLICANT,
        article="Awb 5:32",
        cents=demand.penalty.most_cents,
    )
    terms = (
        *views_over(order.notice, acting.on),
        *challenge.terms,
        to_comply(acting.on, demand.comply_by),
        begin(acting, TermName.LIFTING, Bearer.AUTHORITY, QUIET_YEAR),
    )
    return Decided(imposed, (said,), terms)


def find(order: PenaltyOrder, acting: Acting, dwelling: str, *, followed: bool) -> Decided[PenaltyOrder]:
    """Write down an inspection: what it finds forfeits what it does by law. StepRefused, DateCannotBe."""
    penalty, comply_by = standing(order, "Awb 5:33")
    if dwelling not in order.dwellings:
        raise StepRefused("Awb 5:32a lid 1", "De last gaat niet over deze woning.")
    refuse_before(acting, order.challenge.announced_on if order.challenge else None, "de last")
    refuse_before(acting, max((one.on for one in order.findings), default=None), "de vorige controle")
    if any(one.on == acting.on and one.dwelling == dwelling for one in order.findings):
        raise DateCannotBe(f"Van {in_dutch(acting.on)} is deze woning al gecontroleerd.")
    finding = Finding(acting.on, dwelling, followed)
    added = forfeited_by(penalty, comply_by, order.findings, order.forfeitures, finding, order.still)
    first = len(order.debts) + 1
    owed = tuple(
        replace(owe(DebtKind.PENALTY, number, one.cents, one.on, acting.law), dwelling=dwelling)
        for number, one in enumerate(added, start=first)
    )
    after = replace(
        order,
        findings=(*order.findings, finding),
        forfeitures=(*order.forfeitures, *added),
        debts=(*order.debts, *owed),
    )
    return Decided(after, _said_of(acting, added, followed=followed), _terms_of(order, owed, finding, acting))


def with_debt(
    order: PenaltyOrder, number: int, step: DebtStep, others: Iterable[Pending] = ()
) -> Decided[PenaltyOrder]:
    """Take a step of collecting with one of its debts; `others` keep it open beside the challenge. StepRefused."""
    debt = next((one for one in order.debts if one.number == number), None)
    if debt is None or order.challenge is None:
        raise StepRefused("Awb 5:33", "Dit bedrag is niet verbeurd: er valt niets in te vorderen.")

    def put(changed: Debt) -> PenaltyOrder:
        return replace(order, debts=tuple(changed if one is debt else one for one in order.debts))

    return step(debt, (while_challenged(order.challenge), *others)).within(put)


def with_challenge(
    order: PenaltyOrder, step: Callable[[Challenge], Decided[Challenge]]
) -> Decided[PenaltyOrder]:
    """Take a step in the objection or appeal against it. StepRefused."""
    if order.challenge is None:
        raise StepRefused("Awb 7:1, 8:1", "Er is nog geen besluit om bezwaar tegen te maken.")
    return step(order.challenge).within(lambda changed: replace(order, challenge=changed))


def standing(order: PenaltyOrder, article: str) -> tuple[Penalty, date]:
    if order.stage is not PenaltyStage.IMPOSED or order.penalty is None or order.comply_by is None:
        raise StepRefused(article, "Er geldt geen last: die is niet opgelegd, of er niet meer.")
    return order.penalty, order.comply_by


def _refuse_demand(demand: Demand, on: date) -> None:
    if not demand.measures.strip():
        raise StepRefused("Awb 5:32a lid 1", "Schrijf op wat de overtreder moet doen.")
    if demand.comply_by <= on:
        raise StepRefused(
            "Awb 5:32a lid 2", "Geef een begunstigingstermijn: die eindigt na de dag van het besluit."
        )
    refuse_unsound(demand.penalty)


def _refuse_no_higher(before: PenaltyOrder | None, demand: Demand, acting: Acting) -> None:
    if before is None:
        return
    if before.in_force:
        raise StepRefused("Awb 5:6", "De vorige last is nog niet uitgewerkt: er kan meer worden verbeurd.")
    higher = before.penalty is None or demand.penalty.most_cents > before.penalty.most_cents
    if not higher and acting.law.holds(RuleName.NEXT_ORDER_IS_HIGHER, acting.on):
        raise StepRefused(
            "Awb 5:32b lid 3",
            "De vorige last hielp niet: een volgende heeft een hoger bedrag, anders werkt hij ook niet.",
        )


def to_comply(on: date, comply_by: date) -> TermBegun:
    return until(COMPLY, "Awb 5:32a lid 2", Bearer.VIOLATOR, on, comply_by)


def _said_of(acting: Acting, added: Sequence[Forfeiture], *, followed: bool) -> tuple[Announcement, ...]:
    found = Happened.ORDER_FOUND_FOLLOWED if followed else Happened.ORDER_FOUND_BROKEN
    forfeited = (
        tell(acting, Happened.PENALTY_FORFEITED, Recipient.VIOLATOR, article="Awb 5:33", cents=one.cents)
        for one in added
    )
    return (tell(acting, found), *forfeited)


def _terms_of(
    order: PenaltyOrder, owed: Sequence[Debt], finding: Finding, acting: Acting
) -> tuple[TermChange, ...]:
    """Looking ends the wait for compliance, once its term is over; the first forfeiture the wait for a quiet year."""
    waited = order.comply_by is not None and all(one.on <= order.comply_by for one in order.findings)
    looked = waited and order.comply_by is not None and finding.on > order.comply_by
    over = [TermOver(COMPLY, acting.on, done=finding.followed)] if looked else []
    if owed and not order.forfeitures:
        over.append(TermOver(QUIET_YEAR, acting.on, done=False))
    return (*over, *(term for debt in owed for term in terms_of(debt, acting.law)))
