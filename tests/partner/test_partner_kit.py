"""A partner's kit is about that partner alone, and what is in it works."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contracts.catalogue import Entry
from contracts.envelope import CloudEvent
from contracts.partner_documents import entries_of
from meldketen.partner import kit
from meldketen.partner.questions import CannotRehearse
from routing.adapters import register_file
from routing.adapters.languages import LANGUAGES
from routing.domain.partners import Partner

ROOT = Path(__file__).parents[2]
PARSER = ROOT / "contracts/parser"
PARTNERS = [one for one in register_file.load().values() if one.adapter]
PARTNERS.append(replace(PARTNERS[0], hears_clocks=True))
TOOLS = os.pathsep.join(
    [os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent), str(ROOT / ".local/tools/bin")]
)


def loaded(partner: Partner) -> Mapping[str, Any]:
    return {name: json.loads(text) for name, text in kit.contents(partner) if name.endswith(".json")}


def entries(partner: Partner) -> list[Entry]:
    return entries_of(partner.adapter or "", hears_clocks=partner.hears_clocks)


@pytest.fixture(params=PARTNERS, ids=lambda one: f"{one.id}-clocks" if one.hears_clocks else one.id)
def partner(request: pytest.FixtureRequest) -> Partner:
    chosen: Partner = request.param
    return chosen


def test_the_examples_are_as_the_schemas_say(partner: Partner) -> None:
    files = loaded(partner)
    events = {
        name: one
        for name, one in files.items()
        if name in {"question.json", "clock.json"} or name.startswith("answers/")
    }
    assert {"question.json", "answers/accepted.json", "answers/declined.json"} <= set(events)
    assert ("clock.json" in events) is partner.hears_clocks
    for event in events.values():
        jsonschema.validate(event, files["schemas/cloudevent.json"])
        name = CloudEvent.model_validate(event).name
        schema = files[f"schemas/{name}.json"]
        jsonschema.validate(event["data"], schema, format_checker=jsonschema.FormatChecker())


def test_it_has_the_schemas_of_its_own_language_and_of_no_other(partner: Partner) -> None:
    own = {f"schemas/{entry.name}.json" for entry in entries(partner)}
    found = {name for name in loaded(partner) if name.startswith("schemas/")}
    assert found == own | {"schemas/cloudevent.json"}


def test_the_description_names_its_own_queue_and_key_and_nothing_of_others(partner: Partner) -> None:
    description = loaded(partner)["asyncapi.json"]
    channels = description["channels"]
    own = {entry.name for entry in entries(partner)}
    queues = {"partner", "partner-clocks"} if partner.hears_clocks else {"partner"}
    assert set(channels) == own | queues
    assert ("clocks" in loaded(partner)["partner.json"]) is partner.hears_clocks
    assert channels["partner"]["address"] == f"partner.{partner.id}"
    assert {channels[name]["address"] for name in own} == {f"{partner.id}.{name}" for name in own}
    assert set(description["components"]["messages"]) == own
    text = json.dumps(description)
    assert "{partner}" not in text
    for other in LANGUAGES.keys() - {partner.adapter}:
        for entry in entries_of(other):
            assert entry.name in own or entry.message.type() not in text


@pytest.mark.timeout(600)
def test_the_description_passes_the_asyncapi_parser(partner: Partner, tmp_path: Path) -> None:
    node = shutil.which("node", path=TOOLS)
    if node is None or not (PARSER / "node_modules").exists():
        npm = shutil.which("npm", path=TOOLS)
        assert npm, "Node.js 20 or later reads the AsyncAPI description"
        install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=PARSER, env=os.environ | {"PATH": TOOLS}, check=True)
        node = shutil.which("node", path=TOOLS)
    kit.write(partner, tmp_path)
    command = [str(node), "validate.mjs", str(tmp_path / "asyncapi.json")]
    said = subprocess.run(command, cwd=PARSER, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (0, ""), said.stdout + said.stderr


def _fields(partner: Partner) -> Iterator[str]:
    for covenant in partner.covenants:
        yield from covenant.fields


def test_the_example_shows_only_what_the_covenant_gives(partner: Partner) -> None:
    text = json.dumps(loaded(partner)["question.json"], ensure_ascii=False)
    assert ("drie weken" in text) <= ("story" in set(_fields(partner)))
    assert ("Noor" in text) <= ("reporter" in set(_fields(partner)))


def test_who_is_not_connected_gets_no_kit() -> None:
    with pytest.raises(CannotRehearse):
        list(kit.contents(register_file.load()["desk"]))
