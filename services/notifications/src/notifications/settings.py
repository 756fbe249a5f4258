"""What notifications can be told, beside what every service that sends mail can be told."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field

from chassis.settings import MailSettings


class Settings(MailSettings):
    intake_url: str = Field(
        "http://127.0.0.1:8000", description="Where intake answers: it is asked for a reporter's address."
    )
    routing_url: str = Field(
        "http://127.0.0.1:8000",
        description="Where routing answers: it is asked for a partner's address, as the register has it.",
    )
    operations_email: str = Field(
        "toezicht@woonoverlast.example", description="Who hears what runs late or needs a person."
    )
    director_email: str = Field(
        "regie@woonoverlast.example", description="Who hears of a silence on which the partner did not act."
    )
    coordinator_email: str = Field(
        "coordinator@woonoverlast.example",
        description="Who hears of it when the director did not act either.",
    )
    alert_window_seconds: int = Field(
        300,
        ge=1,
        le=86_400,
        description="An alert goes at once; those to the same mailbox within so many seconds after it go together."
        " In a demonstration it is as much shorter as a day is.",
    )
    webhooks_file: Path | None = Field(
        None, description="Who gets alerts over HTTPS, a TOML file that you keep. Unset: nobody."
    )
    webhook_secrets_dir: Path | None = Field(
        None,
        description="The folder with the secret of each webhook, `<webhook>.webhook-secret`, and `<webhook>.ca` where"
        " no public authority vouches for it.",
    )
    webhook_give_up_hours: int = Field(
        24,
        ge=1,
        le=168,
        description="After how many hours an alert that a webhook does not take is given up.",
    )

    def alert_window(self) -> timedelta:
        window = timedelta(seconds=self.alert_window_seconds)
        if self.demo_day_seconds is None:
            return window
        return window * (self.demo_day_seconds / timedelta(days=1).total_seconds())
