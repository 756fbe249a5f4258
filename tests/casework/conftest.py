"""What casework's tests share: the service on a bench, and what the other services say to it."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chassis.identity import new_id
from chassis.testing import Bench
from contracts.envelope import Message
from contracts.intake import ReportSubmitted

EXAMPLES = Path(__file__).parents[2] / "contracts" / "examples"
NOW = datetime(2026, 3, 9, 19, 42, tzinfo=UTC)


@pytest.fixture
async def casework(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    bench = await on_bench("casework")
    bench.at(NOW)
    return bench


@pytest.fixture(scope="session")
def example() -> Callable[..., Any]:
    """A message as its golden example has it, with changes: `example(ReportSubmitted, category="STANK")`.

    The examples are of one report and what came of it.
    """

    def make(message: type[Message], **changes: Any) -> Message:
        unrelated = {"joins": None, "repeats": None} if message is ReportSubmitted else {}
        content = json.loads((EXAMPLES / f"{message.name}.json").read_text("utf-8"))
        return message.model_validate(
            message.model_validate(content["data"]).model_dump(by_alias=False) | unrelated | changes
        )

    return make


@pytest.fixture(scope="session")
def another_report(example: Callable[..., Any]) -> Callable[..., ReportSubmitted]:
    """A report with an id of its own, at the example's address unless `at` names another."""

    def make(at: str | None = None, **changes: Any) -> ReportSubmitted:
        report: ReportSubmitted = example(ReportSubmitted, report_id=new_id(), **changes)
        return (
            report.model_copy(update={"address": report.address.model_copy(update={"key": at})})
            if at
            else report
        )

    return make
