"""The written documents are what the catalogue says, and the AsyncAPI project's own parser takes them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chassis import topology
from contracts import documents
from contracts.catalogue import Exchange

ROOT = Path(__file__).parents[2]
PARSER = ROOT / "contracts/parser"
DESCRIPTION = documents.FOLDER / "asyncapi.yaml"
TOOLS = os.pathsep.join(
    [os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent), str(ROOT / ".local/tools/bin")]
)

Parse = Callable[[Path], "subprocess.CompletedProcess[str]"]


def run(tool: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    found = shutil.which(tool, path=TOOLS)
    assert found, f"{tool} is needed to read the AsyncAPI description: install Node.js 20 or later"
    return subprocess.run(
        [found, *arguments],
        cwd=PARSER,
        env=os.environ | {"PATH": TOOLS},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def parse() -> Parse:
    lock, installed = PARSER / "package-lock.json", PARSER / "node_modules/.package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        installation = run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        assert installation.returncode == 0, installation.stderr
    return lambda description: run("node", "validate.mjs", str(description))


def test_the_documents_in_the_repository_are_what_the_catalogue_says() -> None:
    documents.main(["--check"])


def test_a_written_folder_differs_in_nothing(tmp_path: Path) -> None:
    documents.write(tmp_path)
    assert documents.differing(tmp_path) == []


def test_changed_missing_and_left_over_documents_are_named_and_put_right(tmp_path: Path) -> None:
    documents.write(tmp_path)
    (tmp_path / "cloudevent.json").write_text("{}")
    (tmp_path / "asyncapi.yaml").unlink()
    (tmp_path / "rumours.spread.v1.json").write_text("{}")
    assert documents.differing(tmp_path) == ["asyncapi.yaml", "cloudevent.json", "rumours.spread.v1.json"]
    documents.write(tmp_path)
    assert documents.differing(tmp_path) == []


def test_the_description_binds_the_queues_as_the_broker_is_provisioned() -> None:
    amqp = [channel["bindings"]["amqp"] for channel in documents.asyncapi()["channels"].values()]
    described = {
        topology.Binding(bound["exchange"], queue["queue"]["name"], bound["routingKey"])
        for queue in amqp
        for bound in queue.get("x-bound-to", [])
    }
    provisioned = set(topology.bindings(["{partner}"], ["{partner}"]))
    assert described == {binding for binding in provisioned if binding.exchange in set(Exchange)}


@pytest.mark.timeout(600)
def test_the_description_passes_the_asyncapi_parser(parse: Parse) -> None:
    answer = parse(DESCRIPTION)
    assert (answer.returncode, answer.stdout) == (0, ""), answer.stdout + answer.stderr


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("action: send", "action: shout"),
        ("is: queue", "is: crowd"),
        ("'#/components/schemas/CloudEvent'", "'#/components/schemas/Cloud'"),
    ],
)
def test_a_wrong_description_does_not_pass(right: str, wrong: str, parse: Parse, tmp_path: Path) -> None:
    text = DESCRIPTION.read_text(encoding="utf-8")
    assert right in text
    description = tmp_path / "asyncapi.yaml"
    description.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    answer = parse(description)
    assert answer.returncode == 1
    assert "error: " in answer.stdout
