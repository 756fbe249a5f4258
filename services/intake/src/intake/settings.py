"""What intake can be told beside what every service can."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

import chassis.settings


class Settings(chassis.settings.Settings):
    hear_within_working_days: int = Field(
        5, ge=1, le=60, description="Within how many working days a reporter hears who takes it up."
    )
    phone_modifier: Literal["Alt", "Ctrl+Alt"] = Field(
        "Alt",
        description="What goes with 1 to 4 and K on the phone desk. Firefox on Linux has Alt with a digit for itself.",
    )
    attachment_megabytes: int = Field(
        10, ge=1, le=100, description="The largest file that is kept as evidence, in MB."
    )
    attachments_per_report: int = Field(10, ge=1, le=50, description="How many files a report has at most.")
    evidence_folder: Path = Field(
        Path("evidence"), description="Where evidence lies, unless evidence_s3_endpoint is set."
    )
    evidence_s3_endpoint: str | None = Field(
        None, description="An S3-compatible store for evidence, as https://host. Unset: the folder."
    )
    evidence_s3_region: str = Field("eu-west-1", description="Its region.")
    evidence_s3_bucket: str = Field(
        "evidence", description="Its bucket, which must exist, and be nobody else's."
    )
    evidence_s3_key_id: str = Field("", description="Signs in to it.")
    evidence_s3_secret: SecretStr = Field(SecretStr(""), description="The secret that goes with the key id.")
    clamd: str | None = Field(
        None,
        pattern=r"^(tcp://[^/]+:[0-9]+|unix:///.+)$",
        description="ClamAV's daemon, as tcp://host:3310 or unix:///run/clamav/clamd.ctl. Unset: files are not scanned.",
    )
    address_book: Literal["demo", "pdok", "bag"] = Field(
        "demo",
        description="Where addresses are looked up: invented streets, PDOK's Locatieserver,"
        " or the extract of the BAG that `meldketen addresses import` read.",
    )
    pdok_url: str = Field(
        "https://api.pdok.nl/bzk/locatieserver/search/v3_1", description="PDOK's Locatieserver, version 3.1."
    )
    area_year: int = Field(
        2026,
        ge=2000,
        le=2100,
        description="The year of the layout of the neighbourhoods that PDOK gives: CBS draws them anew every year.",
    )
