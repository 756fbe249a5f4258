"""What notifications says. Never to which address, nor with which words."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from contracts.envelope import Message


class Kind(StrEnum):
    CONFIRMATION = "confirmation"
    PROGRESS = "progress"
    ALERT = "alert"


class Failure(StrEnum):
    """Why a message will not arrive."""

    NO_REPORT = "no-such-report"
    NO_ADDRESS = "no-address"
    REFUSED = "refused"
    GAVE_UP = "gave-up"


class Notification(Message):
    notification_id: UUID
    report_id: UUID
    kind: Kind


class NotificationSent(Notification, name="notifications.sent.v1", about="notification_id"):
    """The mail server took the message."""

    sent_at: AwareDatetime


class NotificationFailed(Notification, name="notifications.failed.v1", about="notification_id"):
    """The message could not be delivered and is not tried again."""

    reason: Failure
    failed_at: AwareDatetime
