"""Whatever file somebody brings, it is read within bounds or refused with a reason."""

import contextlib
import random
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from intake.adapters import categories, dutch_dates, sheet_columns, sheet_reader
from intake.adapters.sheet_reader import BadSheet, Table
from intake.adapters.sheet_row import Past, Reader
from intake.domain.sheets import SheetRow, propose

COLUMNS = sheet_columns.load()
HEADERS = ["Nummer", "Ontvangen op", "Soort", "Postcode", "Huisnummer", "Verhaal"]
HERE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
A_SUNDAY = datetime(2024, 3, 3, 14, 30)  # noqa: DTZ001  a cell has no zone


def excel(fill: Callable[[Any, Any], None], *, headers: bool = True) -> bytes:
    made = BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        if headers:
            sheet.write_row(0, 0, HEADERS)
        fill(book, sheet)
    return made.getvalue()


def read(content: bytes) -> Table:
    return sheet_reader.read(content, COLUMNS)


def cells(content: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read(content).rows]


def repacked(content: bytes, name: str, body: bytes) -> bytes:
    """The workbook with other words in one of its parts."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, body if part == name else old.read(part))
    return made.getvalue()


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (["Meldnummer", "Datum ontvangst", "Aard overlast"], ("number", "received", "category")),
        (
            ["Date", "Category", "House number", "Description"],
            ("received", "category", "house_number", "story"),
        ),
        (["POSTCODE ", "post-code", "Kleur"], ("postcode", None, None)),
        (["E-mail", "Tel.", "Huisnr."], ("email", "phone", "house_number")),
    ],
)
def test_what_columns_mean_is_proposed_from_the_words_above_them(
    headers: list[str], fields: tuple[str | None, ...]
) -> None:
    assert propose(headers, COLUMNS) == fields


def test_dates_formulas_numbers_and_truths_are_read_as_values() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_datetime(1, 1, A_SUNDAY, book.add_format({"num_format": "dd-mm-yyyy"}))
        sheet.write_number(1, 4, 101)
        sheet.write_formula(1, 5, '="Elke "&"nacht"', None, "Elke nacht")
        sheet.write_boolean(1, 0, boolean=True)

    assert cells(excel(fill)) == [("ja", "2024-03-03T14:30:00", "", "", "101", "Elke nacht")]


def test_the_header_is_found_below_titles_and_rows_keep_their_own_numbers() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 5, "Meldingen 2024")
        sheet.write_row(2, 0, HEADERS)
        sheet.write_row(3, 0, ["1"])
        sheet.write_row(5, 0, ["2"])

    table = read(excel(fill, headers=False))
    assert table.headers == tuple(HEADERS)
    assert [row.number for row in table.rows] == [4, 6]


def test_a_cell_merged_downwards_counts_for_every_row() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.merge_range(1, 3, 3, 3, "2599 ZX")
        for row in (1, 2, 3):
            sheet.write(row, 0, row)

    assert [row[3] for row in cells(excel(fill))] == ["2599 ZX"] * 3


@pytest.mark.parametrize("code_page", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_file_of_any_code_page_and_delimiter_is_read(code_page: str, delimiter: str) -> None:
    story = "Privé-feest: café, 's avonds één à twee uur herrie; elke week geërgerde buren"
    lines = [HEADERS, ["1", "03-03-2024", "Geluid", "2599 ZX", "1", f'"{story}"']]
    text = "\r\n".join(delimiter.join(line) for line in [*lines, *lines[1:] * 20])
    assert cells(text.encode(code_page))[0][5] == story


def test_an_unknown_code_page_loses_no_row() -> None:
    text = ";".join(HEADERS).encode() + b"\n1;03-03-2024;Geluid;2599 ZX;1;\x81\x8d\x8f\x90\x9d\xff\xfe\n"
    assert len(cells(text)) == 1


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = BytesIO()
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(sheet_reader.LARGEST_UNPACKED_BYTES // 10_000_000 + 1):
            part.write(b" " * 10_000_000)
    assert len(bomb.getvalue()) < 1_000_000
    with pytest.raises(BadSheet, match="te groot"):
        read(bomb.getvalue())


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(excel(lambda _book, sheet: sheet.write_row(1, 0, ["x" * 1000] * 6)))
    with zipfile.ZipFile(BytesIO(bytes(content))) as packed:
        size = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    lie = bytes(content).replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lie != bytes(content)
    with pytest.raises(BadSheet):
        read(lie)


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "XFD2", "GR199999", "ZZZZZZZZ1", "a9999999999"])
def test_one_cell_far_out_is_refused_before_it_takes_all_memory(place: str) -> None:
    content = excel(lambda _book, sheet: sheet.write(1, 0, "x"))
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(BytesIO(content)) as packed:
        body = packed.read(name)
    far = body.replace(b'r="A2"', f'r="{place}"'.encode())
    assert far != body
    with pytest.raises(BadSheet, match="te groot"):
        read(repacked(content, name, far))


def test_a_sheet_in_another_encoding_than_the_check_reads_is_refused() -> None:
    content = excel(lambda _book, sheet: sheet.write(1, 0, "x"))
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(BytesIO(content)) as packed:
        body = packed.read(name).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    with pytest.raises(BadSheet):
        read(repacked(content, name, body))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 and no more",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"%PDF-1.7\x00\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"een verhaal zonder kolommen",
        excel(lambda _book, _sheet: None, headers=False),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(BadSheet, match=r"\w"):
        read(content)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  no secret
    content = bytearray(DAMAGED_LATER)
    for _ in range(chance.randint(1, 20)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    with contextlib.suppress(BadSheet):
        read(bytes(content))


DAMAGED_LATER = excel(
    lambda _book, sheet: sheet.write_row(1, 0, ["1", "03-03-2024", "Geluid", "2599 ZX", 1, "x"])
)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(BadSheet):
        read(content)


def test_too_many_rows_are_refused() -> None:
    text = ";".join(HEADERS) + "\n1" * (sheet_reader.LAST_ROW + 1)
    with pytest.raises(BadSheet, match="te groot"):
        read(text.encode())


def test_a_hundred_thousand_rows_with_merged_cells_and_formulas_are_read() -> None:
    made = BytesIO()
    with Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADERS)
        for row in range(1, 100_001, 10):
            sheet.merge_range(row, 3, row + 9, 3, "2599 ZX")
            for one in range(row, row + 10):
                sheet.write_number(one, 0, one)
                sheet.write_formula(one, 5, '="Herrie"', None, "Herrie")
    rows = cells(made.getvalue())
    assert len(rows) == 100_000
    assert {(row[3], row[5]) for row in rows} == {("2599 ZX", "Herrie")}


def test_zero_signs_and_terminal_codes_do_not_get_through() -> None:
    table = read((";".join(HEADERS) + ";\x1b[2JExtra\n").encode() + b"1;x\n" * 3000 + b"2;a\x00b")
    assert table.headers[6] == "[2JExtra"
    assert table.rows[-1].cells[1] == "ab"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3-3-2024", date(2024, 3, 3)),
        ("03/03/24", date(2024, 3, 3)),
        ("3 maart 2024", date(2024, 3, 3)),
        ("zondag 3 mrt. 2024 om 14:30 uur", date(2024, 3, 3)),
        ("2024-03-03T14:30:00", date(2024, 3, 3)),
        ("2024-03-03T13:30:00+00:00", date(2024, 3, 3)),
        ("45354", date(2024, 3, 3)),
        ("45354.6041666667", date(2024, 3, 3)),
        ("1 okt 2023", date(2023, 10, 1)),
    ],
)
def test_a_date_is_read_as_the_dutch_write_it(text: str, day: date) -> None:
    assert dutch_dates.moment(text, NOW, HERE).astimezone(HERE).date() == day


def test_excels_number_keeps_its_time() -> None:
    assert dutch_dates.moment("45354.6041666667", NOW, HERE) == datetime(2024, 3, 3, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "gisteren", "31-02-2024", "12-31-2024", "1-1-1890", "1-1-2999", "99999", "2024"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="datum"):
        dutch_dates.moment(text, NOW, HERE)


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        dutch_dates.moment(text, NOW, HERE)


def past(**given_: str) -> Past:
    fields = {
        "received": "3-3-2024", "category": "Geluid", "postcode": "2599zx", "house_number": "1", "story": "Herrie.",
    } | given_  # fmt: skip
    read_row = Reader(list(fields), list(fields), categories.load(), NOW).read(
        SheetRow(2, tuple(fields.values()))
    )
    assert isinstance(read_row, Past), read_row
    return read_row


@pytest.mark.parametrize(
    ("cell", "addition"), [("101 bis", "BIS"), ("101-A", "A"), ("101a", "A"), ("101", None)]
)
def test_a_number_and_its_addition_in_one_cell_are_told_apart(cell: str, addition: str | None) -> None:
    where = past(house_number=cell).new.address
    assert (where.house_number, where.addition) == (101, addition)


def test_a_phone_number_whose_zero_was_eaten_has_it_again() -> None:
    assert past(phone="700000000").new.reporter.phone == "+31700000000"


@pytest.mark.parametrize("word", ["Geluid", "gel-ernst", "Geluid, ernstig of herhaald", " GELUID "])
def test_every_word_for_a_category_is_that_category(word: str) -> None:
    assert past(category=word).new.category == "GEL-ERNST"
