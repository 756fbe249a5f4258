"""What monitoring can be told."""

from pydantic import Field

from chassis.settings import Settings as CommonSettings


class Settings(CommonSettings):
    confirmation_term_hours: int = Field(
        1, ge=1, description="Within how many hours a reporter who can be reached gets a confirmation."
    )
    warn_share: float = Field(
        0.75, gt=0, lt=1, description="The share of a term after which a clock warns that it is nearly over."
    )
    journey_days: int = Field(
        365,
        ge=1,
        le=3650,
        description="How many days the journey of a report is kept after the last that happened to it, if no clock runs.",
    )
