"""What notifications can be told, beside what every service can be told."""

from typing import Literal

from pydantic import Field, SecretStr

from chassis import settings


class Settings(settings.Settings):
    intake_url: str = Field(
        "http://127.0.0.1:8000", description="Where intake answers: it is asked for a reporter's address."
    )
    smtp_host: str = Field("127.0.0.1", description="The mail server that takes our mail.")
    smtp_port: int = Field(1025, ge=1, le=65535, description="Its port: 587 with starttls, 465 with tls.")
    smtp_user: str | None = Field(None, description="Signs in to the mail server. Unset: no signing in.")
    smtp_password: SecretStr | None = Field(None, description="The password that goes with smtp_user.")
    smtp_tls: Literal["none", "starttls", "tls"] = Field(
        "none", description="How the way to the mail server is protected: none is for loopback only."
    )
    mail_from: str = Field("meldpunt@woonoverlast.example", description="The sender of every mail.")
    operations_email: str = Field(
        "toezicht@woonoverlast.example", description="Who hears what runs late or needs a person."
    )
