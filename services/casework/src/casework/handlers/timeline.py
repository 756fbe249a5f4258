"""What happens after a report came, kept for its case.

All of it is kept by report: a message may come before the report that it is about.
"""

from datetime import datetime

from casework import store
from casework.domain.cases import (
    Assignment,
    State,
    Track,
)
from casework.domain.timeline import Entry, What
from chassis.transaction import Transaction
from contracts.intake import (
    FeedbackGiven,
    IncidentNoted,
    ReportAmended,
    ReportReinstated,
    ReportWithdrawn,
)
from contracts.notifications import NotificationFailed, NotificationSent
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentAppointed,
    AssignmentClarified,
    AssignmentDeclined,
    AssignmentExpired,
    AssignmentHeld,
    AssignmentNoted,
    AssignmentOffered,
    AssignmentProgressed,
    AssignmentQueried,
    AssignmentUndeliverable,
    AssignmentWithdrawn,
    ReportAssessed,
    ReportReassessed,
)

_Step = (
    AssignmentAccepted
    | AssignmentDeclined
    | AssignmentProgressed
    | AssignmentAnswered
    | AssignmentUndeliverable
    | AssignmentHeld
    | AssignmentQueried
    | AssignmentExpired
    | AssignmentWithdrawn
    | AssignmentClarified
)


async def keep_assessment(event: ReportAssessed, tx: Transaction) -> None:
    store.save_tracks(tx, event.report_id, tuple(map(Track, event.tracks)))
    reasons = "\n".join(rule.because for rule in event.rules)
    entry = Entry(
        event.report_id,
        event.assessed_at,
        What.ASSESSED,
        who=event.policy_version,
        detail=" ".join(event.tracks),
        text=reasons or None,
    )
    store.add_entry(tx, entry)


async def keep_new_assessment(event: ReportReassessed, tx: Transaction) -> None:
    store.save_tracks(tx, event.report_id, tuple(map(Track, event.tracks)))
    entry = Entry(
        event.report_id,
        event.assessed_at,
        What.REASSESSED,
        who=event.policy_version,
        detail=" ".join(event.tracks),
        text="\n".join(event.difference),
    )
    store.add_entry(tx, entry)


async def keep_offer(event: AssignmentOffered, tx: Transaction) -> None:
    track = Track(event.track)
    store.save_assignment(
        tx,
        Assignment(
            event.assignment_id,
            event.report_id,
            event.partner,
            event.partner_name,
            track,
            State.OFFERED,
            event.offered_at,
            event.lead,
            event.question,
            event.offered_at,
            event.due_at,
        ),
    )
    entry = Entry(
        event.report_id,
        event.offered_at,
        What.OFFERED,
        track,
        event.partner_name,
        text=event.question,
    )
    store.add_entry(tx, entry)


async def keep_acceptance(event: AssignmentAccepted, tx: Transaction) -> None:
    await _move(event, tx, State.ACCEPTED, event.accepted_at)


async def keep_refusal(event: AssignmentDeclined, tx: Transaction) -> None:
    await _move(event, tx, State.DECLINED, event.declined_at, detail=event.reason)


async def keep_progress(event: AssignmentProgressed, tx: Transaction) -> None:
    await _move(event, tx, State.PROGRESSED, event.progressed_at)


async def keep_answer(event: AssignmentAnswered, tx: Transaction) -> None:
    results = " ".join(filter(None, (event.outcome, event.finding)))
    await _move(event, tx, State.ANSWERED, event.answered_at, detail=results)


async def keep_undeliverable(event: AssignmentUndeliverable, tx: Transaction) -> None:
    await _move(event, tx, State.UNDELIVERABLE, event.found_at, detail=event.reason, text=event.why)


async def keep_wait(event: AssignmentHeld, tx: Transaction) -> None:
    await _move(event, tx, State.HELD, event.held_at, text=event.because)


async def keep_query(event: AssignmentQueried, tx: Transaction) -> None:
    await _move(event, tx, State.QUERIED, event.queried_at)


async def keep_silence(event: AssignmentExpired, tx: Transaction) -> None:
    await _move(event, tx, State.EXPIRED, event.expired_at)


async def keep_taking_back(event: AssignmentWithdrawn, tx: Transaction) -> None:
    """Its term does not count any more."""
    await _move(event, tx, State.TAKEN_BACK, event.withdrawn_at, detail=event.reason)
    store.stop_clock(tx, event.assignment_id)


async def keep_clarification(event: AssignmentClarified, tx: Transaction) -> None:
    """The partner, which wanted to know more, is asked again."""
    await _move(event, tx, State.OFFERED, event.clarified_at, what=What.CLARIFIED)


async def keep_lead(event: AssignmentAppointed, tx: Transaction) -> None:
    """One leads about a report: whoever did, does no more."""
    store.save_lead(tx, event.report_id, event.assignment_id)
    track = Track(event.track)
    store.add_entry(tx, Entry(event.report_id, event.appointed_at, What.APPOINTED, track, event.partner_name))


async def keep_note(event: AssignmentNoted, tx: Transaction) -> None:
    entry = Entry(
        event.report_id,
        event.noted_at,
        What.NOTED,
        Track(event.track),
        event.partner_name,
        text=event.text,
    )
    store.add_entry(tx, entry)


async def _move(
    event: _Step,
    tx: Transaction,
    state: State,
    at: datetime,
    *,
    detail: str | None = None,
    text: str | None = None,
    what: What | None = None,
) -> None:
    track = Track(event.track)
    store.save_step(
        tx,
        Assignment(
            event.assignment_id,
            event.report_id,
            event.partner,
            event.partner_name,
            track,
            state,
            at,
            detail=detail,
        ),
    )
    entry = Entry(event.report_id, at, what or What(state), track, event.partner_name, detail, text)
    store.add_entry(tx, entry)


async def keep_message(event: NotificationSent, tx: Transaction) -> None:
    store.add_entry(tx, Entry(event.report_id, event.sent_at, What.SENT, detail=event.kind))


async def keep_failed_message(event: NotificationFailed, tx: Transaction) -> None:
    entry = Entry(event.report_id, event.failed_at, What.FAILED, detail=event.kind, who=event.reason)
    store.add_entry(tx, entry)


async def keep_amendment(event: ReportAmended, tx: Transaction) -> None:
    store.add_entry(tx, Entry(event.report_id, event.added_at, What.AMENDED, text=event.text))
    if event.attachments:
        await store.add_attachments(tx, event.report_id, event.attachments)


async def keep_incident(event: IncidentNoted, tx: Transaction) -> None:
    """At the moment that it happened, which is what a file is asked for."""
    store.add_entry(tx, Entry(event.report_id, event.happened_at, What.INCIDENT, text=event.text))


async def keep_withdrawal(event: ReportWithdrawn, tx: Transaction) -> None:
    store.add_entry(tx, Entry(event.report_id, event.withdrawn_at, What.WITHDRAWN))


async def keep_reinstatement(event: ReportReinstated, tx: Transaction) -> None:
    store.add_entry(tx, Entry(event.report_id, event.reinstated_at, What.REINSTATED))


async def keep_feedback(event: FeedbackGiven, tx: Transaction) -> None:
    what = What.SOLVED if event.solved else What.NOT_SOLVED
    store.add_entry(tx, Entry(event.report_id, event.given_at, what))
