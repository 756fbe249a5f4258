"""A housing stock as a corporation keeps it: the first sheet of an .xlsx file, or a .csv file."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook
from stdnum.exceptions import ValidationError
from stdnum.nl import postcode as dutch_postcode

from routing.domain.stock import Dwelling, address_key

WORDS: Mapping[str, frozenset[str]] = {
    "postcode": frozenset({"postcode", "pc", "postcode6", "zip"}),
    "number": frozenset({"huisnummer", "huisnr", "nummer", "nr", "housenumber"}),
    "letter": frozenset({"huisletter", "letter"}),
    "addition": frozenset({"toevoeging", "huisnummertoevoeging", "toev", "huisnrtoevoeging", "addition"}),
    "object": frozenset(
        {"adresseerbaarobjectid", "verblijfsobjectid", "vboid", "bagid", "bagobjectid", "objectid"}
    ),
}
"""What stands above a column, in small letters without signs, by what the column is."""

MUST_HAVE = ("postcode", "number")
HEADERS_WITHIN_ROWS = 20
BAG_NUMBER_SIGNS = 16
LARGEST_FILE_BYTES = 100 * 1024 * 1024

_ADDITION = re.compile(r"^[A-Za-z0-9 ./-]{0,10}$")

Row = tuple[int, Dwelling | str]
"""The number of the row as people count, and the dwelling or what is wrong."""

Rows = Iterator[Row]


class NotAStock(Exception):
    """The file cannot be read, or has no such columns."""


def read(file: Path, named: Mapping[str, str]) -> tuple[Mapping[str, str], Rows]:
    """What each column is taken for, and the rows. `named` says it of headers that no list of words knows. NotAStock."""
    if file.stat().st_size > LARGEST_FILE_BYTES:
        raise NotAStock(f"The file is larger than {LARGEST_FILE_BYTES // 1024 // 1024} MB.")
    rows = _sheet(file) if file.suffix.lower() == ".xlsx" else _text(file)
    at, columns = _columns(rows, named)
    meaning = {rows[at][place].strip(): what for what, place in columns.items()}
    below = enumerate(rows[at + 1 :], start=at + 2)
    return meaning, ((number, _dwelling(row, columns)) for number, row in below if any(map(str.strip, row)))


def _sheet(file: Path) -> list[list[str]]:
    try:
        with CalamineWorkbook.from_path(str(file)) as book:
            cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as trouble:
        raise NotAStock(f"This is no .xlsx file that can be read: {trouble}.") from None
    return [
        [str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell) for cell in row]
        for row in cells
    ]


def _text(file: Path) -> list[list[str]]:
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    try:
        delimiter = max(";,\t|", key=text[:20_000].count)
        return list(csv.reader(StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter))
    except csv.Error as trouble:
        raise NotAStock(f"This is no CSV file that can be read: {trouble}.") from None


def _columns(rows: Sequence[Sequence[str]], named: Mapping[str, str]) -> tuple[int, Mapping[str, int]]:
    """The row of the headers, and where each column is."""
    said = {_plain(header): what for header, what in named.items()}
    for at, row in enumerate(rows[:HEADERS_WITHIN_ROWS]):
        columns: dict[str, int] = {}
        for place, header in enumerate(row):
            what = said.get(_plain(header)) or _proposed(header)
            if what:
                columns.setdefault(what, place)
        if all(what in columns for what in MUST_HAVE):
            return at, columns
    raise NotAStock(
        "There is no row with a column for the postcode and one for the house number:"
        ' name them with --map "Your column=postcode" and --map "Your column=number".'
    )


def _proposed(header: str) -> str | None:
    return next((what for what, words in WORDS.items() if _plain(header) in words), None)


def _plain(header: str) -> str:
    return "".join(filter(str.isalnum, header)).lower()


def _dwelling(row: Sequence[str], columns: Mapping[str, int]) -> Dwelling | str:
    cells = {what: row[place].strip() if place < len(row) else "" for what, place in columns.items()}
    try:
        code = str(dutch_postcode.validate(cells["postcode"].replace("-", "")))
    except ValidationError:
        return "the postcode is not four digits, not starting with 0, and two letters"
    number = re.fullmatch(r"(\d{1,5})\s*(.*)", cells["number"])
    if number is None or int(number[1]) == 0:
        return "the house number is no number from 1 to 99999"
    letters = number[2] + cells.get("letter", "") + cells.get("addition", "")
    if not _ADDITION.match(letters):
        return "the addition is more than 10 letters, digits, or . / -"
    object_id = cells.get("object", "").zfill(BAG_NUMBER_SIGNS) if cells.get("object") else None
    if object_id is not None and not re.fullmatch(r"[0-9]{16}", object_id):
        return "the BAG number is not 16 digits"
    return Dwelling(address_key(code, int(number[1]), letters), object_id)
