"""Which message wakes which handler. Read this first."""

from operator import attrgetter

from chassis.subscriptions import Subscriptions, on
from contracts.casework import CaseJoined, CaseOpened
from contracts.intake import ReportRegistered
from contracts.monitoring import Deadline
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
from monitoring.handlers import clocks, journey


def subscriptions(terms: clocks.Terms) -> Subscriptions:
    return Subscriptions(
        on(ReportRegistered, clocks.note_report, terms=terms),
        on(CaseOpened, clocks.note_case),
        on(CaseJoined, clocks.note_case),
        on(AssignmentOffered, clocks.expect_answer, terms=terms),
        on(AssignmentAccepted, clocks.note_reply, moment=attrgetter("accepted_at")),
        on(AssignmentDeclined, clocks.note_reply, moment=attrgetter("declined_at")),
        on(AssignmentProgressed, clocks.note_reply, moment=attrgetter("progressed_at")),
        on(AssignmentAnswered, clocks.note_reply, moment=attrgetter("answered_at")),
        on(AssignmentQueried, clocks.note_reply, moment=attrgetter("queried_at")),
        on(AssignmentWithdrawn, clocks.forget_answer),
        on(AssignmentUndeliverable, clocks.note_undeliverable),
        on(NotificationSent, clocks.note_sent),
        on(NotificationFailed, clocks.note_failed),
        *(on(message, journey.note) for message in journey.MOMENTS if not issubclass(message, Deadline)),
    )
