"""Where intake's parts meet."""

from datetime import timedelta
from functools import partial

from chassis.calendar import Term, Unit
from chassis.database import Database
from chassis.group_commit import GroupCommit
from chassis.http import create_app
from chassis.jobs import every
from chassis.service import Service
from intake import api
from intake.adapters import categories
from intake.adapters.address_book import DemoAddresses
from intake.api import categories as categories_api
from intake.api import following, reports
from intake.handlers import drafts
from intake.handlers import reports as handlers
from intake.handlers.reports import Desk
from intake.pages import drafts as citizen_pages
from intake.pages import following as following_pages
from intake.pages import phone
from intake.settings import Settings
from intake.subscriptions import SUBSCRIPTIONS
from look.languages import LANGUAGES
from look.pages import problem_page

VERSION = "1.0.0"


def create(settings: Settings) -> Service:
    database = Database(settings, "intake")
    desk = Desk(
        addresses=DemoAddresses(),
        categories=categories.load(),
        calendar=settings.calendar(),
        hear_within=Term(settings.hear_within_working_days, Unit.WORKING_DAYS),
    )
    together = GroupCommit(database, partial(handlers.accept_reports, desk=desk))
    secure = settings.public_url.startswith("https:")
    citizens = [citizen_pages.router(desk, together, database, one, secure=secure) for one in LANGUAGES]
    return Service(
        name="intake",
        settings=settings,
        database=database,
        app=create_app(
            settings,
            database,
            VERSION,
            [
                reports.router(together),
                categories_api.router(desk.categories),
                following.router(),
                *citizens,
                phone.router(desk, together, database, settings.phone_modifier),
                *(following_pages.router(one, secure=secure) for one in LANGUAGES),
            ],
            api.REFUSALS,
            problem_page,
        ),
        subscriptions=SUBSCRIPTIONS,
        paths=("intake", "melden", "volgen", "en", "telefoon"),
        jobs=(
            every(timedelta(hours=1), handlers.forget_keys),
            every(timedelta(hours=1), drafts.forget_drafts),
        ),
    )
