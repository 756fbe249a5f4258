"""Where the parts of notifications meet."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from chassis.database import Database
from chassis.http import create_app
from chassis.jobs import Job, every, outward
from chassis.mail import MailServer
from chassis.posting import Poster
from chassis.principals import Signer
from chassis.service import Service
from notifications import api
from notifications.adapters import webhook_file
from notifications.adapters.contacts import Contacts
from notifications.adapters.letters import Letters
from notifications.domain.letters import COORDINATOR, DIRECTOR, OPERATIONS
from notifications.handlers.letters import Desk, bundle_alerts, send_next
from notifications.handlers.webhooks import Outgoing, count_deliveries, deliver, give_up_overdue
from notifications.settings import Settings
from notifications.subscriptions import subscriptions

VERSION = "1.0.0"
A_MOMENT = timedelta(milliseconds=500)
A_WHILE = timedelta(seconds=15)


def create(settings: Settings) -> Service:
    """WebhooksAreWrong where a webhook cannot be reached as the file says."""
    database = Database(settings, "notifications")
    signer = Signer(settings.signing_key.get_secret_value())
    desk = Desk(
        contacts=Contacts(settings.intake_url, settings.routing_url, signer),
        letters=Letters(settings.public_url, settings.mail_from),
        mail_server=MailServer.of(settings),
        staff={
            OPERATIONS: settings.operations_email,
            DIRECTOR: settings.director_email,
            COORDINATOR: settings.coordinator_email,
        },
    )
    outgoing = Outgoing(
        webhook_file.read(settings.webhooks_file), timedelta(hours=settings.webhook_give_up_hours)
    )
    posters = webhook_file.posters(outgoing.webhooks, settings.webhook_secrets_dir)
    routers = [api.notifications.router, api.outlets.router(posters.keys())]
    return Service(
        name="notifications",
        settings=settings,
        database=database,
        app=create_app(settings, database, VERSION, routers, api.REFUSALS),
        subscriptions=subscriptions(outgoing),
        paths=("notifications",),
        jobs=(
            every(A_MOMENT, bundle_alerts, window=settings.alert_window()),
            every(A_MOMENT, send_next, desk=desk),
            *_deliveries(outgoing, posters),
            every(A_WHILE, give_up_overdue, outgoing=outgoing),
            every(A_WHILE, count_deliveries, outgoing=outgoing),
        ),
        closing=tuple(poster.close for poster in posters.values()),
    )


def _deliveries(outgoing: Outgoing, posters: Mapping[str, Poster]) -> Iterator[Job]:
    """A job for each webhook, so that who is slow holds up nobody else."""
    for webhook in outgoing.webhooks:
        yield outward(
            A_MOMENT,
            deliver,
            webhook=webhook,
            poster=posters[webhook.name],
            give_up_after=outgoing.give_up_after,
        )
