"""What notifications can be told, beside what every service that sends mail can be told."""

from pydantic import Field

from chassis.settings import MailSettings


class Settings(MailSettings):
    intake_url: str = Field(
        "http://127.0.0.1:8000", description="Where intake answers: it is asked for a reporter's address."
    )
    operations_email: str = Field(
        "toezicht@woonoverlast.example", description="Who hears what runs late or needs a person."
    )
