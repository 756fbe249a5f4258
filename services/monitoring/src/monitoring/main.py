"""Where monitoring's parts meet."""

from datetime import timedelta

from chassis.calendar import Term, Unit
from chassis.database import Database
from chassis.http import create_app
from chassis.jobs import every
from chassis.service import Service
from look.pages import problem_page
from monitoring import api, pages
from monitoring.adapters.bell import Bell
from monitoring.handlers.attention import return_snoozed
from monitoring.handlers.board import look
from monitoring.handlers.clocks import Terms, fire_due
from monitoring.settings import Settings
from monitoring.subscriptions import subscriptions

VERSION = "1.0.0"


def create(settings: Settings) -> Service:
    database = Database(settings, "monitoring")
    bell = Bell()
    glances = pages.Glances(bell)
    terms = Terms(
        calendar=settings.calendar(),
        confirmation=Term(settings.confirmation_term_hours, Unit.HOURS),
        warn_share=settings.warn_share,
    )
    return Service(
        name="monitoring",
        settings=settings,
        database=database,
        app=create_app(
            settings,
            database,
            VERSION,
            [
                api.clocks.router(),
                api.concerns.router(),
                pages.board.router(bell, glances),
                pages.wall.router(glances),
                pages.attention.router(),
            ],
            api.REFUSALS,
            problem_page,
        ),
        subscriptions=subscriptions(terms),
        paths=("monitoring", "toezicht"),
        jobs=(
            every(timedelta(milliseconds=250), fire_due),
            every(timedelta(milliseconds=500), return_snoozed),
            every(timedelta(milliseconds=250), look, bell=bell),
        ),
    )
