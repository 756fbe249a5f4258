"""Which message wakes which handler. Read this first."""

from operator import attrgetter

from chassis.calendar import NotATerm
from chassis.opening import NotAnOpening
from chassis.subscriptions import Subscriptions, on
from contracts.casework import (
    CaseJoined,
    CaseOpened,
    TermEnded,
    TermExtended,
    TermPaused,
    TermResumed,
    TermSet,
)
from contracts.intake import ReportRegistered, ReportReinstated, ReportWithdrawn
from contracts.notifications import NotificationFailed, NotificationSent
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
    PartnersListed,
)
from monitoring.domain.clocks import BeforeItsTime, ClockIsOver, TermIsOver
from monitoring.handlers import case_terms, journey, partners, promises
from monitoring.handlers.clocks import Terms

REFUSALS = (NotATerm, NotAnOpening, BeforeItsTime, ClockIsOver, TermIsOver)


def subscriptions(terms: Terms) -> Subscriptions:
    return Subscriptions(
        on(ReportRegistered, promises.note_report, terms=terms),
        on(ReportWithdrawn, promises.forget_report),
        on(ReportReinstated, promises.remember_report, terms=terms),
        on(CaseOpened, promises.note_case),
        on(CaseJoined, promises.note_case),
        on(AssignmentOffered, promises.expect_answer, terms=terms),
        on(AssignmentAccepted, promises.note_reply, moment=attrgetter("accepted_at"), terms=terms),
        on(AssignmentDeclined, promises.note_reply, moment=attrgetter("declined_at"), terms=terms),
        on(AssignmentProgressed, promises.note_reply, moment=attrgetter("progressed_at"), terms=terms),
        on(AssignmentAnswered, promises.note_reply, moment=attrgetter("answered_at"), terms=terms),
        on(AssignmentQueried, promises.note_reply, moment=attrgetter("queried_at"), terms=terms),
        on(AssignmentClarified, promises.note_clarified, terms=terms),
        on(AssignmentWithdrawn, promises.forget_answer, terms=terms),
        on(AssignmentUndeliverable, promises.note_undeliverable),
        on(NotificationSent, promises.note_sent, terms=terms),
        on(NotificationFailed, promises.note_failed),
        on(PartnersListed, partners.keep_list),
        on(TermSet, case_terms.watch, terms=terms),
        on(TermPaused, case_terms.pause, terms=terms),
        on(TermResumed, case_terms.resume, terms=terms),
        on(TermExtended, case_terms.extend, terms=terms),
        on(TermEnded, case_terms.end, terms=terms),
        *(on(message, journey.note) for message in journey.MOMENTS if not issubclass(message, journey.OWN)),
        refusals=REFUSALS,
    )
