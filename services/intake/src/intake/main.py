"""Where intake's parts meet."""

from datetime import timedelta
from functools import partial

from chassis.calendar import Term, Unit
from chassis.database import Database
from chassis.group_commit import GroupCommit
from chassis.http import create_app
from chassis.jobs import every
from chassis.service import Service
from intake import api, pages
from intake.adapters import categories
from intake.adapters.address_book import DemoAddresses
from intake.adapters.clamd import Clamd
from intake.adapters.evidence_folder import EvidenceFolder
from intake.adapters.evidence_s3 import EvidenceBucket
from intake.adapters.media import Washer
from intake.handlers import drafts, evidence, reports
from intake.handlers.evidence import Attic, EvidenceStore
from intake.handlers.reports import Desk
from intake.settings import Settings
from intake.subscriptions import SUBSCRIPTIONS
from look.languages import LANGUAGES
from look.pages import problem_page

VERSION = "1.0.0"
AN_HOUR = timedelta(hours=1)


def create(settings: Settings) -> Service:
    database = Database(settings, "intake")
    desk = _desk(settings)
    attic = _attic(settings, database)
    together = GroupCommit(database, partial(reports.accept_reports, desk=desk))
    secure = settings.public_url.startswith("https:")
    routers = [
        api.reports.router(together),
        api.categories.router(desk.categories),
        api.following.router(),
        api.evidence.router(attic),
        api.events.router(together),
        api.open311.router(desk.categories, together),
        *(pages.drafts.router(desk, together, database, one, secure=secure) for one in LANGUAGES),
        *(pages.following.router(one, secure=secure) for one in LANGUAGES),
        pages.phone.router(desk, together, database, settings.phone_modifier),
    ]
    larger = {api.evidence.PATH: attic.largest + api.evidence.WRAPPING_BYTES}
    return Service(
        name="intake",
        settings=settings,
        database=database,
        app=create_app(
            settings, database, VERSION, routers, api.REFUSALS, problem_page, larger_bodies=larger
        ),
        subscriptions=SUBSCRIPTIONS,
        paths=("intake", "open311", "melden", "volgen", "en", "telefoon"),
        jobs=(
            every(AN_HOUR, reports.forget_keys),
            every(AN_HOUR, drafts.forget_drafts),
            every(AN_HOUR, evidence.forget_evidence, attic=attic),
        ),
    )


def _desk(settings: Settings) -> Desk:
    return Desk(
        addresses=DemoAddresses(),
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
