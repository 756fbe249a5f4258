"""Which message wakes which handler. Read this first."""

from casework.handlers import cases, timeline
from chassis.subscriptions import Subscriptions, on
from contracts.intake import (
    FeedbackGiven,
    IncidentNoted,
    ReportAmended,
    ReportReinstated,
    ReportSubmitted,
    ReportWithdrawn,
)
from contracts.monitoring import (
    AttentionTaken,
    DeadlineApproaching,
    DeadlineMet,
    DeadlineMissed,
    DeadlineStarted,
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

SUBSCRIPTIONS = Subscriptions(
    on(ReportSubmitted, cases.open_or_join_case),
    on(ReportAssessed, timeline.keep_assessment),
    on(AssignmentOffered, timeline.keep_offer),
    on(AssignmentAccepted, timeline.keep_acceptance),
    on(AssignmentDeclined, timeline.keep_refusal),
    on(AssignmentProgressed, timeline.keep_progress),
    on(AssignmentAnswered, timeline.keep_answer),
    on(AssignmentUndeliverable, timeline.keep_undeliverable),
    on(ReportReassessed, timeline.keep_new_assessment),
    on(AssignmentHeld, timeline.keep_wait),
    on(AssignmentQueried, timeline.keep_query),
    on(AssignmentExpired, timeline.keep_silence),
    on(AssignmentWithdrawn, timeline.keep_taking_back),
    on(AssignmentClarified, timeline.keep_clarification),
    on(AssignmentAppointed, timeline.keep_lead),
    on(AssignmentNoted, timeline.keep_note),
    on(DeadlineStarted, timeline.keep_deadline),
    on(DeadlineApproaching, timeline.keep_warning),
    on(DeadlineMissed, timeline.keep_miss),
    on(DeadlineMet, timeline.keep_kept_promise),
    on(AttentionTaken, timeline.keep_attention),
    on(NotificationSent, timeline.keep_message),
    on(NotificationFailed, timeline.keep_failed_message),
    on(ReportAmended, timeline.keep_amendment),
    on(IncidentNoted, timeline.keep_incident),
    on(ReportWithdrawn, timeline.keep_withdrawal),
    on(ReportReinstated, timeline.keep_reinstatement),
    on(FeedbackGiven, timeline.keep_feedback),
)
