"""Every service's description passes the NLGov REST API Design Rules, as far as a linter can see them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from chassis.service import Service
from contracts.catalogue import SERVICES
from meldketen.services import PARTS

ROOT = Path(__file__).parents[2]
LINTER = Path(__file__).parent / "linter"
TOOLS = os.pathsep.join(
    [os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent), str(ROOT / ".local/tools/bin")]
)
Document = dict[str, Any]
Lint = Callable[..., dict[str, set[str]]]


def run(tool: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    found = shutil.which(tool, path=TOOLS)
    assert found, f"{tool} is needed to lint the descriptions: install Node.js 20 or later"
    told = os.environ | {"PATH": TOOLS}
    return subprocess.run(
        [found, *arguments], cwd=LINTER, env=told, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="session")
def lint(tmp_path_factory: pytest.TempPathFactory) -> Lint:
    """Which rules each of some descriptions breaks, by the name given to it."""
    lock, installed = LINTER / "package-lock.json", LINTER / "node_modules/.package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        installation = run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        assert installation.returncode == 0, installation.stderr
    spectral = str(LINTER / "node_modules/@stoplight/spectral-cli/dist/index.js")

    def check(**documents: Document) -> dict[str, set[str]]:
        folder = tmp_path_factory.mktemp("descriptions")
        files = {name: folder / f"{name}.json" for name in documents}
        for name, file in files.items():
            file.write_text(json.dumps(documents[name]), encoding="utf-8")
        answer = run("node", spectral, "lint", "-r", "rules.yaml", "-f", "json", *map(str, files.values()))
        assert answer.returncode in {0, 1}, answer.stderr
        found, _ = json.JSONDecoder().raw_decode(answer.stdout)
        return {
            name: {fault["code"] for fault in found if fault["source"] == str(file)}
            for name, file in files.items()
        }

    return check


@pytest.fixture(scope="module")
def descriptions() -> dict[str, Document]:
    nowhere = {
        "database_url": SecretStr("postgresql+asyncpg://nobody@nowhere.invalid/none"),
        "amqp_url": SecretStr("amqp://nowhere.invalid"),
        "signing_key": SecretStr("a key for tests, longer than thirty-two characters"),
    }
    services: list[Service] = [part.create(part.settings.model_validate(nowhere)) for part in PARTS.values()]
    return {service.name: service.app.openapi() for service in services}


@pytest.mark.timeout(600)
def test_every_description_passes_the_design_rules(lint: Lint, descriptions: dict[str, Document]) -> None:
    assert lint(**descriptions) == {service: set() for service in SERVICES}


WRONG: dict[str, tuple[str, Callable[[Document], object]]] = {
    "old": ("doc-openapi", lambda one: one.update(openapi="3.0.3")),
    "nobody": ("doc-openapi-contact", lambda one: one["info"]["contact"].pop("email")),
    "version": ("semver", lambda one: one["info"].update(version="1")),
    "base": ("uri-version", lambda one: one["servers"][0].update(url="/intake")),
    "snake": ("path-segments-kebab-case", lambda one: move(one, "/report_list")),
    "slash": ("no-trailing-slash", lambda one: move(one, "/reports/")),
    "twice": ("no-version-in-path", lambda one: move(one, "/v1/reports")),
    "header": ("version-header", lambda one: reports(one)["responses"]["202"]["headers"].clear()),
    "unsaid": ("every-error-described", lambda one: reports(one)["responses"].pop("default")),
    "valid": ("invalid-input", lambda one: reports(one)["responses"].pop("400")),
    "plain": (
        "problem-details",
        lambda one: reports(one)["responses"]["400"].update(content={"text/plain": {}}),
    ),
    "loose": (
        "problem-details",
        lambda one: one["components"]["schemas"]["Problem"]["required"].remove("title"),
    ),
    "query": (
        "query-keys-camel-case",
        lambda one: reports(one)["parameters"][0].update({"in": "query", "name": "my_key"}),
    ),
    "open": (
        "security-described",
        lambda one: one["paths"]["/attachments/{attachmentId}"]["get"]["responses"].pop("403"),
    ),
    "moment": (
        "date-time-timezone",
        lambda one: one["components"]["schemas"]["ReceiptOut"]["properties"]["receivedAt"].pop("format"),
    ),
}


def reports(one: Document) -> Document:
    found: Document = one["paths"]["/reports"]["post"]
    return found


def move(one: Document, path: str) -> None:
    one["paths"][path] = one["paths"].pop("/reports")


@pytest.mark.timeout(600)
def test_a_description_that_breaks_a_rule_does_not_pass(
    lint: Lint, descriptions: dict[str, Document]
) -> None:
    changed = {name: deepcopy(descriptions["intake"]) for name in WRONG}
    for name, (_, change) in WRONG.items():
        change(changed[name])
    found = lint(**changed)
    assert {name: rule for name, (rule, _) in WRONG.items() if rule not in found[name]} == {}
