"""The five services, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import casework.main
import casework.settings
import intake.main
import intake.settings
import monitoring.main
import monitoring.settings
import notifications.main
import notifications.settings
import routing.main
import routing.settings
from chassis.service import Service
from chassis.settings import Settings


@dataclass(frozen=True, slots=True)
class Part:
    """How a service is told what it needs, and made."""

    settings: type[Settings]
    create: Callable[[Any], Service]


PARTS: Mapping[str, Part] = {
    "intake": Part(intake.settings.Settings, intake.main.create),
    "routing": Part(routing.settings.Settings, routing.main.create),
    "casework": Part(casework.settings.Settings, casework.main.create),
    "monitoring": Part(monitoring.settings.Settings, monitoring.main.create),
    "notifications": Part(notifications.settings.Settings, notifications.main.create),
}
