"""The order under administrative coercion (last onder bestuursdwang), and the two ways around it when it is urgent."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from casework.domain.debts import Debt, DebtKind, DebtStep, owe, terms_of
from casework.domain.law import LegalTerm, TermName, in_dutch
from casework.domain.notices import Notice, require_views, views_over
from casework.domain.objections import Challenge, open_challenge
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
    until,
)
from casework.domain.violations import Remedial, Violation, may_restore

COMPLY, URGENT = "comply", "urgent-decision"
TOLD = (Recipient.VIOLATOR, Recipient.RIGHT_HOLDERS, Recipient.APPLICANT)


class CoercionStage(StrEnum):
    """Acted first: it was so urgent that the decision is still to come."""

    PREPARED = "prepared"
    IMPOSED = "imposed"
    ACTED_FIRST = "acted-first"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


class Haste(StrEnum):
    """Urgent: a decision without an order before it. Extreme: no time even for that (article 5:31)."""

    NONE = "none"
    URGENT = "urgent"
    EXTREME = "extreme"


@dataclass(frozen=True, slots=True)
class Entrance:
    """A place that was entered to carry it out. `involved`: the violation was there.

    `consent` is that of who lives there, `authorised_by` who gave the authorisation to do without.
    """

    on: date
    home: bool
    involved: bool = True
    consent: bool = False
    authorised_by: str | None = None
    told_on: date | None = None


@dataclass(frozen=True, slots=True)
class CoercionOrder:
    """`costs_on_violator`: the order says that the violator pays for it."""

    order_id: UUID
    violation_id: UUID
    authority: str = "college"
    stage: CoercionStage = CoercionStage.PREPARED
    haste: Haste = Haste.NONE
    notice: Notice | None = None
    measures: str = ""
    costs_on_violator: bool = False
    comply_by: date | None = None
    decide_by: date | None = None
    followed_on: date | None = None
    applied_on: date | None = None
    entries: tuple[Entrance, ...] = ()
    challenge: Challenge | None = None
    costs: Debt | None = None

    @property
    def in_force(self) -> bool:
        """It still has to be carried out, or to be decided after it was."""
        return self.stage in {CoercionStage.IMPOSED, CoercionStage.ACTED_FIRST}


def may_impose(order: CoercionOrder, violation: Violation, others: Iterable[Remedial], on: date) -> None:
    """Whatever it asks. StepRefused."""
    if order.stage is not CoercionStage.PREPARED:
        raise StepRefused("Awb 5:6", "Deze last is al opgelegd: maak een nieuwe.")
    may_restore(violation, others, order.order_id, on)
    require_views(order.notice, on)


def impose(
    order: CoercionOrder,
    violation: Violation,
    others: Iterable[Remedial],
    acting: Acting,
    measures: str,
    comply_by: date | None,
) -> Decided[CoercionOrder]:
    """Without `comply_by` it is carried out without an order before it, because it is urgent. StepRefused, DateCannotBe."""
    refuse_before(acting, violation.found_on, "de constatering")
    may_impose(order, violation, others, acting.on)
    _refuse_measures(measures)
    if comply_by is None and order.haste is not Haste.URGENT:
        raise StepRefused(
            "Awb 5:24 lid 2", "Geef een termijn om de last uit te voeren, of leg vast waarom er haast is."
        )
    if comply_by is not None and comply_by <= acting.on:
        raise StepRefused(
            "Awb 5:24 lid 2", "De termijn om de last uit te voeren eindigt na de dag van het besluit."
        )
    challenge = open_challenge(acting)
    imposed = replace(
        order,
        stage=CoercionStage.IMPOSED,
        measures=measures,
        comply_by=comply_by,
        challenge=challenge.state,
    )
    said = tell(
        acting, Happened.ORDER_IMPOSED, *TOLD, article="Awb 5:24 lid 3" if comply_by else "Awb 5:31 lid 1"
    )
    comply = () if comply_by is None else (_to_comply(acting.on, comply_by),)
    return Decided(imposed, (said,), (*views_over(order.notice, acting.on), *challenge.terms, *comply))


def apply(order: CoercionOrder, acting: Acting, entry: Entrance | None = None) -> Decided[CoercionOrder]:
    """Carry it out. StepRefused, DateCannotBe."""
    if order.stage is not CoercionStage.IMPOSED or order.challenge is None:
        raise StepRefused("Awb 5:21", "Er is geen last om uit te voeren.")
    refuse_before(acting, order.challenge.announced_on, "de last")
    if order.comply_by is not None and acting.on <= order.comply_by:
        raise StepRefused(
            "Awb 5:21 onder b, 5:24 lid 2",
            f"De overtreder kan het nog zelf doen, tot en met {in_dutch(order.comply_by)}.",
        )
    over = _comply_over(order, acting.on, done=False)
    return _applied(order, acting, entry, CoercionStage.APPLIED).also(terms=over)


def act_first(
    order: CoercionOrder,
    violation: Violation,
    others: Iterable[Remedial],
    acting: Acting,
    entry: Entrance | None = None,
) -> Decided[CoercionOrder]:
    """It cannot wait for a decision: that follows as soon as it can. StepRefused, DateCannotBe."""
    if order.stage is not CoercionStage.PREPARED:
        raise StepRefused("Awb 5:31 lid 2", "Er is al een last: voer die uit.")
    if order.haste is not Haste.EXTREME:
        raise StepRefused("Awb 5:31 lid 2", "Leg vast waarom zelfs een besluit niet kon worden afgewacht.")
    refuse_before(acting, violation.found_on, "de constatering")
    may_restore(violation, others, order.order_id, acting.on)
    term = replace(begin(acting, TermName.URGENT_DECISION, Bearer.AUTHORITY, URGENT), statutory=False)
    acted = _applied(order, acting, entry, CoercionStage.ACTED_FIRST)
    return acted.within(lambda one: replace(one, decide_by=term.last_day)).also(terms=(term,))


def confirm(order: CoercionOrder, acting: Acting, measures: str) -> Decided[CoercionOrder]:
    """Decide after it was carried out. StepRefused, DateCannotBe."""
    if order.stage is not CoercionStage.ACTED_FIRST:
        raise StepRefused(
            "Awb 5:31 lid 2", "Een besluit achteraf volgt alleen op bestuursdwang zonder besluit."
        )
    refuse_before(acting, order.applied_on, "de bestuursdwang")
    _refuse_measures(measures)
    challenge = open_challenge(acting)
    confirmed = replace(order, stage=CoercionStage.APPLIED, measures=measures, challenge=challenge.state)
    said = tell(acting, Happened.ORDER_IMPOSED, *TOLD, article="Awb 5:31 lid 2")
    return Decided(confirmed, (said,), (TermOver(URGENT, acting.on, done=True), *challenge.terms))


def follow(order: CoercionOrder, acting: Acting) -> Decided[CoercionOrder]:
    """The violator did it: there is nothing to carry out. The order stays, against what comes again. StepRefused."""
    if order.stage is not CoercionStage.IMPOSED:
        raise StepRefused("Awb 5:21", "Er is geen last om uit te voeren.")
    refuse_before(acting, order.challenge.announced_on if order.challenge else None, "de last")
    over = _comply_over(order, acting.on, done=True)
    followed = replace(order, followed_on=order.followed_on or acting.on)
    return Decided(followed, (tell(acting, Happened.ORDER_FOUND_FOLLOWED),), over)


def withdraw(order: CoercionOrder, acting: Acting) -> Decided[CoercionOrder]:
    """StepRefused."""
    if order.stage is not CoercionStage.IMPOSED:
        raise StepRefused("Awb 5:31b", "Er is geen last om in te trekken.")
    over = _comply_over(order, acting.on, done=False)
    said = tell(acting, Happened.ORDER_WITHDRAWN, *TOLD, article="Awb 5:31b")
    return Decided(replace(order, stage=CoercionStage.WITHDRAWN), (said,), over)


def set_costs(order: CoercionOrder, acting: Acting, cents: int) -> Decided[CoercionOrder]:
    """Say what the violator pays for it. StepRefused, DateCannotBe."""
    if order.stage is not CoercionStage.APPLIED or order.applied_on is None:
        raise StepRefused(
            "Awb 5:25 lid 1, 5:31 lid 2", "Kosten volgen op bestuursdwang waarover is besloten."
        )
    if not order.costs_on_violator:
        raise StepRefused("Awb 5:25 lid 2", "De last zegt niet dat de overtreder de kosten betaalt.")
    if order.costs is not None or cents <= 0:
        raise StepRefused("Awb 5:25 lid 6", "De kosten worden één keer vastgesteld, en zijn meer dan nul.")
    refuse_before(acting, order.applied_on, "de bestuursdwang")
    last = acting.law.term(TermName.COERCION_COSTS, order.applied_on).after(order.applied_on)
    if acting.on > last:
        raise StepRefused("Awb 5:25", f"Te laat: de kosten vaststellen kon tot en met {in_dutch(last)}.")
    debt = owe(DebtKind.COSTS, 1, cents, acting.on, acting.law)
    said = tell(acting, Happened.COSTS_SET, Recipient.VIOLATOR, article="Awb 5:25 lid 6", cents=cents)
    return Decided(replace(order, costs=debt), (said,), terms_of(debt, acting.law))


def with_costs(order: CoercionOrder, step: DebtStep) -> Decided[CoercionOrder]:
    """Take a step of collecting the costs. StepRefused."""
    if order.costs is None:
        raise StepRefused("Awb 5:25 lid 6", "De kosten zijn nog niet vastgesteld.")
    return step(order.costs, ()).within(lambda changed: replace(order, costs=changed))


def with_challenge(
    order: CoercionOrder, step: Callable[[Challenge], Decided[Challenge]]
) -> Decided[CoercionOrder]:
    """Take a step in the objection or appeal against it. StepRefused."""
    if order.challenge is None:
        raise StepRefused("Awb 7:1, 8:1", "Er is nog geen besluit om bezwaar tegen te maken.")
    return step(order.challenge).within(lambda changed: replace(order, challenge=changed))


def refuse_entry(entry: Entrance, haste: Haste, notice: LegalTerm) -> None:
    """StepRefused where a place may not be entered like that."""
    if entry.home and not entry.consent and not entry.authorised_by:
        raise StepRefused(
            "Awb 5:27 lid 2, Awbi 2",
            "De bewoner stemt niet in: zonder machtiging gaat niemand de woning binnen.",
        )
    if entry.involved or haste is not Haste.NONE:
        return
    if entry.told_on is None or entry.on < notice.after(entry.told_on):
        raise StepRefused(
            "Awb 5:27 lid 3", "Hier was de overtreding niet: zeg het 48 uur van tevoren schriftelijk aan."
        )


def _applied(
    order: CoercionOrder, acting: Acting, entry: Entrance | None, stage: CoercionStage
) -> Decided[CoercionOrder]:
    if entry is not None:
        refuse_entry(entry, order.haste, acting.law.term(TermName.ENTRY_NOTICE, acting.on))
    applied = replace(
        order,
        stage=stage,
        applied_on=acting.on,
        entries=order.entries if entry is None else (*order.entries, entry),
    )
    said = tell(acting, Happened.COERCION_APPLIED, Recipient.VIOLATOR, article="Awb 5:21")
    return Decided(applied, (said,))


def _comply_over(order: CoercionOrder, on: date, *, done: bool) -> tuple[TermOver, ...]:
    waits = order.comply_by is not None and order.followed_on is None
    return (TermOver(COMPLY, on, done=done),) if waits else ()


def _refuse_measures(measures: str) -> None:
    if not measures.strip():
        raise StepRefused("Awb 5:24 lid 1", "Schrijf op welke maatregelen er moeten komen.")


def _to_comply(on: date, comply_by: date) -> TermBegun:
    return until(COMPLY, "Awb 5:24 lid 2", Bearer.VIOLATOR, on, comply_by)
