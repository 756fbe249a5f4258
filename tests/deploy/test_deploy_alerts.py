"""The alerts speak of counts that the services have, and say what to do."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import routing.adapters.covenant_ends  # noqa: F401  their counts

FILE = Path(__file__).parents[2] / "deploy/prometheus/alerts.yml"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(FILE.read_text())["groups"] for rule in group["rules"]
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_is_about_what_is_counted(rule: dict[str, Any]) -> None:
    names = {
        name
        for family in REGISTRY.collect()
        for name in (family.name, f"{family.name}_total")
        if family.name.startswith("meldketen_")
    }
    asked = set(re.findall(r"meldketen_\w+", rule["expr"]))
    assert asked <= names
    assert asked or "up{" in rule["expr"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert set(rule["annotations"]) == {"summary", "action"}
