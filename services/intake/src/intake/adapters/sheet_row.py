"""A row of a spreadsheet as a report that came from elsewhere: the same shape, with faults in words for who reads the list."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from chassis.calendar import HERE
from contracts.intake import Channel, Tenure
from intake.adapters import dutch_dates, sheet_columns
from intake.adapters.categories import Categories
from intake.adapters.new_report import LONGEST_STORY, NewReport
from intake.domain.sheets import Fault, SheetRow, plain

T = TypeVar("T")

FLAGS = ("anonymous", "danger", "children", "going_on_now", "reported_before")
YES = frozenset({"ja", "j", "x", "1", "true", "waar", "yes", "y", "v"})
NO = frozenset({"", "nee", "n", "0", "false", "onwaar", "no"})
TENURES: Mapping[str, Tenure] = {
    "": Tenure.OTHER,
    "onbekend": Tenure.OTHER,
    "anders": Tenure.OTHER,
    "huurcorporatie": Tenure.CORPORATION_TENANT,
    "corporatie": Tenure.CORPORATION_TENANT,
    "socialehuur": Tenure.CORPORATION_TENANT,
    "huur": Tenure.CORPORATION_TENANT,
    "particulierehuur": Tenure.PRIVATE_TENANT,
    "huurparticulier": Tenure.PRIVATE_TENANT,
    "koop": Tenure.OWNER,
    "eigenaar": Tenure.OWNER,
} | {plain(tenure): tenure for tenure in Tenure}
LANGUAGES = {
    "": None,
    "nl": "nl",
    "nederlands": "nl",
    "dutch": "nl",
    "en": "en",
    "engels": "en",
    "english": "en",
}
PLACES = {
    "category": "category",
    "story": "story",
    "address.postcode": "postcode",
    "address.houseNumber": "house_number",
    "address.addition": "addition",
    "reporter.name": "name",
    "reporter.phone": "phone",
    "reporter.email": "email",
}
REASONS = {
    "story": f"Het verhaal is leeg of langer dan {LONGEST_STORY} tekens.",
    "postcode": "Dit is geen postcode van vier cijfers en twee letters, zoals 2599 ZX.",
    "house_number": "Dit is geen huisnummer: alleen cijfers, van 1 tot 99999.",
    "addition": "Een toevoeging is ten hoogste tien letters of cijfers.",
    "name": "De naam is langer dan 200 tekens.",
    "phone": "Dit is geen telefoonnummer.",
    "email": "Dit is geen e-mailadres.",
}
LONGEST_NUMBER = 100

_HOUSE = re.compile(r"^(\d{1,5})\s*[-/ ]?\s*([A-Za-z].*|\d.*)?$")
_WITHOUT_ITS_ZERO = re.compile(r"^[1-9]\d{8}$")


@dataclass(frozen=True, slots=True)
class Past:
    """A report from before the hub: what it says, its number in the sheet, and when it came and was closed."""

    row: int
    number: str | None
    new: NewReport
    received_at: datetime
    closed_at: datetime | None


class Reader:
    """Reads the rows of one sheet. `now` is the moment of reading: nothing came later."""

    def __init__(
        self, headers: Sequence[str], mapping: Sequence[str | None], categories: Categories, now: datetime
    ) -> None:
        self._at = {field: place for place, field in enumerate(mapping) if field}
        self._headers = headers
        self._now = now
        self._codes = _codes(categories)

    def read(self, row: SheetRow) -> Past | list[Fault]:
        cells = {
            field: row.cells[place].strip() for field, place in self._at.items() if place < len(row.cells)
        }
        wrong: dict[str, str] = {}

        def take(field: str, read: Callable[[str], T]) -> T | None:
            try:
                return read(cells.get(field, ""))
            except (KeyError, ValueError) as reason:
                wrong[field] = _reason(field, reason)
                return None

        received_at = take("received", self._moment)
        closed_at = take("closed", lambda text: self._moment(text) if text else None)
        if received_at and closed_at and closed_at < received_at:
            wrong["closed"] = "Deze melding is afgesloten voordat hij binnenkwam."
        flags = {flag: take(flag, _flag) for flag in FLAGS}
        house = _HOUSE.match(cells.get("house_number", ""))
        content: dict[str, Any] = {
            "category": take("category", self._category) or "",
            "channel": Channel.IMPORT,
            "story": cells.get("story", ""),
            "address": {
                "postcode": cells.get("postcode", ""),
                "houseNumber": house[1] if house else cells.get("house_number", ""),
                "addition": cells.get("addition") or (house[2] if house else None),
            },
            "reporter": {
                "name": cells.get("name") or None,
                "phone": _phone(cells.get("phone", "")),
                "email": cells.get("email"),
                "anonymous": bool(flags.pop("anonymous")),
                "tenure": take("tenure", lambda text: TENURES[plain(text)]) or Tenure.OTHER,
            },
            "signals": {flag: bool(value) for flag, value in flags.items()},
            "language": take("language", lambda text: LANGUAGES[plain(text)]),
        }
        try:
            new = NewReport.model_validate(content)
        except ValidationError as faults:
            for fault in faults.errors():
                field = PLACES.get(".".join(map(str, fault["loc"])), "story")
                wrong.setdefault(field, REASONS.get(field, "Dit klopt niet."))
        if wrong or received_at is None:
            return [Fault(row.number, self._header(field), reason) for field, reason in wrong.items()]
        return Past(row.number, cells.get("number", "")[:LONGEST_NUMBER] or None, new, received_at, closed_at)

    def _category(self, text: str) -> str:
        code = self._codes.get(plain(text))
        if code is None:
            raise ValueError(
                f"Het meldpunt kent de soort “{text[:40]}” niet. Gebruik een naam uit de lijst van soorten."
            )
        return code

    def _moment(self, text: str) -> datetime:
        return dutch_dates.moment(text, self._now, HERE)

    def _header(self, field: str) -> str:
        return self._headers[self._at[field]] if field in self._at else sheet_columns.header_of(field)


def _codes(categories: Categories) -> dict[str, str]:
    """The category of every word for one: a citizen's word, a category's name, its code."""
    words = {plain(word): kind.category for word, kind in categories.kinds.items()}
    words |= {plain(kind.name.nl): kind.category for kind in categories.kinds.values()}
    words |= {plain(category.name.nl): code for code, category in categories.categories.items()}
    return words | {plain(code): code for code in categories.categories}


def _flag(text: str) -> bool:
    word = plain(text)
    if word not in YES | NO:
        raise ValueError("Schrijf ja of nee.")
    return word in YES


def _phone(text: str) -> str:
    """A spreadsheet makes a number of 070 000 00 00, and eats its zero."""
    return f"0{text}" if _WITHOUT_ITS_ZERO.match(text) else text


def _reason(field: str, reason: Exception) -> str:
    if isinstance(reason, ValueError):
        return str(reason)
    match field:
        case "tenure":
            return "Schrijf huur corporatie, particuliere huur, koop of onbekend."
        case _:
            return "Schrijf nl of en."
