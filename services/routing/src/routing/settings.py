"""What routing can be told beside what every service that sends mail can."""

from pathlib import Path

from pydantic import Field, SecretStr

from chassis.settings import MailSettings


class Settings(MailSettings):
    pseudonym_key: SecretStr | None = Field(
        None,
        description="Makes the names by which routing knows addresses and reporters again. Unset: the signing key."
        " With another key, reports from before are not counted with new ones.",
    )
    register_file: Path | None = Field(
        None,
        description="The partner register, a TOML file that you keep. Unset: the one that comes with the hub.",
    )
    keep_dry_runs_days: int = Field(
        90, ge=1, le=3650, description="For how many days after its end a dry run can be read."
    )
    partner_secrets_dir: Path | None = Field(
        None,
        description="The folder with what only the hub and a partner know, for partners that are reached by push or"
        " must give a code: `<partner>.webhook-secret`, `.client-secret`, `.crt`, `.key`, `.ca` and `.code`.",
    )
