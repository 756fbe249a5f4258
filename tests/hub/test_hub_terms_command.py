"""Who makes the terms checks and tries them from the command line."""

from pathlib import Path

import pytest
from term_versions import OF_A_PARTNER, SLOWER
from typer.testing import CliRunner, Result

from meldketen import main, terms
from monitoring.api.forecasts import ForecastOut, ForecastRow
from monitoring.domain.clocks import Promise
from routing.adapters import register_file


def types(*words: str) -> Result:
    return CliRunner().invoke(main.command_line(), ["terms", *words])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "termijnen.toml"
    path.write_text(SLOWER)
    return path


def test_a_good_table_is_summed_up_without_a_hub(file: Path) -> None:
    ended = types("check", str(file))
    assert ended.exit_code == 0
    assert "version 2027-01.1: 12 rules, of which 4 ask something" in ended.output


def test_every_fault_is_told_with_its_line(file: Path) -> None:
    file.write_text(SLOWER.replace('within = 8\nunit = "working-days"', "within = 0\nkleur = 1"))
    ended = types("check", str(file))
    lines = file.read_text().splitlines()
    assert ended.exit_code == 1
    for wrong in ("within = 0", "kleur = 1"):
        assert f"regel {lines.index(wrong) + 1}, eerste-antwoord." in ended.output


def test_a_rule_is_for_whom_the_operators_register_knows(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(SLOWER + OF_A_PARTNER.replace("ggz", "zoo"))
    assert "er is geen partner zoo: kies uit animal-police, corporation" in types("check", str(file)).output
    register = tmp_path / "register.toml"
    register.write_text(register_file.shipped() + '\n[partners.zoo]\nname = "Dierentuin"\n')
    monkeypatch.setenv("MELDKETEN_REGISTER_FILE", str(register))
    assert types("check", str(file)).exit_code == 0


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"version ="])
def test_what_is_no_table_is_refused_by_both_commands(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    for command in ("check", "what-if"):
        ended = types(command, str(file))
        assert (ended.exit_code, bool(ended.output.strip())) == (1, True)
        assert "Traceback" not in ended.output


def test_a_forecast_is_told_in_counts(capsys: pytest.CaptureFixture[str]) -> None:
    counts = {"clocks": 9, "later": 5, "sooner": 4, "newly_late": 3, "no_longer_late": 2}
    row = ForecastRow(promise=Promise.FIRST_ANSWER, holder="ggz", holder_name="GGZ", **counts)
    terms.show(ForecastOut(version="2027-01.1", rows=[row], **counts))
    told = " ".join(capsys.readouterr().out.split())
    assert "first-answer" in told
    assert "Of 9 clocks 5 would end later and 4 sooner. 3 would be late that are not, 2 would" in told
