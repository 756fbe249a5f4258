"""Terms of a case, as casework will announce them: steps of its own, terms of a law, and the check afterwards.

Nobody publishes these messages yet.
"""

from chassis.calendar import Term, Unit
from chassis.transaction import Transaction
from contracts.casework import TermEnded, TermExtended, TermPaused, TermResumed, TermSet
from monitoring.domain.clocks import OVER, Promise, State, Waiting
from monitoring.handlers.clocks import Terms, begin, drop, go_on, keep, lengthen, stand_still
from monitoring.handlers.reckoning import clock_of
from monitoring.store import clocks


async def watch(event: TermSet, tx: Transaction, terms: Terms) -> None:
    """A term that was set before keeps its clock. NotATerm."""
    clock = clock_of(
        Term(event.amount, Unit(event.unit), event.statutory),
        event.began_at,
        terms.calendar,
        report_id=event.report_id,
        case_id=event.case_id,
        term_id=event.term_id,
        promise=Promise(event.promise),
        about=event.what,
        holder=event.holder,
        holder_name=event.holder_name,
    )
    await begin(tx, clock, terms)


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
