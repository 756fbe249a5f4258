"""Where monitoring's parts meet."""

from datetime import timedelta

from chassis.calendar import Term, Unit
from chassis.clock import Steady
from chassis.database import Database
from chassis.http import create_app
from chassis.jobs import every
from chassis.service import Service
from look.pages import problem_page
from monitoring import api, pages
from monitoring.adapters.bell import Bell
from monitoring.adapters.queues import Queues
from monitoring.adapters.services import Services
from monitoring.domain.escalation import Rung
from monitoring.handlers.attention import return_snoozed
from monitoring.handlers.board import look
from monitoring.handlers.clocks import Terms, fire_due
from monitoring.handlers.journey import forget_journeys
from monitoring.settings import Settings
from monitoring.subscriptions import subscriptions

VERSION = "1.0.0"


def terms_of(settings: Settings) -> Terms:
    """The terms as they are set."""
    return Terms(
        calendar=settings.calendar(),
        confirmation=Term(settings.confirmation_term_hours, Unit.HOURS),
        first_answer=Term(settings.first_answer_term_working_days, Unit.WORKING_DAYS),
        first_action=Term(settings.first_action_term_working_days, Unit.WORKING_DAYS),
        outcome=Term(settings.outcome_term_weeks, Unit.WEEKS),
        warn_share=settings.warn_share,
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
            api.scorecards.router(),
            pages.board.router(bell, glances),
            pages.wall.router(glances),
            pages.attention.router(terms),
            pages.journey.router(settings.journey_days),
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
            every(timedelta(hours=1), forget_journeys, kept=timedelta(days=settings.journey_days)),
        ),
        closing=(services.close, queues.close),
    )
