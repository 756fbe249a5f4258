"""The last promise of the chain: after the outcome the desk sees whether it stayed good."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.transaction import Transaction
from monitoring.domain.aftercare import is_still_to_begin, refuse_unless_ours
from monitoring.domain.attention import Act, Deed, DeedIncomplete, faults_of
from monitoring.domain.clocks import OVER, Deadline, Promise, State
from monitoring.domain.escalation import DESK
from monitoring.domain.terms import OPENING, circumstances_of
from monitoring.handlers.clocks import Terms, begin, drop, keep
from monitoring.handlers.reckoning import clock_by
from monitoring.handlers.terms import table_for
from monitoring.store import attention, clocks

SET_BY_CASE = "set-by-case"


async def expect(tx: Transaction, outcome: Deadline, at: datetime, terms: Terms) -> None:
    """From the outcome on, unless the case has set a term for it already: the clock of the outcome is locked."""
    if not is_still_to_begin(await clocks.list_about(tx, outcome.report_id)):
        return
    about = replace(circumstances_of(Promise.AFTERCARE, outcome.facts), partner=DESK)
    table = await table_for(tx, terms.in_force)
    clock = clock_by(
        table,
        about,
        at,
        terms.calendar,
        opening=outcome.facts.get(OPENING),
        report_id=outcome.report_id,
        holder=outcome.holder,
        holder_name=outcome.holder_name,
    )
    await begin(tx, clock, table)


async def leave_to_case(tx: Transaction, report_id: UUID, at: datetime) -> None:
    """The case has a term of its own for it, and one is enough. Whoever hears of the outcome now waits."""
    await clocks.find(tx, report_id, Promise.OUTCOME)
    ours = await clocks.find(tx, report_id, Promise.AFTERCARE)
    if ours is not None and ours.state not in OVER:
        drop(tx, ours, SET_BY_CASE, at)


async def record(deed: Deed, at: datetime, tx: Transaction, terms: Terms) -> Deadline:
    """A person saw whether it stayed good; only the first time counts.

    NoSuchClock, SaidElsewhere, ClockIsOver, BeforeItsTime, DeedIncomplete.
    """
    if faults := list(faults_of(deed)):
        raise DeedIncomplete(faults)
    clock = await clocks.get(tx, deed.concern_id)
    refuse_unless_ours(clock, at)
    if clock.state is not State.MET:
        keep(tx, clock, at, terms)
        attention.add_deed(tx, deed)
    return await clocks.get(tx, deed.concern_id)


async def find_deed(tx: Transaction, clock_id: UUID) -> Deed | None:
    """Who recorded it, when and what they saw."""
    deeds = await attention.list_deeds(tx, clock_id)
    return next((one for one in deeds if one.act is Act.AFTERCARE), None)
