"""What monitoring can be told."""

from pydantic import Field, SecretStr

from chassis.settings import Settings as CommonSettings


class Settings(CommonSettings):
    escalate_to_partner_hours: int = Field(
        4, ge=1, le=400, description="After how many working hours of silence the partner is called."
    )
    escalate_to_director_hours: int = Field(
        8, ge=1, le=400, description="After how many working hours more the director is."
    )
    escalate_to_coordinator_hours: int = Field(
        16, ge=1, le=400, description="After how many working hours more the coordinator is."
    )
    service_url: str = Field(
        "http://127.0.0.1:8000",
        description="Where the services answer, `{service}` standing for the name of each: "
        "they are asked for the messages that wait.",
    )
    watch_url: SecretStr | None = Field(
        None,
        description="RabbitMQ's management API and vhost with the user who may only look, as "
        "http://hub-watch:password@host:15672/vhost. Unset: the screens go without the queues.",
    )
    journey_days: int = Field(
        365,
        ge=1,
        le=3650,
        description="How many days the journey of a report is kept after the last that happened to it, if no clock runs.",
    )
