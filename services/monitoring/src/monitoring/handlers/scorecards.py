"""How partners do over a period of days, as days begin and end here."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from chassis.calendar import HERE
from chassis.transaction import Transaction
from monitoring.domain.escalation import DESK
from monitoring.domain.scorecards import NoSuchPartner, Period, Scorecard, Stretch, begins
from monitoring.store import scorecards


async def compare(tx: Transaction, period: Period) -> list[Scorecard]:
    """Of every partner that was asked something in the period or has something open now, by name."""
    since, until = _moments(period)
    found = await scorecards.list_scorecards(tx, since, until)
    return [card for card in found if card.partner != DESK]


async def follow(tx: Transaction, partner: str, period: Period) -> tuple[Scorecard, Sequence[Stretch]]:
    """How one partner does, and how it went by the week or month. NoSuchPartner."""
    name = await find(tx, partner)
    since, until = _moments(period)
    found = await scorecards.list_scorecards(tx, since, until, partner)
    asked = await scorecards.list_stretches(tx, partner, since, until, by_week=period.by_week)
    stretches = [asked.get(day) or Stretch(day) for day in begins(period)]
    return found[0] if found else Scorecard(partner, name), stretches


async def find(tx: Transaction, partner: str) -> str:
    """What a partner is called. NoSuchPartner."""
    names = {} if partner == DESK else await scorecards.list_names(tx, [partner])
    if partner not in names:
        raise NoSuchPartner(f"Nothing was ever asked of a partner {partner}, as far as is known here.")
    return names[partner]


def today(tx: Transaction) -> date:
    return tx.now.astimezone(HERE).date()


def _moments(period: Period) -> tuple[datetime, datetime]:
    """From the first moment of its first day up to that of the day after its last."""
    return _midnight(period.since), _midnight(period.until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HERE)
