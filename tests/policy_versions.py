"""What tests of the policy's versions share: a stricter version, and how it is proposed and put in force."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from other_versions import other_version

from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted
from routing.adapters import policy_file, register_file

SHIPPED = policy_file.shipped()
REGISTER = register_file.load()
EXAMPLE = Path(__file__).parents[1] / "contracts/examples/reports.submitted.v1.json"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
version = partial(other_version, SHIPPED)
STRICTER = version(
    "2027-01.1", ('care = ["mediation", "corporation"]', 'care = ["mediation", "corporation", "desk"]')
)


def a_report(category: str = "BUREN", **changes: Any) -> ReportSubmitted:
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    return report.model_copy(update={"report_id": uuid4(), "category": category} | changes)


async def finish(bench: Bench) -> None:
    while await bench.turn("replay_reports"):
        pass
