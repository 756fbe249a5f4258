"""A spreadsheet as it comes, .xlsx or .csv: its rows as text, within bounds that no file can break."""

import csv
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from typing import Any

from charset_normalizer import from_bytes
from python_calamine import CalamineError, CalamineSheet, load_workbook

from intake.domain.sheets import SheetColumn, SheetRow, propose

LARGEST_FILE_BYTES = 40 * 1024 * 1024
LARGEST_UNPACKED_BYTES = 250 * 1024 * 1024
MOST_PARTS = 2_000
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CELLS = 5_000_000
MOST_MERGED_ROWS = 2_000_000
LONGEST_CELL = 32_767
HEADERS_WITHIN_ROWS = 20
LAST_ROW = MOST_ROWS + HEADERS_WITHIN_ROWS
FEWEST_HEADERS = 2

TOO_LARGE = (
    f"Het blad is te groot: ten hoogste {MOST_ROWS} rijen, {MOST_COLUMNS} kolommen en {MOST_CELLS} cellen."
    " Deel het in stukken."
)
DAMAGED = "Dit Excel-bestand is beschadigd. Open het in Excel en bewaar het opnieuw."

_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,20})([0-9]{1,20})["']""")


class BadSheet(Exception):
    """The file is no spreadsheet that can be read. The message says why, in Dutch."""


@dataclass(frozen=True, slots=True)
class Table:
    """The words above the columns, and the rows below them that are not empty."""

    headers: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read(content: bytes, columns: Sequence[SheetColumn]) -> Table:
    """The first sheet that has headers. BadSheet."""
    if len(content) > LARGEST_FILE_BYTES:
        raise BadSheet(
            f"Het bestand is groter dan {LARGEST_FILE_BYTES // 1024 // 1024} MB. Deel het in stukken."
        )
    if content.startswith(b"PK\x03\x04"):
        sheets = _excel(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadSheet(
            "Dit is een oud Excel-bestand (.xls) of er staat een wachtwoord op. Bewaar het als .xlsx."
        )
    else:
        sheets = iter([_csv(content)])
    for rows in sheets:
        if table := _table(rows, columns):
            return table
    raise BadSheet("Er is geen rij met kolomnamen gevonden, zoals Postcode en Huisnummer.")


def _table(rows: Sequence[Sequence[str]], columns: Sequence[SheetColumn]) -> Table | None:
    """The header is the row with the most words that are known, among the first."""
    head = rows[:HEADERS_WITHIN_ROWS]
    known = [sum(field is not None for field in propose(row, columns)) for row in head]
    if not known or max(known) < FEWEST_HEADERS:
        return None
    at = known.index(max(known))
    headers = tuple("".join(filter(str.isprintable, header)).strip() for header in rows[at])
    while headers and not headers[-1]:
        headers = headers[:-1]
    width = len(headers)
    below = (SheetRow(number, _cells(row, width)) for number, row in enumerate(rows[at + 1 :], start=at + 2))
    return Table(headers, tuple(row for row in below if any(row.cells)))


def _cells(row: Sequence[str], width: int) -> tuple[str, ...]:
    return tuple(cell[:LONGEST_CELL] for cell in [*row[:width], *[""] * (width - len(row))])


def _excel(content: bytes) -> Iterator[list[list[str]]]:
    try:
        with load_workbook(BytesIO(_unpacked(content))) as book:
            for name in book.sheet_names:
                yield _rows(book.get_sheet_by_name(name))
    except (CalamineError, OSError, ValueError) as trouble:
        raise BadSheet(DAMAGED) from trouble
    except BaseException as panic:
        if type(panic).__name__ == "PanicException":  # of the Rust library, which no except Exception sees
            raise BadSheet(DAMAGED) from None
        raise


def _unpacked(content: bytes) -> bytes:
    """The same workbook, not packed: what is read further on is what was measured here, whatever the file says of itself."""
    plain = BytesIO()
    left = LARGEST_UNPACKED_BYTES
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed, zipfile.ZipFile(plain, "w") as unpacked:
            parts = [part for part in packed.infolist() if part.filename.lower().endswith((".xml", ".rels"))]
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > left:
                raise BadSheet(
                    "Uitgepakt is dit bestand veel te groot. Bewaar alleen het blad met de meldingen."
                )
            for part in parts:
                body = packed.read(part)
                left -= len(body)
                if left < 0:
                    raise BadSheet("Uitgepakt is dit bestand veel te groot.")
                if b"\x00" in body:
                    raise BadSheet(
                        "Dit Excel-bestand is niet in UTF-8. Open het in Excel en bewaar het opnieuw."
                    )
                if b"sheetData" in body:
                    _check_size(body)
                unpacked.writestr(part.filename, body)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error) as trouble:
        raise BadSheet("Dit Excel-bestand is beschadigd of heeft een wachtwoord.") from trouble
    return plain.getvalue()


def _check_size(sheet: bytes) -> None:
    """One cell far out makes a sheet of milliards of cells."""
    columns, rows = set[bytes](), 0
    for place in _PLACE.finditer(sheet):
        columns.add(place[1])
        rows = max(rows, int(place[2]))
    widest = max((_column(column.upper()) for column in columns), default=0)
    if rows > LAST_ROW or widest > MOST_COLUMNS or rows * widest > MOST_CELLS:
        raise BadSheet(TOO_LARGE)


def _column(letters: bytes) -> int:
    """`A` is 1, `AA` is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _rows(sheet: CalamineSheet) -> list[list[str]]:
    rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    merged = 0
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        merged += bottom - top
        if merged > MOST_MERGED_ROWS:
            raise BadSheet("Er zijn te veel samengevoegde cellen. Hef ze in Excel op.")
        # A cell that is merged downwards says the same of every row.
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and left < len(rows[top]) and not row[left]:
                row[left] = rows[top][left]
    return rows


def _text(cell: Any) -> str:
    match cell:
        case bool():
            return "ja" if cell else "nee"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() | date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return str(cell).strip()


def _csv(content: bytes) -> list[list[str]]:
    if b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadSheet("Dit is geen spreadsheet. Kies een bestand dat eindigt op .xlsx of .csv.")
    text = _decoded(content).replace("\x00", "")
    head = text[:20_000]
    delimiter = max(";,\t|", key=head.count)
    try:
        rows: list[list[str]] = []
        cells = 0
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            cells += len(row)
            if len(rows) == LAST_ROW or len(row) > MOST_COLUMNS or cells > MOST_CELLS:
                raise BadSheet(TOO_LARGE)
            rows.append([cell.strip() for cell in row])
    except csv.Error as trouble:
        raise BadSheet(f"Dit CSV-bestand is beschadigd: {trouble}.") from trouble
    return rows


def _decoded(content: bytes) -> str:
    """UTF-8 where it is that, and else the character set that fits best: files of Windows or of an old Mac."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    likely = ["utf_16", "cp1252", "mac_roman", "cp850", "iso8859_15"]
    best = from_bytes(content[:200_000], cp_isolation=likely).best()
    try:
        return content.decode(best.encoding if best else "cp1252")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
