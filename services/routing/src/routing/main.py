"""Where routing's parts meet."""

from fastapi import APIRouter

from chassis.database import Database
from chassis.http import create_app
from chassis.pseudonyms import Pseudonyms
from chassis.service import Service
from look.pages import problem_page
from routing.adapters import policy_file, register_file
from routing.api import assignments
from routing.handlers.asking import Desk
from routing.pages import assignments as assignment_pages
from routing.settings import Settings
from routing.subscriptions import subscriptions

VERSION = "1.0.0"


def create(settings: Settings) -> Service:
    database = Database(settings, "routing")
    key = settings.pseudonym_key or settings.signing_key
    desk = Desk(
        policy=policy_file.load(),
        register=register_file.load(),
        calendar=settings.calendar(),
        pseudonyms=Pseudonyms(key.get_secret_value()),
    )
    policy_file.check_parts(desk.policy, {partner.part for partner in desk.register.values()})
    return Service(
        name="routing",
        settings=settings,
        database=database,
        app=create_app(settings, database, VERSION, routers(desk), assignments.REFUSALS, problem_page),
        subscriptions=subscriptions(desk),
        paths=("routing", "uitzettingen"),
        partners=tuple(register_file.connected(desk.register)),
    )


def routers(desk: Desk) -> list[APIRouter]:
    return [assignments.router(desk), assignment_pages.router(desk)]
