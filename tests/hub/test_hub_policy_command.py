"""Who makes policy checks, explains and tries it from the command line."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import uvicorn
from typer.testing import CliRunner, Result

from chassis import jobs
from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted
from meldketen import main, policy
from routing.adapters import policy_file

EXAMPLE = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"
SHIPPED = policy_file.shipped()
STRICTER = SHIPPED.replace("2026-12.1", "2027-01.1").replace(
    'care = ["mediation", "corporation"]', 'care = ["mediation", "corporation", "desk"]'
)


def types(*words: str) -> Result:
    return CliRunner().invoke(main.command_line(), ["policy", *words])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "beleid.toml"
    path.write_text(STRICTER)
    return path


def test_a_good_file_is_summed_up_without_a_hub(file: Path) -> None:
    ended = types("check", str(file))
    assert ended.exit_code == 0
    assert "version 2027-01.1: 8 general rules, 26 categories, 13 parts" in ended.output


def test_every_fault_of_a_file_is_told_with_its_line(file: Path) -> None:
    file.write_text(STRICTER.replace("term = 1\n", "term = 0\n", 1).replace("term = 2\n", "kleur = 2\n", 1))
    ended = types("check", str(file))
    lines = file.read_text().splitlines()
    assert ended.exit_code == 1
    assert f"regel {lines.index('term = 0') + 1}, gevaar.term: moet meer zijn dan 0" in ended.output
    assert f"regel {lines.index('kleur = 2') + 1}, drie-melders.kleur: " in ended.output


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"version ="])
def test_what_is_no_policy_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    ended = types("check", str(file))
    assert (ended.exit_code, bool(ended.output.strip())) == (1, True)
    assert "Traceback" not in ended.output


def test_a_part_that_nobody_plays_is_refused(file: Path) -> None:
    changed = STRICTER.replace("[questions]", '[questions]\nzoo = "Is dit uw dier?"').replace(
        '"animal-police"]', '"zoo"]'
    )
    file.write_text(changed)
    ended = types("check", str(file))
    assert ended.exit_code == 1
    assert f"regel {changed.splitlines().index('[categories.DIER]') + 1}, DIER: " in ended.output


def test_facts_are_explained_by_a_file_without_a_hub(file: Path) -> None:
    ended = types("explain", str(file), "--category", "BUREN", "--danger")
    assert ended.exit_code == 0, ended.output
    assert "+ gevaar: ja" in ended.output
    assert "mediation is not asked: Bij gevaar" in ended.output
    assert "drie-melders" not in ended.output


def test_the_rules_that_did_not_speak_are_told_when_asked(file: Path) -> None:
    ended = types("explain", str(file), "--category", "BUREN", "--reporters", "2", "--all")
    assert "- 2 melders op dit adres in 90 dagen" in ended.output
    spoken = types("explain", str(file), "--category", "BUREN", "--reporters", "3")
    assert "+ 3 melders op dit adres in 90 dagen" in spoken.output


@pytest.mark.parametrize("words", [("--answer", "when"), ("--finding", "=x"), ("--running", "both")])
def test_facts_that_are_none_are_refused(file: Path, words: tuple[str, str]) -> None:
    assert types("explain", str(file), *words).exit_code == 2


@dataclass
class Terminal:
    bench: Bench
    url: str

    async def types(self, *words: str) -> Result:
        return await asyncio.to_thread(types, *words, "--url", self.url)


@pytest.fixture
async def terminal(
    on_bench: Callable[..., Awaitable[Bench]],
    bearer: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Terminal]:
    routing = await on_bench("routing")
    header = bearer("policy:read", "policy:propose", name="B. Smit")
    monkeypatch.setenv("MELDKETEN_TOKEN", header["Authorization"].removeprefix("Bearer "))
    monkeypatch.setattr(policy, "LOOK_EVERY_SECONDS", 0.05)
    work = [asyncio.create_task(jobs.run(job, routing.service.database)) for job in routing.service.jobs]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(routing.service.app, lifespan="off", log_config=None, ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield Terminal(routing, f"http://127.0.0.1:{listening.getsockname()[1]}")
        server.should_exit = True
        await serving
    for job in work:
        job.cancel()
    await asyncio.gather(*work, return_exceptions=True)


def a_report(category: str = "BUREN") -> ReportSubmitted:
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    return report.model_copy(update={"report_id": uuid4(), "category": category})


async def test_a_file_is_tried_on_the_reports_there_were(terminal: Terminal, file: Path) -> None:
    await terminal.bench.hears(a_report(), a_report(), a_report("VERWARD"))
    said = await terminal.bench.said()
    ended = await terminal.types("dry-run", str(file))
    assert ended.exit_code == 0, ended.output
    assert "desk 0 → 2" in ended.output
    assert "2 of 3 reports would go another way. Nothing was changed." in ended.output
    assert await terminal.bench.said() == said
    later = await terminal.types("dry-run", str(file), "--since", "2099-01-01")
    assert "0 of 0 reports" in later.output


async def test_a_wrong_file_is_not_tried(terminal: Terminal, file: Path) -> None:
    file.write_text(STRICTER.replace("term = 1\n", "term = 0\n", 1))
    assert (await terminal.types("dry-run", str(file))).exit_code == 1


async def test_a_report_is_explained_by_what_was_decided(terminal: Terminal) -> None:
    report = a_report("VERWARD")
    await terminal.bench.hears(report)
    ended = await terminal.types("explain", "--report", str(report.report_id))
    assert ended.exit_code == 0, ended.output
    assert "Version 2026-12.1" in ended.output
    assert "ggz (leads)" in ended.output
    gone = await terminal.types("explain", "--report", str(uuid4()))
    assert gone.exit_code == 1


async def test_facts_are_explained_by_what_is_in_force(terminal: Terminal) -> None:
    ended = await terminal.types("explain", "--category", "WAPEN", "--answer", "when=night")
    assert ended.exit_code == 0, ended.output
    assert "4 hours" in ended.output
