"""What Prometheus sees of mail and webhooks: never to whom, nor about what."""

from collections.abc import Mapping
from datetime import timedelta

from prometheus_client import Counter, Gauge

from contracts.notifications import Failure, Kind

LETTERS = Gauge("meldketen_letters", "Mails that wait to be sent, each letter of a bundle counted")
LETTERS_AGE = Gauge("meldketen_letters_oldest_seconds", "How long the oldest of them waits")
LETTERS_FAILED = Counter("meldketen_letters_failed", "Letters that will not arrive", ["kind", "why"])
WEBHOOK_WAITING = Gauge("meldketen_webhook_alerts", "Alerts that wait for a webhook", ["webhook"])
WEBHOOK_GIVEN_UP = Counter("meldketen_webhook_given_up", "Alerts that a webhook did not get", ["webhook"])


def show_letters(waiting: int, oldest: timedelta) -> None:
    for kind in Kind:
        for why in Failure:
            LETTERS_FAILED.labels(kind, why)  # from nought, so that the first is seen
    LETTERS.set(waiting)
    LETTERS_AGE.set(oldest.total_seconds())


def show_webhooks(waiting: Mapping[str, int]) -> None:
    for webhook, many in waiting.items():
        WEBHOOK_WAITING.labels(webhook).set(many)
        WEBHOOK_GIVEN_UP.labels(webhook)
