"""What a person does with a clock."""

from datetime import datetime
from uuid import UUID

from chassis.calendar import Term
from chassis.transaction import Transaction
from monitoring.domain.attention import Act, Deed
from monitoring.domain.clocks import Deadline, StillToCome, Waiting, acknowledge
from monitoring.handlers import aftercare
from monitoring.handlers.attention import attend
from monitoring.handlers.clocks import Terms, drop, go_on, lengthen, stand_still
from monitoring.store import clocks


async def pause(
    deadline_id: UUID, reason: Waiting, at: datetime | None, tx: Transaction, terms: Terms
) -> Deadline:
    """NoSuchClock, ClockIsOver, AlreadyPaused, BeforeItsTime, StillToCome."""
    return stand_still(tx, await clocks.get(tx, deadline_id), reason, _moment(at, tx), terms)


async def resume(deadline_id: UUID, at: datetime | None, tx: Transaction, terms: Terms) -> Deadline:
    """NoSuchClock, ClockIsOver, NotPaused, BeforeItsTime, StillToCome."""
    return go_on(tx, await clocks.get(tx, deadline_id), _moment(at, tx), terms)


async def extend(deadline_id: UUID, by: Term, reason: str, tx: Transaction, terms: Terms) -> Deadline:
    """NoSuchClock, ClockIsOver, TermIsOver."""
    return lengthen(tx, await clocks.get(tx, deadline_id), by, reason, tx.now, terms)


async def cancel(deadline_id: UUID, reason: str, tx: Transaction) -> Deadline:
    """NoSuchClock, ClockIsOver."""
    return drop(tx, await clocks.get(tx, deadline_id), reason, tx.now)


async def take(deadline_id: UUID, who: str, tx: Transaction, terms: Terms) -> Deadline:
    """As on the board: nobody else is called about it. NoSuchClock, ClockIsOver, NothingToTake, ActRefused."""
    clock = await clocks.get(tx, deadline_id)
    taken = acknowledge(clock, who, tx.now)
    if taken != clock:
        await attend(Deed(deadline_id, Act.TAKE, who, tx.now), None, tx, terms)
    return taken


async def record_aftercare(
    deadline_id: UUID, who: str, at: datetime | None, text: str | None, tx: Transaction, terms: Terms
) -> Deadline:
    """NoSuchClock, SaidElsewhere, ClockIsOver, BeforeItsTime, StillToCome, DeedIncomplete."""
    deed = Deed(deadline_id, Act.AFTERCARE, who, tx.now, text=text)
    return await aftercare.record(deed, _moment(at, tx), tx, terms)


def _moment(at: datetime | None, tx: Transaction) -> datetime:
    """StillToCome where it is not now or before."""
    if at is not None and at > tx.now:
        raise StillToCome(f"It is {tx.now:%Y-%m-%d %H:%M} UTC: that moment is still to come.")
    return at or tx.now
