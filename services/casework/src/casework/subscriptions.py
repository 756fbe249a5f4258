"""Which message wakes which handler. Read this first."""

from casework import handlers
from chassis.subscriptions import Subscriptions, on
from contracts.intake import (
    FeedbackGiven,
    IncidentNoted,
    ReportAmended,
    ReportReinstated,
    ReportSubmitted,
    ReportWithdrawn,
)
from contracts.monitoring import DeadlineApproaching, DeadlineMet, DeadlineMissed, DeadlineStarted
from contracts.notifications import NotificationFailed, NotificationSent
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentNoted,
    AssignmentOffered,
    AssignmentProgressed,
    AssignmentUndeliverable,
    ReportAssessed,
)

SUBSCRIPTIONS = Subscriptions(
    on(ReportSubmitted, handlers.open_or_join_case),
    on(ReportAssessed, handlers.keep_assessment),
    on(AssignmentOffered, handlers.keep_offer),
    on(AssignmentAccepted, handlers.keep_acceptance),
    on(AssignmentDeclined, handlers.keep_refusal),
    on(AssignmentProgressed, handlers.keep_progress),
    on(AssignmentAnswered, handlers.keep_answer),
    on(AssignmentUndeliverable, handlers.keep_undeliverable),
    on(AssignmentNoted, handlers.keep_note),
    on(DeadlineStarted, handlers.keep_deadline),
    on(DeadlineApproaching, handlers.keep_warning),
    on(DeadlineMissed, handlers.keep_miss),
    on(DeadlineMet, handlers.keep_kept_promise),
    on(NotificationSent, handlers.keep_message),
    on(NotificationFailed, handlers.keep_failed_message),
    on(ReportAmended, handlers.keep_amendment),
    on(IncidentNoted, handlers.keep_incident),
    on(ReportWithdrawn, handlers.keep_withdrawal),
    on(ReportReinstated, handlers.keep_reinstatement),
    on(FeedbackGiven, handlers.keep_feedback),
)
