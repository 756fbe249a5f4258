"""The documents say what the code says: pages made from it are fresh, and what it names is explained somewhere."""

import importlib
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from enum import Enum
from inspect import getmembers, isclass
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from chassis.problems import slug_of
from chassis.service import Service
from contracts import casework, intake, monitoring, notifications, routing
from contracts.catalogue import CATALOGUE, SERVICES, Entry
from contracts.envelope import Message, Shape
from meldketen import reference
from meldketen.services import PARTS
from routing.adapters import policy_file, register_file
from routing.domain.policy import CARE, ENFORCEMENT, Rule

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ENTRIES = pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)


def text(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def words(amount: int, unit: str) -> str:
    plural = unit.replace("-", " ")
    return plural.removesuffix("s") if amount == 1 else plural


def modules(name: str) -> Iterator[ModuleType]:
    """A module, and those inside it where it is a folder."""
    module = importlib.import_module(name)
    yield module
    for inner in iter_modules(getattr(module, "__path__", [])):
        yield importlib.import_module(f"{name}.{inner.name}")


def terms() -> set[str]:
    """The nouns of the code: what the domains and the contracts call things. Partners' own formats are theirs."""
    domains = {
        name
        for service in SERVICES
        for module in modules(f"{service}.domain")
        for name, kind in getmembers(module, isclass)
        if kind.__module__ == module.__name__ and (is_dataclass(kind) or issubclass(kind, Enum))
    }
    parts = {
        name
        for module in (intake, routing, casework, monitoring, notifications)
        for name, kind in getmembers(module, isclass)
        if kind.__module__ == module.__name__
        and (issubclass(kind, Enum) or (issubclass(kind, Shape) and not issubclass(kind, Message)))
    }
    return {name for name in domains | parts if not name.startswith("_")}


def pages_in_the_repository() -> list[Path]:
    """Every page of ours: what tools keep beside them lies in folders with a point, or in node_modules."""
    found = (page.relative_to(ROOT) for page in ROOT.rglob("*.md"))
    ours = (
        page
        for page in found
        if not any(part.startswith(".") or part == "node_modules" for part in page.parts)
    )
    return sorted(ROOT / page for page in ours)


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    """Every service made, and none connected."""
    nowhere = {
        "database_url": SecretStr("postgresql+asyncpg://nobody@nowhere.invalid/none"),
        "amqp_url": SecretStr("amqp://nowhere.invalid"),
        "signing_key": SecretStr("a key for tests, longer than thirty-two characters"),
    }
    return {name: part.create(part.settings.model_validate(nowhere)) for name, part in PARTS.items()}


def test_the_made_pages_are_what_the_code_says() -> None:
    reference.main(["--check"])


def test_a_changed_or_missing_page_is_named_and_put_right(tmp_path: Path) -> None:
    reference.write(tmp_path)
    assert reference.differing(tmp_path) == []
    (tmp_path / "messages.md").write_text("# Rumours\n")
    (tmp_path / "settings.md").unlink()
    assert reference.differing(tmp_path) == ["messages.md", "settings.md"]
    reference.write(tmp_path)
    assert reference.differing(tmp_path) == []


def test_a_check_that_fails_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "differing", lambda: ["settings.md"])
    with pytest.raises(SystemExit, match=r"settings\.md[^`]*`uv run python -m meldketen\.reference`"):
        reference.main(["--check"])
    assert list(tmp_path.iterdir()) == []


@ENTRIES
def test_every_message_is_explained(entry: Entry) -> None:
    row = next(line for line in reference.messages().splitlines() if f"`{entry.name}`" in line)
    for word in (entry.publisher, *entry.readers, entry.message.__name__):
        assert word in row


@pytest.mark.parametrize("term", sorted(terms()))
def test_every_noun_of_the_code_is_in_the_glossary(term: str) -> None:
    assert f"`{term}`" in text("glossary.md")


def test_the_nouns_are_found() -> None:
    """What collects them sees modules and folders, domains and contracts."""
    assert {"Report", "Case", "Entry", "Deadline", "Letter", "Covenant", "Tenure", "Hindrance"} <= terms()


@pytest.mark.parametrize(
    "kind", reference.settings_classes(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}"
)
def test_every_setting_says_what_it_means(kind: type[BaseSettings]) -> None:
    assert [name for name, field in kind.model_fields.items() if not field.description] == []


def test_every_endpoint_is_described(services: dict[str, Service]) -> None:
    described = re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`]*)`", text("reference/http.md"))
    served = {
        (method.upper(), description["servers"][0]["url"] + path)
        for description in (service.app.openapi() for service in services.values())
        for path, methods in description["paths"].items()
        for method in methods
    }
    everywhere = {
        (method, path.replace("{service}", service))
        for method, path in described
        for service in SERVICES
        if "/v1/" in path
    }
    assert everywhere == served


@pytest.mark.parametrize("service", SERVICES)
def test_every_refusal_is_described(service: str) -> None:
    refusals = {error for module in modules(f"{service}.api") for error in getattr(module, "REFUSALS", {})}
    missing = {slug_of(error) for error in refusals} - set(
        re.findall(r"`([a-z-]+)`", text("reference/http.md"))
    )
    assert missing == set()


@pytest.mark.parametrize("rule", policy_file.load().rules, ids=lambda rule: rule.name)
def test_the_policy_page_has_every_rule_as_it_is(rule: Rule) -> None:
    care, enforcement = (
        ", ".join(request.part for request in rule.requests if request.track == track) or "–"
        for track in (CARE, ENFORCEMENT)
    )
    term = "".join(f" {amount} {words(amount, unit)} |" for amount, unit in {r.term for r in rule.requests})
    assert f"| `{rule.name}` | {care} | {enforcement} |{term}" in text("reference/policy.md")


def test_every_partner_is_in_the_glossary() -> None:
    for partner in register_file.load().values():
        assert f"`{partner.id}`" in text("glossary.md")
        assert partner.name in text("glossary.md")


@pytest.mark.parametrize("page", pages_in_the_repository(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in target]
    files = {target.partition("#")[0] for target in targets if not target.startswith(("#", "mailto:"))}
    assert sorted(file for file in files if not (page.parent / file).exists()) == []


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: str(page.relative_to(DOCS)))
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8")))
    there = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    assert sorted(name for name in named if f"def {name}(" not in there) == []
