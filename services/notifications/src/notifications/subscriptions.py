"""Which message wakes which handler. Read this first: the first three write to the reporter, the others are alerts."""

from chassis.subscriptions import Subscriptions, on
from contracts.intake import ReportRegistered
from contracts.monitoring import DeadlineMissed, EscalationRaised
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentQueried,
    AssignmentUndeliverable,
)
from notifications.adapters.webhook_file import ALERTS
from notifications.domain.letters import Letter
from notifications.handlers import letters
from notifications.handlers.webhooks import Outgoing, keep_for_webhooks


def subscriptions(outgoing: Outgoing) -> Subscriptions:
    return Subscriptions(
        on(ReportRegistered, letters.confirm),
        on(AssignmentAccepted, letters.tell_taken_up),
        on(AssignmentAnswered, letters.tell_step_taken),
        on(AssignmentDeclined, letters.alert, letter=Letter.DECLINED),
        on(AssignmentUndeliverable, letters.alert, letter=Letter.UNDELIVERABLE),
        on(AssignmentQueried, letters.alert, letter=Letter.QUERIED),
        on(DeadlineMissed, letters.alert_missed),
        on(EscalationRaised, letters.alert_raised),
        *(on(alert, keep_for_webhooks, outgoing=outgoing) for alert in ALERTS),
    )
