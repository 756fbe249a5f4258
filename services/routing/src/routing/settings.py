"""What routing can be told beside what every service can."""

from pathlib import Path

from pydantic import Field, SecretStr

from chassis import settings


class Settings(settings.Settings):
    pseudonym_key: SecretStr | None = Field(
        None,
        description="Makes the names by which routing knows addresses and reporters again. Unset: the signing key."
        " With another key, reports from before are not counted with new ones.",
    )
    register_file: Path | None = Field(
        None,
        description="The partner register, a TOML file that you keep. Unset: the one that comes with the hub.",
    )
