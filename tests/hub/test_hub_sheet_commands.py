"""An operator leaves a spreadsheet behind, and fills the address book, from the command line."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from typer.testing import CliRunner, Result

from chassis import jobs
from chassis.testing import Bench
from contracts.intake import ReportSubmitted
from meldketen import main, sheets

SHEET = (
    "Nr;Datum;Soort;Postcode;Huisnummer;Wat\n"
    "1;3-3-2024;Geluid;2599 ZX;1;Herrie.\n"
    "2;3-3-2024;Geluid;0123;1;Herrie.\n"
)


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The app behind a port of its own on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, ws="none"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


@dataclass
class Terminal:
    bench: Bench
    url: str
    folder: Path

    async def types(self, *words: str, answers: str = "") -> Result:
        line = [*words, "--url", self.url]
        return await asyncio.to_thread(lambda: CliRunner().invoke(main.command_line(), line, answers))

    def file(self, content: str) -> str:
        path = self.folder / "oud.csv"
        path.write_text(content)
        return str(path)

    async def reports(self) -> list[ReportSubmitted]:
        return [message for message in await self.bench.said() if isinstance(message, ReportSubmitted)]


@pytest.fixture
async def terminal(
    on_bench: Callable[..., Awaitable[Bench]],
    bearer: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> AsyncIterator[Terminal]:
    intake = await on_bench("intake")
    header = bearer("reports:import", "reports:export", name="O. Operator")
    monkeypatch.setenv("MELDKETEN_TOKEN", header["Authorization"].removeprefix("Bearer "))
    monkeypatch.setattr(sheets, "LOOK_EVERY_SECONDS", 0.05)
    work = [asyncio.create_task(jobs.run(job, intake.service.database)) for job in intake.service.jobs]
    async with served(intake.service.app) as url:
        yield Terminal(intake, url, tmp_path)
    for job in work:
        job.cancel()
    await asyncio.gather(*work, return_exceptions=True)


async def test_a_sheet_is_imported_and_its_bad_rows_are_told(terminal: Terminal) -> None:
    ended = await terminal.types("import", terminal.file(SHEET), "--map", "Wat=Verhaal", "--yes")
    assert ended.exit_code == 2
    assert "rij 3, Postcode: " in ended.output
    assert "1 reports new, 0 were there, 1 rows left out." in ended.output
    assert [report.story for report in await terminal.reports()] == ["Herrie."]


async def test_a_dry_run_makes_no_reports(terminal: Terminal) -> None:
    ended = await terminal.types("import", terminal.file(SHEET), "--map", "Wat=Verhaal", "--dry-run")
    assert "1 reports would be new" in ended.output
    assert await terminal.reports() == []


async def test_who_says_no_to_the_columns_imports_nothing(terminal: Terminal) -> None:
    ended = await terminal.types("import", terminal.file(SHEET), "--map", "Wat=Verhaal", answers="n\n")
    assert ended.exit_code == 1
    assert "Wat = Verhaal" in ended.output
    assert await terminal.reports() == []


@pytest.mark.parametrize("mapping", ["Wat=Kleur", "Geen=Verhaal", "Wat"])
async def test_a_column_or_field_that_is_none_is_named(terminal: Terminal, mapping: str) -> None:
    ended = await terminal.types("import", terminal.file(SHEET), "--map", mapping, "--yes")
    assert ended.exit_code == 2
    assert "choose one of" in ended.output


async def test_everything_is_exported_to_a_file(terminal: Terminal) -> None:
    await terminal.types("import", terminal.file(SHEET), "--map", "Wat=Verhaal", "--yes")
    out = terminal.folder / "alles.xlsx"
    assert (await terminal.types("export", str(out))).exit_code == 0
    assert out.read_bytes().startswith(b"PK")
    ended = await terminal.types("import", str(out), "--yes")
    assert "0 reports new, 1 were there, 0 rows left out." in ended.output


async def test_an_extract_of_the_bag_is_imported_where_intake_runs(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = terminal.bench.service.settings
    for name in ("database_url", "amqp_url", "signing_key"):
        monkeypatch.setenv(f"MELDKETEN_{name.upper()}", getattr(told, name).get_secret_value())
    extract = (
        "postcode,huisnummer,straatnaam,woonplaatsnaam,nummeraanduiding_id\n"
        "2599ZX,1,Voorbeeldkade,Demostad,0518200000000001\n"
        "x,1,Voorbeeldkade,Demostad,0518200000000001\n"
    )
    line = ["addresses", "import", terminal.file(extract)]
    ended = await asyncio.to_thread(lambda: CliRunner().invoke(main.command_line(), line))
    assert ended.exit_code == 0
    assert "line 3: not a Dutch postcode" in ended.output
    assert "1 addresses are in the book; 1 lines were left out." in ended.output
