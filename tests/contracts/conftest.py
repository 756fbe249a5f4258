"""One golden example of every message, and the schema it must meet."""

import json
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from contracts.catalogue import CATALOGUE, Entry

CONTRACTS = Path(__file__).parents[2] / "contracts"


@pytest.fixture(params=CATALOGUE, ids=attrgetter("name"))
def entry(request: pytest.FixtureRequest) -> Entry:
    entry: Entry = request.param
    return entry


@pytest.fixture(scope="session")
def examples() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text()) for path in (CONTRACTS / "examples").glob("*.json")}


@pytest.fixture
def example(entry: Entry, examples: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return examples[entry.name]


@pytest.fixture(scope="session")
def schemas() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text()) for path in (CONTRACTS / "schemas").glob("*.json")}
