"""The corporation that owns a dwelling is asked about it, however the address is written."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from chassis.identity import new_id
from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted
from contracts.routing import AssignmentOffered
from intake.domain.addresses import Spot
from routing.adapters import register_file, stock_file
from routing.domain.stock import Dwelling, address_key, sift
from routing.handlers.stocking import NothingToImport, take_stock
from routing.store import stock

MELDKETEN = Path(sys.executable).with_name("meldketen")
EXAMPLE = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"
CORPORATION = """
[partners.{id}]
name = "Corporatie {id}"
part = "corporation"
adapter = "corporation"
has_stock = true

[[partners.{id}.covenants]]
track = "care"
fields = ["category", "address"]
purpose = "De huurder aanspreken"
ground = "Convenant woonoverlast"

[[partners.{id}.covenants]]
track = "enforcement"
fields = ["category", "address"]
purpose = "De huurder aanspreken"
ground = "Convenant woonoverlast"
"""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """Two corporations with stock in the place of one without."""
    before, _, after = register_file.shipped().partition("[partners.corporation]")
    rest = after[after.index("\n[partners.") :]
    file = tmp_path / "register.toml"
    file.write_text(before + rest + CORPORATION.format(id="haagwoon") + CORPORATION.format(id="duinhuis"))
    return file


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]], register: Path) -> Bench:
    return await on_bench("routing", register_file=register)


def a_report(spot: Spot, object_id: str | None = None) -> ReportSubmitted:
    """A kind of nuisance about which the corporation is asked whoever reports."""
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    address = report.address.model_copy(update={"key": spot.key, "object_id": object_id})
    return report.model_copy(update={"report_id": new_id(), "category": "FRAUDE", "address": address})


async def keep(bench: Bench, partner: str, *dwellings: Dwelling, replace: bool = False) -> Any:
    async with bench.transaction() as tx:
        rows = list(enumerate(dwellings, start=2))
        return await take_stock(rows, partner, "test", tx, lambda _: None, replace=replace)


async def asked(bench: Bench) -> list[str]:
    return [
        m.partner
        for m in await bench.said()
        if isinstance(m, AssignmentOffered) and m.partner in {"haagwoon", "duinhuis"}
    ]


@given(
    st.from_regex(r"[1-9][0-9]{3} [A-Z]{2}", fullmatch=True),
    st.integers(1, 99999),
    st.none() | st.text(alphabet=st.sampled_from("aBcZ019 -./é"), max_size=10),
)
def test_an_address_has_the_key_that_intake_gives_it(
    postcode: str, number: int, addition: str | None
) -> None:
    assert address_key(postcode, number, addition) == Spot(postcode, number, addition).key


async def test_each_of_two_corporations_is_asked_about_its_own_dwellings(routing: Bench) -> None:
    await keep(routing, "haagwoon", Dwelling(address_key("2599 ZX", 1, "2-hoog")))
    await keep(routing, "duinhuis", Dwelling(address_key("2599 ZX", 2, None), "0518010000000001"))
    await routing.hears(
        a_report(Spot("2599 ZX", 2)),
        a_report(Spot("2599 ZX", 1, "2 HOOG")),
        a_report(Spot("2599 ZX", 22), "0518010000000001"),
    )
    assert await asked(routing) == ["duinhuis", "haagwoon", "duinhuis"]


async def test_about_a_dwelling_that_nobody_owns_no_corporation_is_asked(routing: Bench) -> None:
    await keep(routing, "haagwoon", Dwelling("2599zx-1"))
    await routing.hears(a_report(Spot("2599 ZX", 99)))
    assert await asked(routing) == []


async def test_a_newer_stock_changes_nothing_about_what_was_asked(routing: Bench) -> None:
    await keep(routing, "haagwoon", Dwelling("2599zx-1"))
    await routing.hears(a_report(Spot("2599 ZX", 1)))
    before = await routing.said()
    await keep(routing, "haagwoon", Dwelling("2599zx-3"), replace=True)
    await keep(routing, "duinhuis", Dwelling("2599zx-1"))
    assert await routing.said() == before
    await routing.hears(a_report(Spot("2599 ZX", 1)))
    assert await asked(routing) == ["haagwoon", "duinhuis"]


async def test_a_stock_can_be_imported_again_and_replaced(routing: Bench) -> None:
    first = await keep(routing, "haagwoon", Dwelling("2599zx-1"), Dwelling("2599zx-2"))
    again = await keep(routing, "haagwoon", Dwelling("2599zx-1"), Dwelling("2599zx-2"))
    assert (first.changed, again.changed) == (2, 0)
    less = await keep(routing, "haagwoon", Dwelling("2599zx-2", "0518010000000001"), replace=True)
    assert (less.changed, less.removed) == (1, 1)
    async with routing.transaction() as tx:
        assert await stock.count(tx, "haagwoon") == 1


async def test_a_dwelling_of_another_corporation_stays_its_own(routing: Bench) -> None:
    await keep(routing, "haagwoon", Dwelling("2599zx-1"))
    taken = await keep(routing, "duinhuis", Dwelling("2599zx-1"), Dwelling("2599zx-2"))
    assert [(fault.row, fault.why) for fault in taken.faults] == [
        (2, "haagwoon owns this dwelling by its own stock")
    ]
    with pytest.raises(NothingToImport):
        await keep(routing, "duinhuis", Dwelling("2599zx-1"), replace=True)
    async with routing.transaction() as tx:
        assert await stock.count(tx, "duinhuis") == 1


def test_the_first_of_two_rows_about_one_address_counts() -> None:
    kept, faults = sift([(2, Dwelling("a-1")), (3, Dwelling("a-1")), (4, "no number")], {}, "haagwoon")
    assert (kept, [fault.row for fault in faults]) == ([Dwelling("a-1")], [3, 4])


def test_a_csv_file_of_windows_is_read_with_its_bad_rows_named(tmp_path: Path) -> None:
    file = tmp_path / "bezit.csv"
    file.write_bytes(
        "Bezit per 1 januari;;;;\nComplex;Postcode;Huisnr.;Toevoeging;VBO-ID\n"
        "é;2599zx;1;2-hoog;518010000000001\n;2599 ZX;12 a;;\n;0599ZX;1;;\n;2599ZX;geen;;\n;2599ZX;1;te lange toevoeging;\n"
        ";2599ZX;1;;x\n;;;;\n".encode("cp1252")
    )
    meaning, rows = stock_file.read(file, {})
    assert meaning == {
        "Postcode": "postcode",
        "Huisnr.": "number",
        "Toevoeging": "addition",
        "VBO-ID": "object",
    }
    found = list(rows)
    assert found[:2] == [
        (3, Dwelling("2599zx-1-2hoog", "0518010000000001")),
        (4, Dwelling("2599zx-12-a")),
    ]
    assert [(number, str(why)[:14]) for number, why in found[2:]] == [
        (5, "the postcode i"),
        (6, "the house numb"),
        (7, "the addition i"),
        (8, "the BAG number"),
    ]


def test_a_column_with_another_name_is_named_by_the_operator(tmp_path: Path) -> None:
    file = tmp_path / "bezit.csv"
    file.write_text("Waar,Hoeveel\n2599ZX,1\n")
    with pytest.raises(stock_file.NotAStock, match="--map"):
        stock_file.read(file, {})
    _, rows = stock_file.read(file, {"waar": "postcode", "Hoeveel": "number"})
    assert list(rows) == [(2, Dwelling("2599zx-1"))]


@pytest.mark.parametrize(
    ("name", "content"), [("a.xlsx", b"PK\x03\x04 broken"), ("a.csv", b""), ("b.csv", b"\x00\x01")]
)
def test_what_is_no_stock_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(stock_file.NotAStock):
        stock_file.read(tmp_path / name, {})


def a_workbook(file: Path, rows: int) -> None:
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Postcode", "Huisnummer", "Huisletter"])
        for number in range(rows):
            row = [f"{1000 + number % 9000} ZX", number // 9000 + 1, "A" if number % 2 else ""]
            sheet.write_row(number + 1, 0, row)


async def test_fifty_thousand_rows_are_imported_by_the_command(
    routing: Bench, register: Path, tmp_path: Path
) -> None:
    a_workbook(tmp_path / "bezit.xlsx", 50_000)
    environment = {name: text for name, text in os.environ.items() if not name.startswith("MELDKETEN_")}
    settings = routing.service.settings
    told = environment | {
        "MELDKETEN_DATABASE_URL": settings.database_url.get_secret_value(),
        "MELDKETEN_AMQP_URL": "amqp://nowhere.invalid",
        "MELDKETEN_SIGNING_KEY": settings.signing_key.get_secret_value(),
        "MELDKETEN_REGISTER_FILE": str(register),
    }
    command = [str(MELDKETEN), "stock", "import", str(tmp_path / "bezit.xlsx"), "--partner"]

    async def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return await asyncio.to_thread(
            subprocess.run, words, env=told, capture_output=True, text=True, check=False
        )

    ended = await run(*command, "haagwoon")
    assert ended.returncode == 0, ended.stderr
    assert "50000 dwellings of haagwoon: 50000 new or changed" in ended.stderr
    async with routing.transaction() as tx:
        assert await stock.count(tx, "haagwoon") == 50_000
    ended = await run(*command, "police")
    assert ended.returncode == 2
    assert "has_stock" in ended.stderr
