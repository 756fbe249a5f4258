"""Where monitoring's parts meet."""

from datetime import timedelta

from chassis.calendar import Term, Unit
from chassis.clock import Steady
from chassis.database import Database
from chassis.http import create_app
from chassis.jobs import every
from chassis.service import Service
from chassis.version_handlers import InForce
from look.pages import problem_page
from monitoring import api, pages
from monitoring.adapters import term_file
from monitoring.adapters.bell import Bell
from monitoring.adapters.queues import Queues
from monitoring.adapters.services import Services
from monitoring.domain.escalation import Rung
from monitoring.handlers.attention import return_snoozed
from monitoring.handlers.board import look
from monitoring.handlers.clocks import Terms, fire_due
from monitoring.handlers.figures import count_clocks, count_open_clocks
from monitoring.handlers.journey import forget_journeys
from monitoring.handlers.terms import follow_terms
from monitoring.handlers.transfers import transfer_clocks
from monitoring.settings import Settings
from monitoring.subscriptions import subscriptions

VERSION = "1.0.0"


def terms_of(settings: Settings) -> Terms:
    """The terms that come with the hub, until those that are in force are looked at."""
    text = term_file.shipped(demo=settings.demo_day_seconds is not None)
    return Terms(
        calendar=settings.calendar(),
        in_force=InForce(term_file.load_kept(text), text),
        waits={
            Rung.PARTNER: Term(settings.escalate_to_partner_hours, Unit.WORKING_HOURS),
            Rung.DIRECTOR: Term(settings.escalate_to_director_hours, Unit.WORKING_HOURS),
            Rung.COORDINATOR: Term(settings.escalate_to_coordinator_hours, Unit.WORKING_HOURS),
        },
    )


def create(settings: Settings) -> Service:
    database = Database(settings, "monitoring")
    bell = Bell()
    glances = pages.Glances(bell)
    terms = terms_of(settings)
    steady = Steady("monitoring", lambda: database.compares_clocks)
    services = Services(settings.service_url)
    queues = Queues(settings.watch_url.get_secret_value() if settings.watch_url else None)
    app = create_app(
        settings,
        database,
        VERSION,
        [
            api.clocks.router(terms),
            api.concerns.router(terms),
            api.journey.router(),
            api.terms.router(terms),
            api.forecasts.router(terms),
            api.scorecards.router(),
            pages.board.router(bell, glances),
            pages.wall.router(glances),
            pages.attention.router(terms),
            pages.journey.router(settings.journey_days, terms),
            pages.terms.router(terms),
            pages.transferring.router(terms),
            pages.scorecards.router(),
            pages.messages.router(services, queues),
            pages.parked.router(services),
            pages.acting.router(services),
        ],
        api.REFUSALS,
        problem_page,
    )
    pages.parked.explain(app)
    return Service(
        name="monitoring",
        settings=settings,
        database=database,
        app=app,
        subscriptions=subscriptions(terms),
        paths=("monitoring", "toezicht", "berichten"),
        jobs=(
            every(timedelta(milliseconds=250), fire_due, terms=terms, steady=steady),
            every(timedelta(milliseconds=500), return_snoozed),
            every(timedelta(milliseconds=250), look, bell=bell),
            every(timedelta(milliseconds=500), follow_terms, in_force=terms.in_force),
            every(timedelta(milliseconds=500), transfer_clocks, terms=terms),
            every(timedelta(seconds=15), count_clocks),
            every(timedelta(minutes=1), count_open_clocks),
            every(timedelta(hours=1), forget_journeys, kept=timedelta(days=settings.journey_days)),
        ),
        closing=(services.close, queues.close),
    )
