"""Where intake's parts meet."""

from datetime import timedelta

from chassis.calendar import Term, Unit
from chassis.database import Database
from chassis.http import create_app
from chassis.jobs import every
from chassis.limiting import Limits
from chassis.service import Service
from intake import api, pages
from intake.adapters import categories, language
from intake.adapters.address_book import AddressBook, DemoAddresses
from intake.adapters.clamd import Clamd
from intake.adapters.evidence_folder import EvidenceFolder
from intake.adapters.evidence_s3 import EvidenceBucket
from intake.adapters.media import Washer
from intake.adapters.pdok import Pdok
from intake.adapters.sheet_reader import LARGEST_FILE_BYTES
from intake.handlers import drafts, evidence, reports, sheets
from intake.handlers.addresses import ImportedAddresses
from intake.handlers.evidence import Attic, EvidenceStore
from intake.handlers.reports import Desk
from intake.settings import Settings
from intake.subscriptions import SUBSCRIPTIONS
from look.languages import LANGUAGES, root
from look.pages import problem_page

VERSION = "1.0.0"
AN_HOUR = timedelta(hours=1)
WRAPPING_BYTES = 64 * 1024
"""What a form is larger than the file in it."""


def create(settings: Settings) -> Service:
    database = Database(settings, "intake")
    language.model()
    desk = _desk(settings, database)
    attic = _attic(settings, database)
    together = reports.Together(database, desk, Limits(enforced=settings.limit_clients))
    secure = settings.public_url.startswith("https:")
    routers = [
        api.reports.router(together),
        api.categories.router(desk.categories),
        api.following.router(settings.attachments_per_report),
        api.evidence.router(attic),
        api.events.router(together),
        api.open311.router(desk.categories, together),
        api.sheets.router(database),
        *(pages.drafts.router(desk, together, database, one, secure=secure) for one in LANGUAGES),
        *(pages.attachments.router(attic, settings.attachments_per_report, one) for one in LANGUAGES),
        *(pages.following.router(one, secure=secure) for one in LANGUAGES),
        pages.phone.router(desk, together, database, settings.phone_modifier),
        pages.sheets.router(desk, database),
    ]
    larger = {
        api.evidence.PATH: attic.largest + WRAPPING_BYTES,
        **{root(one) + pages.attachments.PATH: attic.largest + WRAPPING_BYTES for one in LANGUAGES},
        api.sheets.PATH: LARGEST_FILE_BYTES,
        pages.sheets.PATH: LARGEST_FILE_BYTES + WRAPPING_BYTES,
    }
    return Service(
        name="intake",
        settings=settings,
        database=database,
        app=create_app(
            settings, database, VERSION, routers, api.REFUSALS, problem_page, larger_bodies=larger
        ),
        subscriptions=SUBSCRIPTIONS,
        paths=("intake", "open311", "melden", "volgen", "en", "telefoon", "invoer"),
        jobs=(
            every(AN_HOUR, reports.forget_keys),
            every(AN_HOUR, drafts.forget_drafts),
            every(AN_HOUR, evidence.forget_evidence, attic=attic),
            every(timedelta(seconds=1), sheets.import_rows, desk=desk),
            every(AN_HOUR, sheets.forget_sheets),
        ),
        closing=(desk.addresses.close,),
    )


def _desk(settings: Settings, database: Database) -> Desk:
    return Desk(
        addresses=_address_book(settings, database),
        categories=categories.load(),
        calendar=settings.calendar(),
        hear_within=Term(settings.hear_within_working_days, Unit.WORKING_DAYS),
        attachments_per_report=settings.attachments_per_report,
    )


def _attic(settings: Settings, database: Database) -> Attic:
    return Attic(
        database=database,
        files=_evidence_store(settings),
        washer=Washer(),
        scanner=Clamd(settings.clamd) if settings.clamd else None,
        largest=settings.attachment_megabytes * 1_000_000,
    )


def _evidence_store(settings: Settings) -> EvidenceStore:
    if settings.evidence_s3_endpoint is None:
        return EvidenceFolder(settings.evidence_folder)
    return EvidenceBucket(
        endpoint=settings.evidence_s3_endpoint,
        region=settings.evidence_s3_region,
        bucket=settings.evidence_s3_bucket,
        key_id=settings.evidence_s3_key_id,
        secret=settings.evidence_s3_secret,
    )


def _address_book(settings: Settings, database: Database) -> AddressBook:
    match settings.address_book:
        case "pdok":
            return Pdok(settings.pdok_url, settings.area_year)
        case "bag":
            return ImportedAddresses(database)
        case "demo":
            return DemoAddresses()
