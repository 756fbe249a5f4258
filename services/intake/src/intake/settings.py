"""What intake can be told, beside what every service can be told."""

from pathlib import Path

from pydantic import Field, SecretStr

from chassis import settings


class Settings(settings.Settings):
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
