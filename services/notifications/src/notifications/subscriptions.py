"""Which message wakes which handler. Read this first: the first three write to the reporter, the others to operations."""

from chassis.subscriptions import Subscriptions, on
from contracts.intake import ReportRegistered
from contracts.monitoring import DeadlineMissed
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentQueried,
    AssignmentUndeliverable,
)
from notifications import handlers
from notifications.domain import Letter

SUBSCRIPTIONS = Subscriptions(
    on(ReportRegistered, handlers.confirm),
    on(AssignmentAccepted, handlers.tell_taken_up),
    on(AssignmentAnswered, handlers.tell_step_taken),
    on(AssignmentDeclined, handlers.alert, letter=Letter.DECLINED),
    on(AssignmentUndeliverable, handlers.alert, letter=Letter.UNDELIVERABLE),
    on(AssignmentQueried, handlers.alert, letter=Letter.QUERIED),
    on(DeadlineMissed, handlers.alert, letter=Letter.MISSED),
)
