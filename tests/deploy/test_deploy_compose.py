"""The containers: what the files promise, checked against the code; and, where there is an engine, one report for real."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from pydantic_settings import BaseSettings

from chassis.http import LARGEST_BODY_BYTES
from chassis.settings import Settings
from contracts.catalogue import SERVICES
from intake.api import evidence
from intake.main import WRAPPING_BYTES
from intake.pages import attachments
from meldketen.local import kept
from meldketen.mailbox import Mailbox
from meldketen.mailbox import router as mailbox_router
from meldketen.operator import Operator
from meldketen.services import PARTS

ROOT = Path(__file__).parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
DEMO = ROOT / "deploy" / "demo.env"
COMPOSE = yaml.safe_load(COMPOSE_FILE.read_text())
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
NGINX = (ROOT / "deploy" / "proxy" / "nginx.conf").read_text()
WATCHING = {"prometheus", "grafana"}
OF_OTHERS = {"rabbitmq", "postgres", *WATCHING}
IMAGES = ("python:3.13-slim", "rabbitmq:4-management", "postgres:17")


def test_every_service_has_a_container_of_the_one_image() -> None:
    for service in SERVICES:
        assert CONTAINERS[service]["command"] == f"serve {service} --host 0.0.0.0"
    images = {CONTAINERS[name]["image"] for name in CONTAINERS if name not in {*OF_OTHERS, "proxy"}}
    assert images == {"${MELDKETEN_IMAGE:-meldketen}"}


def test_only_the_proxy_is_reached_from_outside_and_by_default_from_this_machine_alone() -> None:
    assert [name for name, one in CONTAINERS.items() if "ports" in one] == ["proxy", "grafana"]
    assert CONTAINERS["grafana"]["ports"] == ["${MELDKETEN_GRAFANA_LISTEN:-127.0.0.1:3000}:3000"]
    assert CONTAINERS["proxy"]["ports"] == ["${MELDKETEN_LISTEN:-127.0.0.1:8080}:8080"]
    assert {name for name, one in CONTAINERS.items() if "outside" in one.get("networks", [])} == {
        "proxy",
        "notifications",
        "routing",
        "grafana",
    }
    assert "data" not in CONTAINERS["proxy"]["networks"]
    assert COMPOSE["networks"]["data"] == COMPOSE["networks"]["inside"] == {"internal": True}


def test_no_container_can_do_more_than_it_must() -> None:
    for name, one in CONTAINERS.items():
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert one["mem_limit"], name
        if name not in OF_OTHERS - WATCHING:
            assert one["read_only"], name
            assert one["cap_drop"] == ["ALL"], name


def test_a_service_has_its_own_secrets_and_no_others() -> None:
    for service in SERVICES:
        secrets = [volume for volume in CONTAINERS[service]["volumes"] if volume.startswith("secrets")]
        assert secrets == [f"secrets-{service}:/secrets/{service}:ro"]
        assert CONTAINERS[service]["environment"]["MELDKETEN_SECRETS_DIR"] == f"/secrets/{service}"
    written = {
        volume.rpartition("/secrets/")[2]
        for volume in CONTAINERS["secrets"]["volumes"]
        if volume.startswith("secrets-")
    }
    assert written == {*SERVICES, "front"}
    folders = re.search(r'for name in "" (.+); do', (ROOT / "deploy" / "Dockerfile").read_text())
    assert folders
    assert set(folders[1].split()) == written


def _settings_of(container: str) -> type[BaseSettings]:
    if container in PARTS:
        return PARTS[container].settings
    return Settings if container in {"front", "mailbox"} else Operator


def test_every_variable_is_a_setting_of_the_part_that_gets_it() -> None:
    for name in CONTAINERS.keys() - OF_OTHERS - {"proxy"}:
        fields = {f"MELDKETEN_{field.upper()}" for field in _settings_of(name).model_fields}
        given = {key for key in CONTAINERS[name]["environment"] if key.startswith("MELDKETEN_")}
        assert given <= fields | {"MELDKETEN_SECRETS_DIR"}, name


def test_what_can_be_told_stands_in_the_example() -> None:
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE_FILE.read_text()))
    asked |= {
        key
        for one in CONTAINERS.values()
        for key, value in one.get("environment", {}).items()
        if value is None
    }
    explained = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert asked | {"COMPOSE_PROFILES"} == explained
    assert set(re.findall(r"^([A-Z_]+)=", DEMO.read_text(), re.MULTILINE)) <= explained


def test_who_watches_the_hub_is_there_for_who_asks_and_sees_neither_database_nor_broker() -> None:
    for name in WATCHING:
        assert CONTAINERS[name]["profiles"] == ["observability"]
        assert "data" not in CONTAINERS[name]["networks"]
        assert re.search(r":v?\d+\.\d+\.\d+$", CONTAINERS[name]["image"]), "no version"
        for volume in CONTAINERS[name]["volumes"]:
            source = volume.partition(":")[0]
            assert (ROOT / source).exists() if source.startswith("./") else source in COMPOSE["volumes"]


def test_without_the_demonstration_days_are_real_and_nobody_chooses_who_they_are() -> None:
    assert CONTAINERS["simulator"]["profiles"] == ["demo"]
    assert "${MELDKETEN_SIGN_IN:---no-demo}" in CONTAINERS["front"]["command"]
    for service in SERVICES:
        assert CONTAINERS[service]["environment"]["MELDKETEN_DEMO_DAY_SECONDS"] is None


def _routes() -> list[tuple[re.Pattern[str], str]]:
    block = NGINX.partition("map $uri $service {")[2].partition("}")[0]
    return [(re.compile(form), service) for form, service in re.findall(r'"~(.+)" (\w+);', block)]


def _service_for(path: str) -> str:
    return next((service for form, service in _routes() if form.search(path)), "front")


async def test_the_proxy_finds_the_service_of_every_path() -> None:
    told: Any = {
        "database_url": "postgresql+asyncpg://nobody@nowhere.invalid/none",
        "amqp_url": "amqp://nowhere.invalid",
        "signing_key": "x" * 32,
    }
    for name, part in PARTS.items():
        service = part.create(part.settings(**told))
        for segment in service.paths:
            assert _service_for(f"/{segment}") == name
            assert _service_for(f"/{segment}/v1/anything") == name
            assert _service_for(f"/{segment}x") == "front"
        await service.database.close()
    for route in mailbox_router(Mailbox()).routes:
        assert _service_for(getattr(route, "path", "")) == "mailbox"
    for path in ("/", "/inloggen", "/static/site.css", "/schemas/asyncapi.yaml", "/health/live"):
        assert _service_for(path) == "front"


def test_the_proxy_takes_what_the_hub_takes_and_says_the_same_limit() -> None:
    limit = re.search(r"client_max_body_size (\d+)k;", NGINX)
    assert limit
    assert int(limit[1]) * 1024 > LARGEST_BODY_BYTES
    assert f"Send at most {LARGEST_BODY_BYTES} bytes." in NGINX
    [files] = re.findall(r"location ~ (\S+) \{\n      client_max_body_size 101m;", NGINX)
    assert all(re.search(files, path) for path in (evidence.PATH, attachments.PATH, f"/en{attachments.PATH}"))
    [most] = [
        limit.le for limit in PARTS["intake"].settings.model_fields["attachment_megabytes"].metadata[1:]
    ]
    assert most * 1_000_000 + WRAPPING_BYTES < 101 * 1024**2


def test_evidence_outlives_its_container() -> None:
    folder = CONTAINERS["intake"]["environment"]["MELDKETEN_EVIDENCE_FOLDER"]
    assert f"evidence:{folder}" in CONTAINERS["intake"]["volumes"]
    assert f"--mode=700 {folder}\n" in (ROOT / "deploy" / "Dockerfile").read_text()


def _why_not() -> str | None:
    """Why no containers can be run here."""
    if os.environ.get("MELDKETEN_TEST_WITH") != "containers":
        return "MELDKETEN_TEST_WITH is not `containers`"
    if shutil.which("docker") is None:
        return "there is no Docker engine"
    missing = [image for image in IMAGES if _run("docker", "image", "inspect", image).returncode]
    return f"the engine does not answer, or lacks {', '.join(missing)}" if missing else None


def _run(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        words, env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


class Project:
    """The composition under a name and on a port of its own."""

    def __init__(self, folder: Path) -> None:
        port = kept.keep_ports(folder, "web")["web"]
        self._name = f"meldketen-test-{port}"
        self._told = {
            "MELDKETEN_IMAGE": "meldketen:test",
            "MELDKETEN_PROXY_IMAGE": "meldketen-proxy:test",
            "MELDKETEN_LISTEN": f"127.0.0.1:{port}",
            "MELDKETEN_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "MELDKETEN_DEMO_DAY_SECONDS": "1.5",
            "MELDKETEN_DEMO_REPORTS_PER_MINUTE": "0",
        }
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=10)

    def compose(self, *words: str) -> str:
        done = _run("docker", "compose", "-p", self._name, "--env-file", str(DEMO), *words, **self._told)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def until(self, ask: Callable[[], Any], seconds: float = 120) -> Any:
        """What `ask` gives once that is something."""
        end = time.monotonic() + seconds
        while not (found := ask()):
            assert time.monotonic() < end, self.compose("logs", "--tail=20")
            time.sleep(0.5)
        return found

    def get(self, path: str) -> Any:
        """The answer's JSON, or none where it is not a good answer."""
        with suppress(httpx2.HTTPError):
            answer = self.http.get(path)
            return answer.json() if answer.is_success else None
        return None

    def report(self, house_number: int) -> str:
        report = {
            "category": "VERWARD",
            "story": "Mijn buurvrouw roept 's nachts op de galerij.",
            "address": {"postcode": "2599 ZX", "houseNumber": house_number},
            "reporter": {"name": "A. Voorbeeld", "email": "a@melder.example.nl", "tenure": "owner"},
        }
        answer = self.http.post("/intake/v1/reports", json=report)
        assert answer.status_code == 202, answer.text
        reference: str = answer.json()["reference"]
        return reference

    def sign_in(self, persona: str) -> None:
        """As a browser does behind TLS: with the origin of the page, which the hub compares with the host."""
        told = {"Origin": str(self.http.base_url).rstrip("/"), "X-Forwarded-Proto": "https"}
        answer = self.http.post("/inloggen", data={"wie": persona}, headers=told)
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"].split(";")[0]
        assert "Secure" in answer.headers["set-cookie"]
        self.http.headers["Cookie"] = cookie

    def letters(self, reference: str) -> list[Any]:
        return [mail for mail in self.get("/post.json") or [] if reference in mail["subject"] + mail["text"]]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    if reason := _why_not():
        pytest.skip(reason)
    made = Project(tmp_path)
    try:
        made.compose("build", "secrets", "proxy")
        made.compose("up", "-d")
        yield made
    finally:
        made.http.close()
        made.compose("down", "--volumes", "--timeout", "5")


@pytest.mark.timeout(900)
def test_a_report_goes_the_whole_way_through_containers_and_survives_the_brokers_death(
    project: Project,
) -> None:
    project.until(lambda: project.get("/intake/v1/openapi.json"))
    first = project.report(house_number=12)
    project.sign_in("regie")
    case = project.until(lambda: (project.get("/casework/v1/cases") or {}).get("items"))[0]
    page = f"/zaken/{case['caseId']}"
    project.until(lambda: "Gesproken met de bewoner" in project.http.get(page).text)

    project.compose("kill", "rabbitmq")
    second = project.report(house_number=14)
    project.compose("start", "rabbitmq")
    project.until(lambda: len(project.get("/casework/v1/cases")["items"]) == 2)

    project.sign_in("toezicht")
    project.until(lambda: project.letters(first) and project.letters(second))
    assert "The broker is as it must be." in project.compose("run", "--rm", "provision", "audit")

    style = re.search(r'href="(/static/vendor/theme[^"]+)"', project.http.get("/").text)
    assert style
    assert project.http.get(style[1]).headers["content-encoding"] == "gzip"
    for path in ("/metrics", "/health/ready", "/nowhere/metrics/../../metrics"):
        assert project.http.get(path).status_code == 404
    large = project.http.post("/intake/v1/reports", content=b" " * 310_000)
    assert (large.status_code, large.headers["content-type"]) == (413, "application/problem+json")
    project.compose("stop", "--timeout", "5", "routing")
    away = project.http.get("/routing/v1/assignments")
    assert (away.status_code, away.headers["content-type"]) == (502, "application/problem+json")
