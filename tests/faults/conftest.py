"""The options of the fault suite, and the city that it breaks."""

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from faults import matrix
from faults.city import City
from faults.fault import Result
from faults.ground import YOUNG_QUEUE_SECONDS
from faults.suite import FAULTS

_results: list[Result] = []

logging.getLogger("aiormq").setLevel(logging.CRITICAL)  # it has much to say about a broker that is killed


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("faults")
    group.addoption("--full", action="store_true", help="Play every fault, and write the matrix.")
    group.addoption("--runs", type=int, help="Rounds of each fault, instead of its own number.")
    group.addoption("--only", help="Only the faults with this in their number and name.")
    group.addoption("--seed", type=int, help="The seed of all chance, as an earlier run printed it.")


def pytest_configure(config: pytest.Config) -> None:
    """One seed for all processes of a run."""
    if _told(config, "seed") is None and hasattr(config.option, "seed"):
        config.option.seed = secrets.randbits(32)


def _told(config: pytest.Config, name: str) -> Any:
    """None where the options were not asked for: `make test` reads this file after its command line."""
    return config.getoption(f"--{name}", default=None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "fault" not in metafunc.fixturenames:
        return
    full, only = _told(metafunc.config, "full"), _told(metafunc.config, "only")
    chosen = [
        fault for fault in FAULTS if (only.lower() in fault.key.lower() if only else full or fault.short)
    ]
    metafunc.parametrize("fault", chosen, ids=[fault.key for fault in chosen])


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> int:
    told = _told(pytestconfig, "seed")
    return secrets.randbits(32) if told is None else int(told)


@pytest.fixture(scope="session")
def runs(pytestconfig: pytest.Config) -> int | None:
    """How many rounds of each fault; none for its own number."""
    told: int | None = _told(pytestconfig, "runs")
    return told or (None if _told(pytestconfig, "full") or _told(pytestconfig, "only") else 2)


@pytest.fixture(scope="session")
async def city(tmp_path_factory: pytest.TempPathFactory, seed: int) -> AsyncIterator[City]:
    made = City(Path(tmp_path_factory.mktemp("faults")), random.Random(seed))  # noqa: S311  chance, not secrecy
    try:
        await made.start()
        await asyncio.sleep(YOUNG_QUEUE_SECONDS)
        yield made
    finally:
        await made.stop()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Results come this way from the processes that played."""
    if report.when == "call":
        _results.extend(matrix.read(str(value)) for name, value in report.user_properties if name == "fault")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A full run leaves a matrix behind; one of some of the faults, their rows in it."""
    if hasattr(session.config, "workerinput") or not _results:
        return
    if len(_results) == len(FAULTS):
        matrix.write(_results, session.config.option.seed)
    elif session.config.option.full:
        matrix.write_again(_results, session.config.option.seed)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if _results:
        terminalreporter.section("faults")
        for line in matrix.lines(_results):
            terminalreporter.write_line(line)
        for result in _results:
            if result.ends:
                terminalreporter.write_line(
                    f"{result.fault.name}: services ended by themselves {result.ends} times"
                )
