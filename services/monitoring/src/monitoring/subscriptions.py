"""Which message wakes which handler. Read this first."""

from operator import attrgetter

from chassis.subscriptions import Subscriptions, on
from contracts.casework import CaseJoined, CaseOpened
from contracts.intake import ReportRegistered
from contracts.notifications import NotificationFailed, NotificationSent
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
from monitoring import handlers


def subscriptions(terms: handlers.Terms) -> Subscriptions:
    return Subscriptions(
        on(ReportRegistered, handlers.note_report, terms=terms),
        on(CaseOpened, handlers.note_case),
        on(CaseJoined, handlers.note_case),
        on(AssignmentOffered, handlers.expect_answer, terms=terms),
        on(AssignmentAccepted, handlers.note_reply, moment=attrgetter("accepted_at")),
        on(AssignmentDeclined, handlers.note_reply, moment=attrgetter("declined_at")),
        on(AssignmentProgressed, handlers.note_reply, moment=attrgetter("progressed_at")),
        on(AssignmentAnswered, handlers.note_reply, moment=attrgetter("answered_at")),
        on(AssignmentQueried, handlers.note_reply, moment=attrgetter("queried_at")),
        on(AssignmentWithdrawn, handlers.forget_answer),
        on(AssignmentUndeliverable, handlers.note_undeliverable),
        on(NotificationSent, handlers.note_sent),
        on(NotificationFailed, handlers.note_failed),
    )
