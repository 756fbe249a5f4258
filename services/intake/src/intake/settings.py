"""What intake can be told beside what every service can."""

from typing import Literal

from pydantic import Field

import chassis.settings


class Settings(chassis.settings.Settings):
    hear_within_working_days: int = Field(
        5, ge=1, le=60, description="Within how many working days a reporter hears who takes it up."
    )
    phone_modifier: Literal["Alt", "Ctrl+Alt"] = Field(
        "Alt",
        description="What goes with 1 to 4 and K on the phone desk. Firefox on Linux has Alt with a digit for itself.",
    )
