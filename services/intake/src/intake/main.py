"""Where intake's parts meet."""

from datetime import timedelta
from functools import partial

from chassis.database import Database
from chassis.group_commit import GroupCommit
from chassis.http import create_app
from chassis.jobs import every
from chassis.service import Service
from intake.adapters import categories
from intake.adapters.address_book import DemoAddresses
from intake.adapters.clamd import Clamd
from intake.adapters.evidence_folder import EvidenceFolder
from intake.adapters.evidence_s3 import EvidenceBucket
from intake.adapters.media import Washer
from intake.api import events as events_api
from intake.api import evidence as evidence_api
from intake.api import open311 as open311_api
from intake.api import reports as reports_api
from intake.handlers import evidence as evidence_handlers
from intake.handlers import reports as handlers
from intake.handlers.evidence import Attic, EvidenceStore
from intake.handlers.reports import Desk
from intake.pages import forms as pages
from intake.settings import Settings
from intake.subscriptions import SUBSCRIPTIONS
from look.pages import problem_page

VERSION = "1.0.0"


def create(settings: Settings) -> Service:
    database = Database(settings, "intake")
    desk = Desk(
        addresses=DemoAddresses(),
        categories=categories.load(),
        attachments_per_report=settings.attachments_per_report,
    )
    attic = Attic(
        database=database,
        files=_evidence_store(settings),
        washer=Washer(),
        scanner=Clamd(settings.clamd) if settings.clamd else None,
        largest=settings.attachment_megabytes * 1_000_000,
    )
    together = GroupCommit(database, partial(handlers.accept_reports, desk=desk))
    return Service(
        name="intake",
        settings=settings,
        database=database,
        app=create_app(
            settings,
            database,
            VERSION,
            [
                reports_api.router(together),
                evidence_api.router(attic),
                events_api.router(together),
                open311_api.router(desk.categories, together),
                pages.router(desk, together),
            ],
            reports_api.REFUSALS | evidence_api.REFUSALS | events_api.REFUSALS,
            problem_page,
            larger_bodies={evidence_api.PATH: attic.largest + evidence_api.WRAPPING_BYTES},
        ),
        subscriptions=SUBSCRIPTIONS,
        paths=("intake", "open311", "melden", "telefoon"),
        jobs=(
            every(timedelta(hours=1), handlers.forget_keys),
            every(timedelta(hours=1), evidence_handlers.forget_evidence, attic=attic),
        ),
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
