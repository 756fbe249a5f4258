"""What the operator's commands can be told, from the environment or a file of secrets."""

import os
from pathlib import Path
from urllib.parse import quote

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.management import Management


class Operator(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="MELDKETEN_",
        env_ignore_empty=True,
        secrets_dir=os.environ.get("MELDKETEN_SECRETS_DIR") or None,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    secrets: Path = Field(
        Path("secrets"), description="The folder with the passwords of the hub's own making."
    )
    postgres: str = Field("postgres:5432", description="PostgreSQL, as host:port.")
    postgres_admin: str = Field("postgres", description="A superuser of PostgreSQL.")
    postgres_admin_password: SecretStr = Field(SecretStr(""), description="The superuser's password.")
    database: str = Field("meldketen", description="The name of the hub's database.")
    rabbitmq: str = Field("rabbitmq:5672", description="RabbitMQ's AMQP listener, as host:port.")
    rabbitmq_management: str = Field("http://rabbitmq:15672", description="RabbitMQ's management API.")
    rabbitmq_admin: str = Field("admin", description="An administrator of RabbitMQ.")
    rabbitmq_admin_password: SecretStr = Field(SecretStr(""), description="The administrator's password.")
    vhost: str = Field("hub", description="The virtual host of the hub.")
    url: str = Field(
        "http://127.0.0.1:8000", description="The hub, for `meldketen parked` and `meldketen resend`."
    )
    token: SecretStr = Field(
        SecretStr(""), description="Who you are to the hub: a token that `meldketen token` issued."
    )
    register_file: Path | None = Field(
        None,
        description="The partner register, a TOML file that you keep. Unset: the one that comes with the hub.",
    )
    partner_secrets_dir: Path | None = Field(
        None,
        description="The folder of routing's MELDKETEN_PARTNER_SECRETS_DIR, for `meldketen partner check`.",
    )
    patience_seconds: int = Field(
        120, description="How long a command waits for database and broker to answer."
    )

    def management(self) -> Management:
        password = self.rabbitmq_admin_password.get_secret_value()
        return Management(self.rabbitmq_management, self.rabbitmq_admin, password)

    def admin_url(self) -> str:
        password = quote(self.postgres_admin_password.get_secret_value(), safe="")
        return f"postgresql+asyncpg://{self.postgres_admin}:{password}@{self.postgres}/postgres"
