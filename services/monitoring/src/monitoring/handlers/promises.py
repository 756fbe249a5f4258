"""Who promises what: the desk about a report, a partner about a question; started when it is made, stopped when it is kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.transaction import Transaction
from contracts.casework import CaseJoined, CaseOpened
from contracts.intake import ReportRegistered, ReportReinstated, ReportWithdrawn
from contracts.notifications import Kind, NotificationFailed, NotificationSent
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentClarified,
    AssignmentDeclined,
    AssignmentOffered,
    AssignmentProgressed,
    AssignmentQueried,
    AssignmentUndeliverable,
    AssignmentWithdrawn,
)
from monitoring.domain.board import Stranded
from monitoring.domain.clocks import (
    OVER,
    Deadline,
    NoSuchClock,
    Promise,
    State,
    Waiting,
    has_outcome,
)
from monitoring.domain.escalation import DESK
from monitoring.domain.terms import (
    GIVEN,
    NORMAL,
    OPENING,
    URGENT,
    Circumstances,
    TermTable,
    circumstances_of,
)
from monitoring.handlers import aftercare
from monitoring.handlers.clocks import (
    Terms,
    begin,
    drop,
    go_on,
    keep,
    put_on,
    stand_still,
    wait_again,
)
from monitoring.handlers.partners import opening_for
from monitoring.handlers.reckoning import clock_by, on_terms
from monitoring.handlers.terms import table_for
from monitoring.store import clocks, reports, scorecards, stranded

DESK_NAME = "Meldpunt"
AT_ONCE = (Promise.FIRST_ACTION, Promise.OUTCOME)
CHAIN = (*AT_ONCE, Promise.AFTERCARE)
REPORT_WITHDRAWN, REPORT_KNOWN = "report-withdrawn", "report-known"
RUNS = frozenset({State.RUNNING, State.WARNED})

Reply = (
    AssignmentAccepted | AssignmentDeclined | AssignmentProgressed | AssignmentQueried | AssignmentAnswered
)


async def note_report(event: ReportRegistered, tx: Transaction, terms: Terms) -> None:
    """Who can be reached gets a confirmation, something is done about the report, and it comes to an outcome.

    What was imported is from before these promises.
    """
    area_name = event.area.name if event.area else None
    urgency = URGENT if event.signals.danger else NORMAL
    reports.describe(
        tx,
        event.report_id,
        category=event.category,
        category_name=event.category_name,
        urgency=urgency,
        area_name=area_name,
    )
    table = await table_for(tx, terms.in_force)
    await _tell_earlier_questions(event, urgency, table, tx, terms)
    if event.imported:
        return
    opening = await opening_for(DESK, tx)
    for promise in (Promise.CONFIRMATION, *AT_ONCE) if event.reachable else AT_ONCE:
        about = Circumstances(promise, category=event.category, urgency=urgency)
        who: dict[str, Any] = {"report_id": event.report_id, "holder": DESK, "holder_name": DESK_NAME}
        await begin(
            tx, clock_by(table, about, event.received_at, terms.calendar, opening=opening, **who), table
        )


async def _tell_earlier_questions(
    event: ReportRegistered, urgency: str, table: TermTable, tx: Transaction, terms: Terms
) -> None:
    """A question can be heard of before its report: its clock gets the term that it would have had."""
    known = {"category": event.category, "urgency": urgency}
    for seen in await clocks.list_about(tx, event.report_id):
        if seen.promise is Promise.FIRST_ANSWER and "category" not in seen.facts and seen.state in RUNS:
            clock = await clocks.get(tx, seen.deadline_id)
            new = on_terms(replace(clock, facts={**clock.facts, **known}), table, terms.calendar)
            if new.due_at == clock.due_at:
                clocks.save_term(tx, new)
            elif clock.state in RUNS and tx.now < clock.due_at:
                put_on(tx, clock, new, REPORT_KNOWN, tx.now, terms)


async def note_case(event: CaseOpened | CaseJoined, tx: Transaction) -> None:
    reports.describe(tx, event.report_id, case_id=event.case_id, case_number=event.number)


async def forget_report(event: ReportWithdrawn, tx: Transaction) -> None:
    """Nothing need be done about a report that was taken back. What was asked of partners, routing takes back."""
    for promise in CHAIN:
        clock = await clocks.find(tx, event.report_id, promise)
        if clock is not None and clock.state not in OVER:
            drop(tx, clock, REPORT_WITHDRAWN, event.withdrawn_at)


async def remember_report(event: ReportReinstated, tx: Transaction, terms: Terms) -> None:
    """The promises of a report that is back end when they did."""
    for promise in CHAIN:
        clock = await clocks.find(tx, event.report_id, promise)
        if clock is not None and clock.reason == REPORT_WITHDRAWN:
            wait_again(tx, clock, event.reinstated_at, terms)


async def expect_answer(event: AssignmentOffered, tx: Transaction, terms: Terms) -> None:
    """A partner says something within the term for that, and never later than it was asked to be done."""
    known = await reports.find_facts(tx, event.report_id)
    about = Circumstances(Promise.FIRST_ANSWER, partner=event.partner, track=event.track, **known)
    table = await table_for(tx, terms.in_force)
    clock = clock_by(
        table,
        about,
        event.offered_at,
        terms.calendar,
        event.due_at,
        await opening_for(event.partner, tx),
        report_id=event.report_id,
        holder=event.partner,
        holder_name=event.partner_name,
        assignment_id=event.assignment_id,
        told=event.hears_clocks,
    )
    await begin(tx, clock, table)


async def note_reply(
    event: Reply, tx: Transaction, moment: Callable[[Reply], datetime], terms: Terms
) -> None:
    """Whatever a partner says first is its first answer, and what it takes up it promises to finish.

    `moment` reads from the event when that was.
    """
    at = moment(event)
    first = await _keep(tx, terms, Promise.FIRST_ANSWER, at, event.report_id, event.assignment_id)
    if first is not None:
        if isinstance(event, AssignmentDeclined):
            scorecards.note_decline(tx, first.deadline_id, event.reason)
        await _go_on_with_result(event, tx, first, at, terms)
    if isinstance(event, AssignmentProgressed | AssignmentAnswered):
        acted = await clocks.find(tx, event.report_id, Promise.FIRST_ACTION)
        if acted is not None and acted.state is not State.CANCELLED:
            keep(tx, acted, at, terms)
    if isinstance(event, AssignmentDeclined | AssignmentAnswered):
        await _see_whether_it_is_over(tx, event.report_id, at, terms)


async def note_clarified(event: AssignmentClarified, tx: Transaction, terms: Terms) -> None:
    """The partner knows what it wanted to know, and its term goes on. NoSuchClock where it never asked."""
    result = await clocks.find(tx, event.report_id, Promise.RESULT, event.assignment_id)
    if result is None:
        raise NoSuchClock(f"There is no clock for the result of assignment {event.assignment_id} yet.")
    if result.state is State.PAUSED and result.reason == Waiting.PARTNER:
        go_on(tx, result, event.clarified_at, terms)


async def forget_answer(event: AssignmentWithdrawn, tx: Transaction, terms: Terms) -> None:
    """A question that was taken back needs no answer: what was stranded is settled, and no clock runs."""
    await stranded.settle(tx, Promise.FIRST_ANSWER, event.report_id, event.assignment_id)
    for promise in (Promise.FIRST_ANSWER, Promise.RESULT):
        clock = await clocks.find(tx, event.report_id, promise, event.assignment_id)
        if clock is not None and clock.state not in OVER:
            drop(tx, clock, event.reason, event.withdrawn_at)
    await _see_whether_it_is_over(tx, event.report_id, event.withdrawn_at, terms)


async def note_sent(event: NotificationSent, tx: Transaction, terms: Terms) -> None:
    if event.kind is Kind.CONFIRMATION:
        await _keep(tx, terms, Promise.CONFIRMATION, event.sent_at, event.report_id)


async def note_undeliverable(event: AssignmentUndeliverable, tx: Transaction) -> None:
    """There is no clock for a question that did not go out: the desk must ask it."""
    stranded.strand(
        tx,
        Stranded(
            event.assignment_id, event.report_id, Promise.FIRST_ANSWER, event.partner_name, event.found_at
        ),
    )


async def note_failed(event: NotificationFailed, tx: Transaction) -> None:
    """The clock of the confirmation runs on: the reporter still knows nothing."""
    if event.kind is Kind.CONFIRMATION:
        stranded.strand(
            tx, Stranded(event.report_id, event.report_id, Promise.CONFIRMATION, None, event.failed_at)
        )


async def _keep(
    tx: Transaction,
    terms: Terms,
    promise: Promise,
    at: datetime,
    report_id: UUID,
    assignment_id: UUID | None = None,
) -> Deadline | None:
    """The promise was kept. NoSuchClock where it was never made, as far as is known here yet."""
    settled = await stranded.settle(tx, promise, report_id, assignment_id)
    deadline = await clocks.find(tx, report_id, promise, assignment_id)
    if deadline is None and not settled:
        raise NoSuchClock(f"There is no clock for the {promise} of report {report_id} yet.")
    if deadline is not None:
        keep(tx, deadline, at, terms)
    return deadline


async def _go_on_with_result(
    event: Reply, tx: Transaction, first: Deadline, at: datetime, terms: Terms
) -> None:
    """A partner that takes it up has a result to give; while it wants to know more, that term stands still."""
    result = await clocks.find(tx, first.report_id, Promise.RESULT, first.assignment_id)
    if result is None and not isinstance(event, AssignmentDeclined) and first.state is not State.CANCELLED:
        table = await table_for(tx, terms.in_force)
        await begin(tx, _result_after(first, table, terms), table)
        result = await clocks.find(tx, first.report_id, Promise.RESULT, first.assignment_id)
    if result is None or result.state in OVER:
        return
    match event:
        case AssignmentAnswered():
            keep(tx, result, at, terms)
        case AssignmentDeclined():
            drop(tx, result, "declined", at)
        case AssignmentQueried() if result.state is not State.PAUSED:
            stand_still(tx, result, Waiting.PARTNER, max(at, result.started_at), terms)
        case AssignmentAccepted() | AssignmentProgressed() if result.reason == Waiting.PARTNER:
            go_on(tx, result, at, terms)


def _result_after(first: Deadline, table: TermTable, terms: Terms) -> Deadline:
    """The clock of what a partner was asked to do, by the end that it was given with the question."""
    return clock_by(
        table,
        circumstances_of(Promise.RESULT, first.facts),
        first.started_at,
        terms.calendar,
        datetime.fromisoformat(first.facts[GIVEN]) if GIVEN in first.facts else first.due_at,
        first.facts.get(OPENING),
        report_id=first.report_id,
        holder=first.holder,
        holder_name=first.holder_name,
        assignment_id=first.assignment_id,
        told=first.told,
    )


async def _see_whether_it_is_over(tx: Transaction, report_id: UUID, at: datetime, terms: Terms) -> None:
    """The clock of the outcome is locked first, so that of two last answers at once one sees the other."""
    outcome = await clocks.find(tx, report_id, Promise.OUTCOME)
    if (
        outcome is not None
        and outcome.state not in OVER
        and has_outcome(await clocks.list_about(tx, report_id))
    ):
        keep(tx, outcome, at, terms)
        await aftercare.expect(tx, outcome, at, terms)
