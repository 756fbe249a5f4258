"""The command line says what to do when something is missing, and never shows a traceback or a secret."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from meldketen import secrets
from meldketen.register import connected_partners

MELDKETEN = Path(sys.executable).with_name("meldketen")
KEY = "a key for tests, longer than thirty-two characters"


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MELDKETEN_")}
    command = [str(MELDKETEN), *words]
    return subprocess.run(
        command, env=plain | environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_help_names_every_command() -> None:
    said = run("--help").stdout
    for command in (
        "up",
        "serve",
        "migrate",
        "provision",
        "audit",
        "simulate",
        "contracts",
        "token",
        "parked",
    ):
        assert command in said


def test_a_port_in_use_is_said_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = run("up", "--folder", str(tmp_path), "--port", port)
    assert ended.returncode == 1
    assert f"Port {port} is in use" in ended.stderr
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_missing_settings_are_named_and_no_value_is_shown() -> None:
    ended = run("serve", "intake", MELDKETEN_SIGNING_KEY="short but secret")
    assert ended.returncode == 1
    for name in ("MELDKETEN_DATABASE_URL", "MELDKETEN_AMQP_URL", "MELDKETEN_SIGNING_KEY"):
        assert name in ended.stderr
    assert "secret" not in ended.stderr.lower().replace("meldketen_secrets_dir", "")
    assert "Traceback" not in ended.stderr


def test_an_unknown_service_names_the_known_ones() -> None:
    ended = run("serve", "verwarming")
    assert ended.returncode == 2
    assert "routing" in ended.stderr


def test_a_token_needs_the_key_and_nothing_else() -> None:
    ended = run("token", "portal", "--scope", "reports:read", MELDKETEN_SIGNING_KEY=KEY)
    assert ended.returncode == 0
    assert ended.stdout.count(".") == 2


def test_without_passwords_the_way_to_make_them_is_said(tmp_path: Path) -> None:
    ended = run("provision", MELDKETEN_SECRETS=str(tmp_path / "none"))
    assert ended.returncode == 1
    assert "meldketen secrets" in ended.stderr


def test_passwords_are_made_once_and_are_for_the_owner_alone(tmp_path: Path) -> None:
    first = secrets.keep(tmp_path, connected_partners())
    assert secrets.keep(tmp_path, connected_partners()) == first
    assert secrets.read(tmp_path) == first
    assert (tmp_path / secrets.FILE).stat().st_mode & 0o077 == 0


def test_a_new_partner_gets_a_password_and_the_others_keep_theirs(tmp_path: Path) -> None:
    before = secrets.keep(tmp_path, ["police"])
    after = secrets.keep(tmp_path, ["police", "ggz"])
    assert after.broker["partner-police"] == before.broker["partner-police"]
    assert "partner-ggz" in after.broker


@pytest.mark.parametrize("service", ["intake", "notifications"])
def test_a_service_gets_a_folder_of_its_own_secrets(tmp_path: Path, service: str) -> None:
    kept = secrets.keep(tmp_path, connected_partners())
    secrets.write_for_services(
        tmp_path, kept, database="db:5432/meldketen", broker="mq:5672/hub", management="http://mq:15672/hub"
    )
    files = {file.name: file.read_text() for file in (tmp_path / service).iterdir()}
    assert kept.database[service] in files["meldketen_database_url"]
    others = json.dumps([secret for name, secret in kept.database.items() if name != service])
    assert not any(text.rpartition(":")[2].partition("@")[0] in others for text in files.values())
