"""Terms of a case, as casework will announce them: steps of its own, terms of a law, and the check afterwards.

Nobody publishes these messages yet.
"""

from typing import Any

from chassis.calendar import Term, Unit
from chassis.transaction import Transaction
from contracts.casework import TermEnded, TermExtended, TermPaused, TermResumed, TermSet
from monitoring.domain.clocks import OVER, Promise, State, Waiting
from monitoring.domain.terms import OPENING, Circumstances
from monitoring.handlers import aftercare
from monitoring.handlers.clocks import Terms, begin, drop, go_on, keep, lengthen, stand_still
from monitoring.handlers.partners import opening_for
from monitoring.handlers.reckoning import clock_by, clock_of
from monitoring.handlers.terms import table_for
from monitoring.store import clocks, reports


async def watch(event: TermSet, tx: Transaction, terms: Terms) -> None:
    """A term that was set before keeps its clock; one without an amount goes by the table. NotATerm."""
    known = await reports.find_facts(tx, event.report_id)
    about = Circumstances(Promise(event.promise), partner=event.holder, step=event.what, **known)
    table = await table_for(tx, terms.in_force)
    opening = await opening_for(event.holder, tx)
    more: dict[str, Any] = {
        "report_id": event.report_id,
        "case_id": event.case_id,
        "term_id": event.term_id,
        "about": event.what,
        "holder": event.holder,
        "holder_name": event.holder_name,
    }
    if event.amount is None or event.unit is None:
        clock = clock_by(table, about, event.began_at, terms.calendar, opening=opening, **more)
    else:
        own = Term(event.amount, Unit(event.unit), event.statutory)
        facts = about.facts | ({OPENING: opening} if opening else {})
        more |= {"promise": about.promise, "facts": facts}
        clock = clock_of(own, event.began_at, terms.calendar, **more)
    if about.promise is Promise.AFTERCARE:
        await aftercare.leave_to_case(tx, event.report_id, tx.now)
    await begin(tx, clock, table)


async def pause(event: TermPaused, tx: Transaction, terms: Terms) -> None:
    """Twice is as once, and what is over stays over. NoSuchClock, BeforeItsTime."""
    clock = await clocks.get_of_term(tx, event.term_id)
    if clock.state not in {*OVER, State.PAUSED}:
        stand_still(tx, clock, _waiting(event.reason), event.paused_at, terms)


async def resume(event: TermResumed, tx: Transaction, terms: Terms) -> None:
    """What runs already, runs. NoSuchClock, BeforeItsTime."""
    clock = await clocks.get_of_term(tx, event.term_id)
    if clock.state is State.PAUSED:
        go_on(tx, clock, event.resumed_at, terms)


async def extend(event: TermExtended, tx: Transaction, terms: Terms) -> None:
    """NoSuchClock, ClockIsOver, TermIsOver, NotATerm."""
    clock = await clocks.get_of_term(tx, event.term_id)
    by = Term(event.amount, Unit(event.unit), event.statutory)
    lengthen(tx, clock, by, event.reason, event.extended_at, terms)


async def end(event: TermEnded, tx: Transaction, terms: Terms) -> None:
    """NoSuchClock."""
    clock = await clocks.get_of_term(tx, event.term_id)
    if event.done:
        keep(tx, clock, event.ended_at, terms)
    elif clock.state not in OVER:
        drop(tx, clock, event.reason or "not-needed", event.ended_at)


def _waiting(reason: str) -> Waiting:
    """A reason of a newer version counts as another one."""
    return Waiting(reason) if reason in set(Waiting) else Waiting.OTHER
