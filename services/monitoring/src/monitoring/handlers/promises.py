"""Who promises what: the desk about a report, a partner about a question; started when it is made, stopped when it is kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.calendar import HERE, Unit
from chassis.identity import new_id
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
from monitoring.handlers.clocks import (
    Terms,
    begin,
    drop,
    go_on,
    keep,
    stand_still,
    wait_again,
)
from monitoring.handlers.reckoning import clock_of
from monitoring.store import clocks, reports, scorecards, stranded

DESK_NAME = "Meldpunt"
CHAIN = (Promise.FIRST_ACTION, Promise.OUTCOME)
REPORT_WITHDRAWN = "report-withdrawn"

Reply = (
    AssignmentAccepted | AssignmentDeclined | AssignmentProgressed | AssignmentQueried | AssignmentAnswered
)


async def note_report(event: ReportRegistered, tx: Transaction, terms: Terms) -> None:
    """Who can be reached gets a confirmation, something is done about the report, and it comes to an outcome.

    What was imported is from before these promises.
    """
    area_name = event.area.name if event.area else None
    reports.describe(tx, event.report_id, category_name=event.category_name, area_name=area_name)
    if event.imported:
        return
    promised = {Promise.FIRST_ACTION: terms.first_action, Promise.OUTCOME: terms.outcome}
    if event.reachable:
        promised = {Promise.CONFIRMATION: terms.confirmation} | promised
    for promise, term in promised.items():
        clock = clock_of(
            term,
            event.received_at,
            terms.calendar,
            report_id=event.report_id,
            promise=promise,
            holder=DESK,
            holder_name=DESK_NAME,
            facts={"category": event.category},
        )
        await begin(tx, clock, terms)


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
    own = clock_of(
        terms.first_answer,
        event.offered_at,
        terms.calendar,
        report_id=event.report_id,
        promise=Promise.FIRST_ANSWER,
        holder=event.partner,
        holder_name=event.partner_name,
        assignment_id=event.assignment_id,
        facts={"partner": event.partner, "track": event.track, "due_at": event.due_at.isoformat()},
        told=event.hears_clocks,
    )
    await begin(tx, own if own.due_at < event.due_at else _until(event.due_at, own), terms)


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
        await begin(tx, _result_after(first), terms)
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


def _result_after(first: Deadline) -> Deadline:
    """The clock of what a partner was asked to do, by the end that it was given with the question."""
    due_at = datetime.fromisoformat(first.facts["due_at"]) if "due_at" in first.facts else first.due_at
    result = Deadline(
        deadline_id=new_id(),
        report_id=first.report_id,
        promise=Promise.RESULT,
        holder=first.holder,
        holder_name=first.holder_name,
        started_at=first.started_at,
        due_at=due_at,
        assignment_id=first.assignment_id,
        facts=first.facts,
        told=first.told,
    )
    return _until(due_at, result)


async def _see_whether_it_is_over(tx: Transaction, report_id: UUID, at: datetime, terms: Terms) -> None:
    """The clock of the outcome is locked first, so that of two last answers at once one sees the other."""
    outcome = await clocks.find(tx, report_id, Promise.OUTCOME)
    if (
        outcome is not None
        and outcome.state not in OVER
        and has_outcome(await clocks.list_about(tx, report_id))
    ):
        keep(tx, outcome, at, terms)


def _until(due_at: datetime, clock: Deadline) -> Deadline:
    """An end that was given. What ends with the day was counted in days; routing says when, and not how it counted."""
    local = due_at.astimezone(HERE)
    unit = Unit.WORKING_DAYS if (local.hour, local.minute) == (23, 59) else Unit.HOURS
    return replace(clock, due_at=due_at, counted_to=due_at, amount=None, unit=unit)
