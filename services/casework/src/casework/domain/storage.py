"""Goods that were taken away and stored when coercion was applied: a record, a copy, and no sale too soon."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from casework.domain.coercion import CoercionOrder
from casework.domain.law import TermName, in_dutch
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

KEY = "storage"


@dataclass(frozen=True, slots=True)
class StoredGoods:
    """`will_spoil`: dangerous, or not to be kept. The copy is that of the record, for who had the goods."""

    storage_id: UUID
    order_id: UUID
    stored_on: date
    will_spoil: bool = False
    copy_on: date | None = None
    returned_on: date | None = None
    sold_on: date | None = None


def store(
    storage_id: UUID, order: CoercionOrder, acting: Acting, *, will_spoil: bool = False
) -> Decided[StoredGoods]:
    """StepRefused, DateCannotBe."""
    if order.applied_on is None:
        raise StepRefused(
            "Awb 5:29 lid 1", "Zaken meevoeren kan alleen als dat bij de bestuursdwang nodig is."
        )
    refuse_before(acting, order.applied_on, "de bestuursdwang")
    term = begin(acting, TermName.STORAGE, Bearer.AUTHORITY, KEY)
    goods = StoredGoods(storage_id, order.order_id, acting.on, will_spoil)
    return Decided(goods, (tell(acting, Happened.GOODS_STORED, article="Awb 5:29"),), (term,))


def give_copy(goods: StoredGoods, acting: Acting) -> Decided[StoredGoods]:
    """DateCannotBe."""
    refuse_before(acting, goods.stored_on, "het meevoeren")
    return Decided(replace(goods, copy_on=acting.on))


def give_back(goods: StoredGoods, acting: Acting, *, costs_open: bool) -> Decided[StoredGoods]:
    """StepRefused."""
    _refuse_gone(goods)
    if costs_open:
        raise StepRefused("Awb 5:29 lid 4", "De kosten zijn nog niet betaald: teruggeven mag wachten.")
    return Decided(replace(goods, returned_on=acting.on), (), (TermOver(KEY, acting.on, done=True),))


def sell(goods: StoredGoods, acting: Acting, *, costs_too_high: bool = False) -> Decided[StoredGoods]:
    """`costs_too_high`: keeping and selling them costs more than they are worth. StepRefused."""
    _refuse_gone(goods)
    law = acting.law
    kept = law.term(TermName.STORAGE, goods.stored_on).after(goods.stored_on)
    if acting.on <= kept and not costs_too_high:
        raise StepRefused("Awb 5:30 lid 1", f"Verkopen kan na dertien weken: na {in_dutch(kept)}.")
    if not goods.will_spoil:
        if goods.copy_on is None:
            raise StepRefused(
                "Awb 5:29 lid 2, 5:30 lid 3", "Geef eerst een afschrift van het proces-verbaal."
            )
        waits = law.term(TermName.STORAGE_COPY, goods.copy_on).after(goods.copy_on)
        if acting.on <= waits:
            raise StepRefused(
                "Awb 5:30 lid 3", f"Wacht twee weken na het afschrift: tot en met {in_dutch(waits)}."
            )
    said = tell(acting, Happened.GOODS_SOLD, Recipient.VIOLATOR, article="Awb 5:30")
    return Decided(replace(goods, sold_on=acting.on), (said,), (TermOver(KEY, acting.on, done=True),))


def _refuse_gone(goods: StoredGoods) -> None:
    if goods.returned_on is not None or goods.sold_on is not None:
        raise StepRefused("Awb 5:29, 5:30", "De zaken zijn al teruggegeven of verkocht.")
