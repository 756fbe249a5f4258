"""A spreadsheet that the desk leaves behind: which column means what, and how far its rows came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from intake.domain.reports import Report


class NoSuchSheet(Exception):
    """There is no spreadsheet with this id, or it was forgotten."""


class MappingIncomplete(Exception):
    """The columns do not say enough: a field is missing, or comes twice. The message says which, in Dutch."""


class SheetStarted(Exception):
    """The spreadsheet is being read already, or was."""


class SheetState(StrEnum):
    READY = "ready"
    RUNNING = "running"
    CHECKED = "checked"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A field of a report in a spreadsheet: the word above the hub's own column, and other words for it."""

    field: str
    header: str
    must: bool
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`mapping` has for each column the field that it holds, or none. `at_row` is the last row that was handled."""

    sheet_id: UUID
    name: str
    headers: tuple[str, ...]
    mapping: tuple[str | None, ...]
    state: SheetState
    rows: int
    uploaded_by: str
    uploaded_at: datetime
    dry_run: bool = False
    at_row: int = 0
    done: int = 0
    added: int = 0
    known: int = 0
    faulty: int = 0
    ended_at: datetime | None = None

    @property
    def percent(self) -> int:
        return 100 * self.done // self.rows if self.rows else 100


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row by its number in the spreadsheet, as people count: the first is 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row was left out: in which column, and what is wrong with it, in Dutch."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that wants to be a report: the row's own identity, a digest of what it says, and the report it would be."""

    row: int
    identity: str
    digest: str
    report: Report


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the rows that were good: some are new, some were there already, some contradict what was."""

    new: tuple[Claim, ...]
    known: int
    contradicting: tuple[Claim, ...]


def propose(headers: Sequence[str], columns: Sequence[SheetColumn]) -> tuple[str | None, ...]:
    """The field of each column by the word above it; each field once, the first column that has it."""
    by_word = {word: column.field for column in columns for word in (*column.words, plain(column.header))}
    fields: list[str | None] = []
    for header in headers:
        field = by_word.get(plain(header))
        fields.append(field if field not in fields else None)
    return tuple(fields)


def check_mapping(mapping: Sequence[str | None], columns: Sequence[SheetColumn]) -> None:
    """MappingIncomplete where a field that must be there is missing, or one comes twice."""
    for column in columns:
        times = mapping.count(column.field)
        if times > 1:
            raise MappingIncomplete(f"{column.header} is bij {times} kolommen gekozen. Kies één kolom.")
        if column.must and not times:
            raise MappingIncomplete(f"Geen kolom is {column.header}. Kies welke kolom dat is.")


def plain(header: str) -> str:
    """A word as it is compared: letters and digits, no capitals."""
    return "".join(filter(str.isalnum, header)).lower()


def judge(claims: Sequence[Claim], owners: Mapping[str, str]) -> Verdict:
    """Which rows are new. `owners` has the digest that each identity first came with, or '' where any will do."""
    digests = dict(owners)
    new: list[Claim] = []
    contradicting: list[Claim] = []
    known = 0
    for claim in claims:
        if claim.identity not in digests:
            digests[claim.identity] = claim.digest
            new.append(claim)
        elif digests[claim.identity] in {"", claim.digest}:
            known += 1
        else:
            contradicting.append(claim)
    return Verdict(tuple(new), known, tuple(contradicting))
