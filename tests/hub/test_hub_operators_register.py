"""The commands go by the register that the operator keeps; a variable that is empty is not set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from meldketen import main
from meldketen.operator import Operator
from meldketen.register import connected_partners
from meldketen.services import PARTS
from routing.adapters import policy_file, register_file

ASKS_A_ZOO = (
    policy_file.shipped()
    .replace("[questions]", '[questions]\nzoo = "Is dit uw dier?"')
    .replace('"animal-police"]', '"zoo"]')
)


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The operator's own: mediation has left it, and a zoo has come."""
    shipped = register_file.shipped()
    begin, end = shipped.index("[partners.mediation]"), shipped.index("[partners.enforcement]")
    file = tmp_path / "register.toml"
    file.write_text(shipped[:begin] + shipped[end:] + '\n[partners.zoo]\nname = "Dierentuin"\n')
    monkeypatch.setenv("MELDKETEN_REGISTER_FILE", str(file))
    return file


def checks(text: str, folder: Path, *words: str) -> Result:
    file = folder / "beleid.toml"
    file.write_text(text)
    return CliRunner().invoke(main.command_line(), ["policy", *(words or ("check",)), str(file)])


def test_a_policy_may_ask_whom_the_operators_register_knows(register: Path, tmp_path: Path) -> None:
    register.write_text(register_file.shipped() + '\n[partners.zoo]\nname = "Dierentuin"\n')
    assert checks(ASKS_A_ZOO, tmp_path).exit_code == 0
    explained = checks(ASKS_A_ZOO, tmp_path, "explain", "--category", "DIER")
    assert (explained.exit_code, "zoo" in explained.output) == (0, True)


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("command", ["check", "explain", "dry-run"])
def test_a_policy_may_not_ask_whom_the_operators_register_does_not_know(command: str, tmp_path: Path) -> None:
    ended = checks(policy_file.shipped(), tmp_path, command)
    assert ended.exit_code == 1
    assert "niemand in het register heeft de rol mediation" in ended.output
    assert "zoo" not in ended.output


def test_a_register_with_a_fault_is_named_and_not_passed_over(register: Path, tmp_path: Path) -> None:
    register.write_text("[partners]\n")
    ended = checks(policy_file.shipped(), tmp_path)
    assert isinstance(ended.exception, register_file.RegisterIsWrong)
    assert str(register) in str(ended.exception)


def test_a_variable_that_is_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for a number, and for what has a default."""
    for name in ("REGISTER_FILE", "PATIENCE_SECONDS", "VHOST", "POOL_SIZE", "OIN", "DEMO_DAY_SECONDS"):
        monkeypatch.setenv(f"MELDKETEN_{name}", "")
    told = Operator()
    assert (told.register_file, told.patience_seconds, told.vhost) == (None, 120, "hub")
    assert connected_partners(told.register_file) == connected_partners()
    must = {"database_url": "postgresql://x/y", "amqp_url": "amqp://x", "signing_key": "k" * 32}
    for part in PARTS.values():
        settings = part.settings.model_validate(must)
        assert (settings.pool_size, settings.oin, settings.demo_day_seconds) == (5, "0" * 20, None)
        assert getattr(settings, "register_file", None) is None


def test_an_empty_folder_of_secrets_is_not_the_folder_one_is_in(tmp_path: Path) -> None:
    (tmp_path / "meldketen_signing_key").write_text("not for this, and longer than thirty-two characters")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MELDKETEN_")}
    ended = subprocess.run(
        [Path(sys.executable).with_name("meldketen"), "token", "portal", "--scope", "reports:read"],
        env=plain | {"MELDKETEN_SECRETS_DIR": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, "MELDKETEN_SIGNING_KEY" in ended.stderr) == (1, True)
