"""An extract of the BAG (the register of addresses), as a CSV file with the names that PDOK gives its fields."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from intake.adapters import formats
from intake.domain.addresses import Area, KnownAddress, Spot

MUST_HAVE = ("postcode", "huisnummer", "straatnaam", "woonplaatsnaam", "nummeraanduiding_id")
MAY_HAVE = ("huisletter", "huisnummertoevoeging", "adresseerbaarobject_id", "buurtcode", "buurtnaam")
BAG_NUMBER_SIGNS = 16
LONGEST_LINE = 10_000


class NotAnExtract(Exception):
    """The file has no such columns, or is no CSV file."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: an address, or what is wrong with it."""

    number: int
    spot: Spot | None = None
    known: KnownAddress | None = None
    fault: str | None = None


@contextmanager
def open_extract(path: Path) -> Iterator[IO[str]]:
    """UTF-8, plain or in gzip."""
    with path.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        content: IO[bytes] = gzip.GzipFile(fileobj=plain) if packed else plain  # type: ignore[assignment]  # it reads as one
        with TextIOWrapper(content, "utf-8-sig", newline="") as text:
            yield text


def read(text: IO[str], year: int) -> Iterator[Line]:
    """NotAnExtract. Every line comes once; `year` is that of the layout of the neighbourhoods."""
    try:
        head = text.readline(LONGEST_LINE)
        rows = csv.DictReader(
            text, next(csv.reader([head], delimiter=_delimiter(head))), delimiter=_delimiter(head)
        )
        missing = set(MUST_HAVE) - set(rows.fieldnames or ())
        if missing:
            raise NotAnExtract(f"There is no column {', '.join(sorted(missing))} in the first line.")
        for number, row in enumerate(rows, start=2):
            yield _line(number, row, year)
    except (UnicodeDecodeError, csv.Error, StopIteration, EOFError, gzip.BadGzipFile) as trouble:
        raise NotAnExtract(f"This is no CSV file in UTF-8: {trouble}.") from None


def _delimiter(head: str) -> str:
    return ";" if head.count(";") > head.count(",") else ","


def _line(number: int, row: Mapping[str, str | None], year: int) -> Line:
    cells = {name: (row.get(name) or "").strip() for name in (*MUST_HAVE, *MAY_HAVE)}
    empty = [name for name in MUST_HAVE if not cells[name]]
    if empty:
        return Line(number, fault=f"{', '.join(empty)} is empty")
    try:
        spot = Spot(
            formats.postcode(cells["postcode"]),
            int(cells["huisnummer"]),
            formats.addition(cells["huisletter"] + cells["huisnummertoevoeging"]),
        )
        known = KnownAddress(
            _bag_number(cells["nummeraanduiding_id"]),
            cells["straatnaam"],
            cells["woonplaatsnaam"],
            Area(cells["buurtcode"], cells["buurtnaam"] or cells["buurtcode"], year)
            if cells["buurtcode"]
            else None,
            _bag_number(cells["adresseerbaarobject_id"]) if cells["adresseerbaarobject_id"] else None,
        )
    except ValueError as reason:
        return Line(number, fault=str(reason))
    return Line(number, spot, known)


def _bag_number(text: str) -> str:
    """ValueError. Leading zeros that a spreadsheet ate are put back."""
    padded = text.zfill(BAG_NUMBER_SIGNS)
    if not padded.isdecimal() or len(padded) != BAG_NUMBER_SIGNS:
        raise ValueError(f"{text!r} is no BAG number of {BAG_NUMBER_SIGNS} digits")
    return padded
