"""The screen for spreadsheets works with plain forms: choose a file, say what the columns mean, look, begin."""

from collections.abc import Awaitable, Callable

import pytest

from chassis.testing import Bench
from contracts.intake import ReportSubmitted

SHEET = (
    "Nr;Datum;Soort;Postcode;Huisnummer;Wat\n"
    "1;3-3-2024;Geluid;2599 ZX;1;Herrie.\n"
    "2;3-3-2024;Geluid;0123;1;Herrie.\n"
)


class Visitor:
    def __init__(self, intake: Bench, headers: dict[str, str]) -> None:
        self.intake = intake
        self.headers = headers

    async def sees(self, path: str) -> str:
        answer = await self.intake.client.get(path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def brings(self, content: bytes, name: str = "oud.csv") -> tuple[int, str]:
        """The status, and where it leads or what it says."""
        answer = await self.intake.client.post(
            "/invoer", files={"bestand": (name, content)}, headers=self.headers
        )
        return answer.status_code, answer.headers.get("location") or answer.text

    async def chooses(self, path: str, do: str, **fields: str) -> tuple[int, str]:
        answer = await self.intake.client.post(path, data={"doe": do, **fields}, headers=self.headers)
        return answer.status_code, answer.text


@pytest.fixture
async def visitor(
    on_bench: Callable[..., Awaitable[Bench]], bearer: Callable[..., dict[str, str]]
) -> Visitor:
    return Visitor(await on_bench("intake"), bearer("reports:import", "reports:export"))


MAPPING = {
    f"kolom-{place}": field
    for place, field in enumerate(("number", "received", "category", "postcode", "house_number", "story"))
}


async def test_a_sheet_goes_from_file_to_reports_without_javascript(visitor: Visitor) -> None:
    status, page = await visitor.brings(SHEET.encode())
    assert status == 303
    assert "Wordt overgeslagen" in await visitor.sees(page)
    assert (await visitor.chooses(page, "overnemen", **MAPPING))[0] == 303
    assert f'href="{page}">Vernieuwen' in await visitor.sees(page)
    while await visitor.intake.turn("import_rows"):
        pass
    shown = await visitor.sees(page)
    assert "Klaar." in shown
    assert "Dit is geen postcode" in shown
    assert "Vernieuwen" not in shown
    assert len([m for m in await visitor.intake.said() if isinstance(m, ReportSubmitted)]) == 1
    assert "oud.csv" in await visitor.sees("/invoer")


async def test_the_preview_shows_rows_as_the_hub_would_write_them(visitor: Visitor) -> None:
    _, page = await visitor.brings(SHEET.encode())
    assert (await visitor.chooses(page, "bekijken", **MAPPING))[0] == 303
    shown = await visitor.sees(page)
    assert "Voorbeeldkade 1" in shown
    assert "Geluid, ernstig of herhaald" in shown
    assert "Postcode: Dit is geen postcode" in shown


async def test_columns_that_do_not_say_enough_come_back_as_they_were_chosen(visitor: Visitor) -> None:
    _, page = await visitor.brings(SHEET.encode())
    status, shown = await visitor.chooses(page, "overnemen", **MAPPING | {"kolom-5": ""})
    assert status == 422
    assert "Geen kolom is Verhaal." in shown
    assert 'href="#kolom-0"' in shown


async def test_the_list_of_faults_is_a_file_without_formulas(visitor: Visitor) -> None:
    evil = SHEET.replace("Postcode", "=Postcode")
    _, page = await visitor.brings(evil.encode())
    await visitor.chooses(page, "controleren", **MAPPING)
    while await visitor.intake.turn("import_rows"):
        pass
    listed = await visitor.intake.client.get(f"{page}/fouten.csv", headers=visitor.headers)
    assert listed.text.lstrip("\ufeff").splitlines()[0] == "Rij;Kolom;Wat er mis is"
    assert listed.text.splitlines()[1].startswith("3;'=Postcode;")


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"%PDF-1.7\x00", "oud.pdf", "Dit is geen spreadsheet."),
        (b"een verhaal", "oud.txt", "geen rij met kolomnamen"),
        (b"", "", "Kies een bestand"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_on_the_page(
    visitor: Visitor, content: bytes, name: str, sentence: str
) -> None:
    status, shown = await visitor.brings(content, name)
    assert status == 422
    assert sentence in shown
    assert 'href="#bestand"' in shown


async def test_markup_in_a_sheet_is_shown_as_text(visitor: Visitor) -> None:
    _, page = await visitor.brings(SHEET.replace("Wat", "<b>Wat").replace("Herrie", "<script>x").encode())
    await visitor.chooses(page, "bekijken", **MAPPING)
    shown = await visitor.sees(page)
    assert "<script>x" not in shown
    assert "<b>Wat" not in shown
