"""Where casework's parts meet."""

from casework import api, pages
from casework.settings import Settings
from casework.subscriptions import SUBSCRIPTIONS
from chassis.database import Database
from chassis.http import create_app
from chassis.service import Service
from look.pages import problem_page

VERSION = "1.0.0"


def create(settings: Settings) -> Service:
    database = Database(settings, "casework")
    routers = [api.router(), pages.router()]
    return Service(
        name="casework",
        settings=settings,
        database=database,
        app=create_app(settings, database, VERSION, routers, api.REFUSALS, problem_page),
        subscriptions=SUBSCRIPTIONS,
        paths=("casework", "zaken"),
    )
