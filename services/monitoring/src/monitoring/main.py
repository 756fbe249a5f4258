"""Where monitoring's parts meet."""

from datetime import timedelta

from chassis.calendar import Term, Unit
from chassis.database import Database
from chassis.http import create_app
from chassis.jobs import every
from chassis.service import Service
from look.pages import problem_page
from monitoring import api, handlers, pages
from monitoring.adapters.bell import Bell
from monitoring.settings import Settings
from monitoring.subscriptions import subscriptions

VERSION = "1.0.0"


def create(settings: Settings) -> Service:
    database = Database(settings, "monitoring")
    bell = Bell()
    terms = handlers.Terms(
        calendar=settings.calendar(),
        confirmation=Term(settings.confirmation_term_hours, Unit.HOURS),
        warn_share=settings.warn_share,
    )
    return Service(
        name="monitoring",
        settings=settings,
        database=database,
        app=create_app(settings, database, VERSION, [api.router(), pages.router(bell)], {}, problem_page),
        subscriptions=subscriptions(terms),
        paths=("monitoring", "toezicht"),
        jobs=(
            every(timedelta(milliseconds=250), handlers.fire_due),
            every(timedelta(milliseconds=500), handlers.look, bell=bell),
        ),
    )
