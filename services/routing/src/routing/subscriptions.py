"""Which message wakes which handler. Read this first."""

from chassis.subscriptions import Subscriptions, on
from contracts.intake import ReportSubmitted
from contracts.partners import CareTask, PoliceReply, TenancyCaseUpdate
from routing import handlers
from routing.adapters import corporation, ggz, police
from routing.domain import CannotFollow, NoSuchAssignment, NotYourAssignment


def subscriptions(desk: handlers.Desk) -> Subscriptions:
    """An answer that cannot be taken is parked for a person: trying again would not change it."""
    return Subscriptions(
        on(ReportSubmitted, handlers.assess_report, desk=desk),
        on(PoliceReply, handlers.take_answer, desk=desk, read=police.answer),
        on(CareTask, handlers.take_answer, desk=desk, read=ggz.answer),
        on(TenancyCaseUpdate, handlers.take_answer, desk=desk, read=corporation.answer),
        refusals=(NoSuchAssignment, NotYourAssignment, CannotFollow, ValueError),
    )
