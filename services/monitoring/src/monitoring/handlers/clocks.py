"""A clock for every promise: started when it is made, stopped when it is kept, and said what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.calendar import Calendar, Term
from chassis.identity import new_id
from chassis.transaction import Transaction
from contracts.casework import CaseJoined, CaseOpened
from contracts.intake import ReportRegistered
from contracts.monitoring import DeadlineApproaching, DeadlineMet, DeadlineMissed, DeadlineStarted
from contracts.notifications import Kind, NotificationFailed, NotificationSent
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentOffered,
    AssignmentProgressed,
    AssignmentQueried,
    AssignmentUndeliverable,
    AssignmentWithdrawn,
)
from monitoring.domain.board import Stranded
from monitoring.domain.clocks import (
    DESK,
    Deadline,
    NoSuchClock,
    Promise,
    State,
    fire,
    is_late,
    meet,
    start,
)
from monitoring.handlers.journey import announce
from monitoring.store import clocks, reports, stranded

FIRED_TOGETHER = 500
DESK_NAME = "Meldpunt"

Reply = (
    AssignmentAccepted | AssignmentDeclined | AssignmentProgressed | AssignmentQueried | AssignmentAnswered
)


@dataclass(frozen=True, slots=True)
class Terms:
    """`warn_share` is the share of every term after which its clock warns."""

    calendar: Calendar
    confirmation: Term
    warn_share: float


async def note_report(event: ReportRegistered, tx: Transaction, terms: Terms) -> None:
    """Who can be reached gets a confirmation in time; what was imported is from before this promise."""
    area_name = event.area.name if event.area else None
    reports.describe(tx, event.report_id, category_name=event.category_name, area_name=area_name)
    if event.reachable and not event.imported:
        due_at = terms.calendar.end(terms.confirmation, event.received_at)
        confirmation = Deadline(
            deadline_id=new_id(),
            report_id=event.report_id,
            promise=Promise.CONFIRMATION,
            holder=DESK,
            holder_name=DESK_NAME,
            started_at=event.received_at,
            due_at=due_at,
        )
        await _start(tx, start(confirmation, terms.warn_share))


async def note_case(event: CaseOpened | CaseJoined, tx: Transaction) -> None:
    reports.describe(tx, event.report_id, case_id=event.case_id, case_number=event.number)


async def expect_answer(event: AssignmentOffered, tx: Transaction, terms: Terms) -> None:
    """A partner answers within the term it was given."""
    answer = Deadline(
        deadline_id=new_id(),
        report_id=event.report_id,
        promise=Promise.FIRST_ANSWER,
        holder=event.partner,
        holder_name=event.partner_name,
        started_at=event.offered_at,
        due_at=event.due_at,
        assignment_id=event.assignment_id,
    )
    await _start(tx, start(answer, terms.warn_share))


async def note_reply(event: Reply, tx: Transaction, moment: Callable[[Reply], datetime]) -> None:
    """Whatever a partner says first is its first answer. `moment` reads from the event when that was."""
    await _keep(tx, Promise.FIRST_ANSWER, moment(event), event.report_id, event.assignment_id)


async def forget_answer(event: AssignmentWithdrawn, tx: Transaction) -> None:
    """A question that was taken back needs no answer: what was stranded is settled, and no clock runs."""
    await stranded.settle(tx, Promise.FIRST_ANSWER, event.report_id, event.assignment_id)
    await clocks.cancel(tx, event.assignment_id)


async def note_sent(event: NotificationSent, tx: Transaction) -> None:
    if event.kind is Kind.CONFIRMATION:
        await _keep(tx, Promise.CONFIRMATION, event.sent_at, event.report_id)


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


async def fire_due(tx: Transaction) -> bool:
    """Let the clocks whose moment has come do what they do; whether there may be more."""
    due = await clocks.claim_due(tx, FIRED_TOGETHER)
    if not due:
        return False
    fired = [fire(deadline, tx.now) for deadline in due]
    await clocks.save_fired(tx, fired)
    for deadline in fired:
        if deadline.state is State.MISSED:
            announce(tx, DeadlineMissed.of(deadline, missed_at=tx.now))
        else:
            announce(tx, DeadlineApproaching.of(deadline, warned_at=tx.now))
    return len(due) == FIRED_TOGETHER


async def _start(tx: Transaction, deadline: Deadline) -> None:
    if await clocks.add(tx, deadline):
        announce(tx, DeadlineStarted.of(deadline))


async def _keep(
    tx: Transaction, promise: Promise, at: datetime, report_id: UUID, assignment_id: UUID | None = None
) -> None:
    """The promise was kept. NoSuchClock where it was never made, as far as is known here yet."""
    settled = await stranded.settle(tx, promise, report_id, assignment_id)
    deadline = await clocks.find(tx, report_id, promise, assignment_id)
    if deadline is None and not settled:
        raise NoSuchClock(f"There is no clock for the {promise} of report {report_id} yet.")
    if deadline is not None and deadline.state is not State.MET:
        met = meet(deadline, at)
        clocks.save_met(tx, met)
        announce(tx, DeadlineMet.of(met, late=is_late(met)))
