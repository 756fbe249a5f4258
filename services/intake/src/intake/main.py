"""Where intake's parts meet."""

from datetime import timedelta

from chassis.database import Database
from chassis.http import create_app
from chassis.jobs import every
from chassis.service import Service
from intake.adapters import categories, language
from intake.adapters.address_book import AddressBook, DemoAddresses
from intake.adapters.pdok import Pdok
from intake.adapters.sheet_reader import LARGEST_FILE_BYTES
from intake.api import reports as api
from intake.api import sheets as sheets_api
from intake.handlers import reports as handlers
from intake.handlers import sheets
from intake.handlers.addresses import ImportedAddresses
from intake.handlers.reports import Desk
from intake.pages import forms as pages
from intake.pages import sheets as sheet_pages
from intake.settings import Settings
from intake.subscriptions import SUBSCRIPTIONS
from look.pages import problem_page

VERSION = "1.0.0"
WRAPPING_BYTES = 64 * 1024
"""What a form is larger than the file in it."""


def create(settings: Settings) -> Service:
    database = Database(settings, "intake")
    language.model()
    desk = Desk(addresses=_address_book(settings, database), categories=categories.load())
    together = handlers.Together(database, desk)
    return Service(
        name="intake",
        settings=settings,
        database=database,
        app=create_app(
            settings,
            database,
            VERSION,
            [
                api.router(together),
                sheets_api.router(database),
                pages.router(desk, together),
                sheet_pages.router(desk, database),
            ],
            api.REFUSALS | sheets_api.REFUSALS,
            problem_page,
            larger_bodies=dict.fromkeys(
                (sheets_api.PATH, sheet_pages.PATH), LARGEST_FILE_BYTES + WRAPPING_BYTES
            ),
        ),
        subscriptions=SUBSCRIPTIONS,
        paths=("intake", "invoer", "melden", "telefoon"),
        jobs=(
            every(timedelta(hours=1), handlers.forget_keys),
            every(timedelta(seconds=1), sheets.import_rows, desk=desk),
            every(timedelta(hours=1), sheets.forget_sheets),
        ),
        closing=(desk.addresses.close,),
    )


def _address_book(settings: Settings, database: Database) -> AddressBook:
    match settings.address_book:
        case "pdok":
            return Pdok(settings.pdok_url, settings.area_year)
        case "bag":
            return ImportedAddresses(database)
        case "demo":
            return DemoAddresses()
