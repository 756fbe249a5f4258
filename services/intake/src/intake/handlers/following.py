"""What a reporter sees of a report and does with it after sending it."""

from datetime import datetime
from uuid import UUID

from chassis.identity import new_id
from chassis.transaction import Transaction
from contracts.intake import FeedbackGiven, IncidentNoted, ReportAmended, ReportReinstated, ReportWithdrawn
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentOffered,
    AssignmentProgressed,
    AssignmentWithdrawn,
)
from intake.adapters.new_report import NewAmendment
from intake.domain.following import (
    Addition,
    Assignment,
    Following,
    Kind,
    NotThereYet,
    State,
    Step,
    TooLate,
    check_moment,
    check_open,
    may_regret,
    step,
)
from intake.handlers.evidence import link_evidence
from intake.store import following as store

_Step = (
    AssignmentAccepted | AssignmentDeclined | AssignmentProgressed | AssignmentAnswered | AssignmentWithdrawn
)


async def keep_offer(event: AssignmentOffered, tx: Transaction) -> None:
    store.save_assignment(tx, Assignment(event.assignment_id, event.report_id, event.told_as, State.OFFERED))


async def keep_step(event: _Step, tx: Transaction, state: State) -> None:
    store.save_assignment(tx, Assignment(event.assignment_id, event.report_id, None, state))


async def amend(report_id: UUID, new: NewAmendment, key: str | None, tx: Transaction, most: int) -> Addition:
    """Keep what the reporter adds, and announce it. The same key gives the first addition again.

    A report has at most `most` files in all. NoSuchReport, Withdrawn, AttachmentNotFree, TooManyAttachments.
    """
    check_open(await store.get(tx, report_id, lock=True))
    addition = Addition(new_id(), report_id, Kind.AMENDMENT, new.text, tx.now, tx.now)
    if before := await store.add(tx, addition, key):
        return before
    await link_evidence(tx, report_id, new.attachments, most)
    tx.publish(
        ReportAmended(
            report_id=report_id,
            addition_id=addition.addition_id,
            text=new.text,
            added_at=addition.added_at,
            attachments=new.attachments,
        )
    )
    return addition


async def note_incident(
    report_id: UUID, happened_at: datetime, text: str, key: str | None, tx: Transaction
) -> Addition:
    """Keep a line of the diary, and announce it. The same key gives the first one again.

    NoSuchReport, Withdrawn, NotThen.
    """
    check_open(await store.get(tx, report_id, lock=True))
    check_moment(happened_at, tx.now)
    addition = Addition(new_id(), report_id, Kind.INCIDENT, text, happened_at, tx.now)
    if before := await store.add(tx, addition, key):
        return before
    tx.publish(
        IncidentNoted(
            report_id=report_id,
            incident_id=addition.addition_id,
            happened_at=happened_at,
            text=text,
            noted_at=tx.now,
        )
    )
    return addition


async def withdraw(report_id: UUID, tx: Transaction) -> Following:
    """The reporter takes the report back. Doing it twice does no more. NoSuchReport."""
    following = await store.get(tx, report_id, lock=True)
    if following.withdrawn_at is None:
        await store.save_withdrawal(tx, report_id, tx.now)
        tx.publish(ReportWithdrawn(report_id=report_id, withdrawn_at=tx.now))
    return await store.get(tx, report_id)


async def reinstate(report_id: UUID, tx: Transaction) -> Following:
    """The reporter takes the withdrawal back. Doing it twice does no more. NoSuchReport, TooLate."""
    following = await store.get(tx, report_id, lock=True)
    if following.withdrawn_at is None:
        return following
    if not may_regret(following, tx.now):
        raise TooLate("A withdrawal can be taken back for 14 days.")
    await store.save_withdrawal(tx, report_id, None)
    tx.publish(ReportReinstated(report_id=report_id, reinstated_at=tx.now))
    return await store.get(tx, report_id)


async def give_feedback(report_id: UUID, tx: Transaction, *, solved: bool) -> Following:
    """The reporter says whether it is over. The same word twice does no more. NoSuchReport, NotThereYet."""
    following = await store.get(tx, report_id, lock=True)
    if following.solved == solved:
        return following
    if step(following) not in {Step.DONE, Step.AGAIN}:
        raise NotThereYet("Add what is new to the report instead.")
    await store.save_feedback(tx, report_id, solved=solved)
    tx.publish(FeedbackGiven(report_id=report_id, solved=solved, given_at=tx.now))
    return await store.get(tx, report_id)
