"""Which message wakes which handler. Read this first: intake starts the chain, and hears how far its reports are."""

from chassis.subscriptions import Subscriptions, on
from contracts.casework import CaseJoined, CaseOpened
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentOffered,
    AssignmentProgressed,
    AssignmentWithdrawn,
    ReportWanted,
)
from intake.domain.following import State
from intake.handlers import cases, following, reports

SUBSCRIPTIONS = Subscriptions(
    on(AssignmentOffered, following.keep_offer),
    on(AssignmentAccepted, following.keep_step, state=State.TAKEN_UP),
    on(AssignmentProgressed, following.keep_step, state=State.TAKEN_UP),
    on(AssignmentAnswered, following.keep_step, state=State.ANSWERED),
    on(AssignmentDeclined, following.keep_step, state=State.DECLINED),
    on(AssignmentWithdrawn, following.keep_step, state=State.TAKEN_BACK),
    on(ReportWanted, reports.tell_again),
    on(CaseOpened, cases.keep_case),
    on(CaseJoined, cases.keep_case),
)
