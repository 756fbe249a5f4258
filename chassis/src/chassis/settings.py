"""What every service can be told. Each comes from the environment (prefix MELDKETEN_) or a file of secrets."""

import os
from datetime import timedelta
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.calendar import Calendar, DutchCalendar
from chassis.quick_calendar import QuickCalendar


class EdgeSettings(BaseSettings):
    """What is enough to serve pages without a database of one's own."""

    model_config = SettingsConfigDict(
        env_prefix="MELDKETEN_",
        env_ignore_empty=True,
        secrets_dir=os.environ.get("MELDKETEN_SECRETS_DIR") or None,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    signing_key: SecretStr = Field(
        min_length=32, description="Signs sign-ins and tokens. 32 characters or more."
    )
    public_url: str = Field(
        "http://127.0.0.1:8000", description="The hub's address, as links in mail give it."
    )
    limit_clients: bool = Field(
        default=True, description="Limit how often one client may ask. Off only to measure."
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="auto: JSON outside a terminal."
    )
    log_level: str = Field("INFO", description="The least level that is logged.")


class Settings(EdgeSettings):
    """What a service needs beside that."""

    database_url: SecretStr = Field(
        description="PostgreSQL, as postgresql+asyncpg://user:password@host/database."
    )
    amqp_url: SecretStr = Field(description="RabbitMQ, as amqp://user:password@host/vhost.")
    oin: str = Field(
        "00000000000000000000",
        pattern=r"^[0-9]{20}$",
        description="The municipality's organisation number (OIN): the first half of every event's source.",
    )
    schemas_url: str = Field(
        "https://woonoverlast.example/schemas",
        description="Where the JSON Schemas of the messages are published.",
    )
    demo_day_seconds: float | None = Field(
        None,
        gt=0,
        description="For demonstrations: how many seconds a day of a term lasts. Unset: real days.",
    )
    pool_size: int = Field(5, ge=1, le=50, description="Database connections a service keeps.")

    def source(self, service: str) -> str:
        """The CloudEvents source of a service: a URN in the namespace `nld` (NL GOV profile for CloudEvents)."""
        return f"urn:nld:oin:{self.oin}:systeem:meldketen-{service}"

    def calendar(self) -> Calendar:
        if self.demo_day_seconds is not None:
            return QuickCalendar(timedelta(seconds=self.demo_day_seconds))
        return DutchCalendar()


class MailSettings(Settings):
    """What a service that sends mail needs beside that."""

    smtp_host: str = Field("127.0.0.1", description="The mail server that takes our mail.")
    smtp_port: int = Field(1025, ge=1, le=65535, description="Its port: 587 with starttls, 465 with tls.")
    smtp_user: str | None = Field(None, description="Signs in to the mail server. Unset: no signing in.")
    smtp_password: SecretStr | None = Field(None, description="The password that goes with smtp_user.")
    smtp_tls: Literal["none", "starttls", "tls"] = Field(
        "none", description="How the way to the mail server is protected: none is for loopback only."
    )
    mail_from: str = Field("meldpunt@woonoverlast.example", description="The sender of every mail.")
