"""Where the parts of notifications meet."""

from datetime import timedelta

from chassis.database import Database
from chassis.http import create_app
from chassis.jobs import every
from chassis.mail import MailServer
from chassis.principals import Signer
from chassis.service import Service
from notifications import api
from notifications.adapters.contacts import Contacts
from notifications.adapters.letters import Letters
from notifications.domain import Addressee
from notifications.handlers import Desk, send_next
from notifications.settings import Settings
from notifications.subscriptions import SUBSCRIPTIONS

VERSION = "1.0.0"


def create(settings: Settings) -> Service:
    database = Database(settings, "notifications")
    desk = Desk(
        contacts=Contacts(settings.intake_url, Signer(settings.signing_key.get_secret_value())),
        letters=Letters(settings.public_url, settings.mail_from),
        mail_server=MailServer.of(settings),
        operations=Addressee(settings.operations_email),
    )
    return Service(
        name="notifications",
        settings=settings,
        database=database,
        app=create_app(settings, database, VERSION, [api.router], {}),
        subscriptions=SUBSCRIPTIONS,
        paths=("notifications",),
        jobs=(every(timedelta(milliseconds=500), send_next, desk=desk),),
    )
