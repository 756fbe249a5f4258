"""Where routing's parts meet."""

from chassis.calendar import HERE
from chassis.clock import wall_clock
from chassis.database import Database
from chassis.http import create_app
from chassis.pseudonyms import Pseudonyms
from chassis.service import Service
from routing.adapters import covenant_ends, policy_file, register_file
from routing.api import assignments
from routing.handlers.asking import Desk
from routing.settings import Settings
from routing.subscriptions import subscriptions

VERSION = "1.0.0"


def create(settings: Settings) -> Service:
    database = Database(settings, "routing")
    key = settings.pseudonym_key or settings.signing_key
    desk = Desk(
        policy=policy_file.load(),
        register=register_file.read(settings.register_file),
        calendar=settings.calendar(),
        pseudonyms=Pseudonyms(key.get_secret_value()),
    )
    covenant_ends.show(desk.register.values(), wall_clock().astimezone(HERE).date())
    policy_file.check_parts(desk.policy, {partner.part for partner in desk.register.values()})
    return Service(
        name="routing",
        settings=settings,
        database=database,
        app=create_app(settings, database, VERSION, [assignments.router], {}),
        subscriptions=subscriptions(desk),
        paths=("routing",),
        partners=tuple(register_file.connected(desk.register)),
    )
