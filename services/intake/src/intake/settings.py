"""What intake can be told beside what every service can."""

from pydantic import Field

import chassis.settings


class Settings(chassis.settings.Settings):
    hear_within_working_days: int = Field(
        5, ge=1, le=60, description="Within how many working days a reporter hears who takes it up."
    )
