"""An address is looked up in one of three books, and a book that fails never stops a report."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from locatieserver import Locatieserver, locatieserver
from structlog.testing import capture_logs

from chassis.testing import Bench
from contracts.intake import ReportSubmitted
from intake.adapters import pdok
from intake.adapters.bag import NotAnExtract
from intake.adapters.pdok import Pdok
from intake.domain.addresses import Area, Spot
from intake.handlers.addresses import NothingToImport, Reading, import_addresses
from intake.store import addresses as store

OnBench = Callable[..., Awaitable[Bench]]
HEAD = "postcode,huisnummer,huisletter,huisnummertoevoeging,straatnaam,woonplaatsnaam,nummeraanduiding_id,adresseerbaarobject_id,buurtcode,buurtnaam\n"
KADE = "2599ZX,101,A,2,Voorbeeldkade,Demostad,0518200000000101,0518010000000101,BU05189901,Demobuurt-Noord\n"


class Timer:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def server() -> AsyncIterator[Locatieserver]:
    async with locatieserver() as made:
        yield made


@pytest.fixture
async def book(server: Locatieserver) -> AsyncIterator[Pdok]:
    made = Pdok(server.url, 2026, Timer())
    yield made
    await made.close()


@given(st.sampled_from(["2-hoog", "2 Hoog", "2HOOG", " 2.hoog", "2/hoog"]))
def test_every_spelling_of_an_addition_is_one_key(spelling: str) -> None:
    assert Spot("2599 ZX", 101, spelling).key == "2599zx-101-2hoog"


async def test_pdok_gives_street_bag_numbers_and_neighbourhood_with_its_year(book: Pdok) -> None:
    known = await book.find("2599 ZX", 101, None)
    assert known
    assert (known.street, known.city) == ("Voorbeeldkade", "Demostad")
    assert (known.id, known.object_id) == ("0518200000000101", "0518010000000101")
    assert known.area == Area("BU05189901", "Demobuurt-Noord", 2026)


@pytest.mark.parametrize(
    ("addition", "number"), [(None, "101"), ("a", "102"), ("B-2", "103"), ("B2", "103"), ("C", None)]
)
async def test_letter_and_addition_are_one_to_people(
    book: Pdok, addition: str | None, number: str | None
) -> None:
    known = await book.find("2599 ZX", 101, addition)
    assert (known and known.id[-3:]) == number


async def test_what_was_asked_before_is_not_asked_again_until_half_a_day_later(server: Locatieserver) -> None:
    timer = Timer()
    book = Pdok(server.url, 2026, timer)
    for _ in range(3):
        assert await book.find("2599 ZX", 101, "A")
        assert await book.find("2599 ZX", 999, None) is None
    assert len(server.asked) == 2
    timer.now += pdok.REMEMBERED_SECONDS + 1
    assert await book.find("2599 ZX", 101, "A")
    assert len(server.asked) == 3
    await book.close()


@pytest.mark.parametrize("mood", ["broken", "nonsense", "html"])
async def test_a_book_that_fails_knows_no_address_and_is_asked_again(
    book: Pdok, server: Locatieserver, mood: str
) -> None:
    server.mood = mood
    assert await book.find("2599 ZX", 101, None) is None
    server.mood = "answer"
    assert await book.find("2599 ZX", 101, None)


async def test_a_slow_book_is_not_waited_for(
    book: Pdok, server: Locatieserver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdok, "PATIENCE_SECONDS", 0.05)
    server.mood = "slow"
    assert await asyncio.wait_for(book.find("2599 ZX", 101, None), 30) is None


async def test_a_book_that_keeps_failing_is_left_alone_for_a_while(server: Locatieserver) -> None:
    timer = Timer()
    book = Pdok(server.url, 2026, timer)
    server.mood = "broken"
    for number in range(20):
        await book.find("2599 ZX", 200 + number, None)
    assert len(server.asked) == pdok.SILENT_AFTER
    server.mood = "answer"
    assert await book.find("2599 ZX", 101, None) is None
    timer.now += pdok.SILENT_SECONDS + 1
    assert await book.find("2599 ZX", 101, None)
    await book.close()


async def test_nobody_at_the_other_end_is_an_unknown_address() -> None:
    book = Pdok("http://127.0.0.1:1/none", 2026)
    assert await book.find("2599 ZX", 101, None) is None
    await book.close()


async def test_no_address_is_in_the_log(
    book: Pdok, server: Locatieserver, caplog: pytest.LogCaptureFixture
) -> None:
    server.mood = "broken"
    with capture_logs() as said:
        await book.find("2599 ZX", 101, "A")
    assert [line["event"] for line in said] == ["address not looked up"]
    assert "2599" not in str(said) + caplog.text


async def test_the_server_refuses_what_it_does_not_know(server: Locatieserver) -> None:
    """So the parameters that the book sends are those that there are."""
    import httpx2

    async with httpx2.AsyncClient() as client:
        answer = await client.get(f"{server.url}/free", params={"q": "x", "postcode": "2599ZX"})
    assert answer.status_code == 400


async def test_many_spots_are_asked_once_each(book: Pdok, server: Locatieserver) -> None:
    spots = [Spot("2599 ZX", 101), Spot("2599 ZX", 101, "A"), Spot("2599 ZX", 7)] * 20
    known = await book.find_many(spots)
    assert {spot.addition for spot in known} == {None, "A"}
    assert len(server.asked) == 3


def a_report() -> dict[str, Any]:
    address = {"postcode": "2599zx", "houseNumber": 101, "addition": "a 2"}
    return {"category": "STANK", "story": "Rook.", "address": address}


async def where(bench: Bench) -> ReportSubmitted:
    answer = await bench.client.post("/intake/v1/reports", json=a_report())
    assert answer.status_code == 202
    [said] = [message for message in await bench.said() if isinstance(message, ReportSubmitted)]
    return said


async def test_a_report_is_taken_in_while_pdok_is_broken(on_bench: OnBench, server: Locatieserver) -> None:
    server.mood = "broken"
    report = await where(await on_bench("intake", address_book="pdok", pdok_url=server.url))
    assert (report.address.street, report.area) == (None, None)
    assert report.address.key == "2599zx-101-a2"


async def test_a_report_at_a_known_address_does_not_wait_for_another_that_is_looked_up(
    on_bench: OnBench, server: Locatieserver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdok, "PATIENCE_SECONDS", 100)
    intake = await on_bench("intake", address_book="pdok", pdok_url=server.url)
    await where(intake)
    server.mood = "slow"
    elsewhere = a_report() | {"address": {"postcode": "2599 ZW", "houseNumber": 1}}
    waiting = asyncio.create_task(intake.client.post("/intake/v1/reports", json=elsewhere))
    answer = await intake.client.post("/intake/v1/reports", json=a_report())
    assert (answer.status_code, waiting.done()) == (202, False)
    server.hurry.set()
    assert (await waiting).status_code == 202


async def read(bench: Bench, folder: Path, text: str | bytes, name: str = "bag.csv") -> Reading:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    async with bench.transaction() as tx:
        return await import_addresses(file, 2026, tx, lambda _: None)


async def count(bench: Bench) -> int:
    async with bench.transaction() as tx:
        return await store.count(tx)


@pytest.mark.parametrize("packed", [False, True])
async def test_an_imported_extract_is_an_address_book(
    on_bench: OnBench, tmp_path: Path, *, packed: bool
) -> None:
    intake = await on_bench("intake", address_book="bag")
    content = (HEAD + KADE).encode()
    reading = await read(intake, tmp_path, gzip.compress(content) if packed else content)
    assert (reading.addresses, reading.faults) == (1, [])
    report = await where(intake)
    assert report.address.street == "Voorbeeldkade"
    assert (report.address.id, report.address.object_id) == ("0518200000000101", "0518010000000101")
    assert report.area
    assert (report.area.code, report.area.year) == ("BU05189901", 2026)


async def test_a_new_extract_takes_the_place_of_the_old(on_bench: OnBench, tmp_path: Path) -> None:
    intake = await on_bench("intake", address_book="bag")
    await read(intake, tmp_path, HEAD + KADE)
    await read(intake, tmp_path, HEAD + KADE.replace("101,A,2", "7,,").replace(",", ";", 0))
    assert await count(intake) == 1
    assert (await where(intake)).address.street is None


async def test_every_bad_line_is_listed_with_its_number(on_bench: OnBench, tmp_path: Path) -> None:
    intake = await on_bench("intake")
    wrong = [KADE.replace("2599ZX", "0599ZX"), KADE.replace(",101,", ",x,"), KADE.replace("0518200000000101", "12x"),
             KADE.replace("Voorbeeldkade", ""), KADE, KADE]  # fmt: skip
    reading = await read(intake, tmp_path, HEAD + "".join(wrong))
    assert reading.addresses == 1
    assert [number for number, _ in reading.faults] == [2, 3, 4, 5, 7]


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"postcode,straat\n2599ZX,x\n", NotAnExtract),
        (b"", NotAnExtract),
        (b"\xff\xfe\x00\x01" * 50, NotAnExtract),
        (HEAD.encode() + b"\xe9" * 30, NotAnExtract),
        (gzip.compress((HEAD + KADE).encode(), mtime=0)[:60], NotAnExtract),
        (HEAD.encode(), NothingToImport),
    ],
    ids=["other columns", "empty", "no text", "another code page", "cut short", "no rows"],
)
async def test_a_file_that_is_no_extract_changes_nothing(
    on_bench: OnBench, tmp_path: Path, content: bytes, trouble: type[Exception]
) -> None:
    intake = await on_bench("intake")
    await read(intake, tmp_path, HEAD + KADE)
    with pytest.raises(trouble):
        await read(intake, tmp_path, content, "other.csv")
    assert await count(intake) == 1
