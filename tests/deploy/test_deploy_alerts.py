"""The alerts and the dashboard ask for what running services show, and every alert has a page that says what to do."""

import json
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from chassis.testing import Bench
from contracts.catalogue import SERVICES
from meldketen.main import COMMANDS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
RUNBOOKS = ROOT / "docs/runbooks"
HEADINGS = ["What it means", "What to look at", "What to do", "When it is over"]
OF_PROMETHEUS = {"up"}
OnBench = Callable[..., Awaitable[Bench]]

RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((DEPLOY / "grafana/dashboards/meldketen.json").read_text())
EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])


def queries() -> Iterator[str]:
    """Every query of a rule, a panel and a variable of the dashboard."""
    yield from (rule["expr"] for rule in RULES)
    for panel in DASHBOARD["panels"]:
        yield from (target["expr"] for target in panel.get("targets", []))


def asked_for(query: str) -> Iterator[tuple[str, set[str]]]:
    """The series of a query and the labels it is chosen by. ValueError where it is not PromQL."""
    found: list[Any] = []

    def note(node: Any) -> bool:
        if isinstance(node, promql_parser.MatrixSelector):
            node = node.vector_selector
        if isinstance(node, promql_parser.VectorSelector):
            found.append(node)
        return True

    promql_parser.walk(promql_parser.parse(query), note)
    for selector in found:
        yield selector.name, {matcher.name for matcher in selector.matchers.matchers}


@EACH_RULE
def test_an_alert_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert set(rule["annotations"]) == {"summary", "action", "runbook_url"}
    assert rule["annotations"]["runbook_url"].endswith(f"/docs/runbooks/{rule['alert']}.md")


@EACH_RULE
def test_an_alert_has_a_page_with_the_same_four_headings(rule: dict[str, Any]) -> None:
    page = (RUNBOOKS / f"{rule['alert']}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {rule['alert']}\n")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == HEADINGS
    assert all(len(part.strip()) > 40 for part in re.split(r"^## .+$", page, flags=re.MULTILINE)[1:])


def test_every_page_is_of_an_alert_and_the_index_has_each_with_its_kind() -> None:
    kinds = {rule["alert"]: rule["labels"]["severity"] for rule in RULES}
    assert {page.stem for page in RUNBOOKS.glob("*.md")} == {*kinds, "README"}
    index = (RUNBOOKS / "README.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| \[(\w+)\]\(\1\.md\) \|.*\| (\w+) \|$", index, re.MULTILINE)) == kinds


def test_what_a_page_names_is_there() -> None:
    """Commands of the hub, settings, metrics and alerts."""
    text = "".join(page.read_text(encoding="utf-8") for page in RUNBOOKS.glob("*.md"))

    assert set(re.findall(r"`meldketen ([a-z]+)", text)) <= COMMANDS.keys()
    settings = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    named = set(re.findall(r"MELDKETEN_[A-Z_]+", text)) - {"MELDKETEN_URL"}
    assert {setting for setting in named if f"`{setting}`" not in settings} == set()
    http = (ROOT / "docs/reference/http.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`((?:GET|POST) /\S+)`", text)) <= {
        f"{method} {path}" for method, path in re.findall(r"`(GET|POST) (/\S+)`", http)
    }
    metrics = {name for query in queries() for name, _ in asked_for(query)}
    shown = set(re.findall(r"`(meldketen_[a-z_]+)`", text))
    assert {name for name in shown if not any(metric.startswith(name) for metric in metrics)} == set()


async def test_what_the_rules_and_the_dashboard_ask_for_is_shown_by_running_services(
    on_bench: OnBench,
) -> None:
    shown: dict[str, set[str]] = {}
    for service in SERVICES:
        put = await on_bench(service)
        for job in put.service.jobs:
            if job.name.startswith(("count_", "fire_")):
                await put.turn(job.name)
        text = (await put.client.get("/metrics")).text
        for family in text_string_to_metric_families(text):
            shown.setdefault(family.name, set())
            shown.setdefault(f"{family.name}_total", set())
            for sample in family.samples:
                shown.setdefault(sample.name, set()).update(sample.labels)
    asked = [one for query in queries() for one in asked_for(query)]
    assert {name for name, _ in asked if name not in shown} == OF_PROMETHEUS
    strange = [(name, labels - shown[name]) for name, labels in asked if shown.get(name)]
    assert [one for one in strange if one[1]] == []


def test_the_dashboard_is_one_that_grafana_is_told_to_show() -> None:
    sources = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())
    [source] = sources["datasources"]
    assert source["url"] == "http://prometheus:9090"
    used = {panel["datasource"]["uid"] for panel in DASHBOARD["panels"] if "targets" in panel}
    assert used == {source["uid"]}
    [provider] = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/meldketen.yml").read_text())[
        "providers"
    ]
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["grafana"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in compose["volumes"]
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    places = {
        (x, y)
        for panel in DASHBOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    }
    taken = sum(panel["gridPos"]["w"] * panel["gridPos"]["h"] for panel in DASHBOARD["panels"])
    assert taken == len(places), "panels lie over each other"
    assert max(x for x, _ in places) < 24


def test_prometheus_scrapes_every_service_and_reads_the_rules() -> None:
    told = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    [job] = told["scrape_configs"]
    assert job["job_name"] == "meldketen"
    [static] = job["static_configs"]
    assert static["targets"] == [f"{service}:8000" for service in SERVICES]
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["prometheus"]
    [rules] = told["rule_files"]
    assert f"./deploy/prometheus/alerts.yml:{rules}:ro" in compose["volumes"]
