"""Which housing corporation owns which dwelling."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dwelling:
    """`key` is that of its address, the same for every spelling; `object_id` its BAG number, where known."""

    key: str
    object_id: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that was left out: by its number in the file, as people count, and why."""

    row: int
    why: str


def address_key(postcode: str, house_number: int, addition: str | None) -> str:
    """`2599zx-101-2hoog`, as the key of an address in a report: a test holds the two together."""
    alike = "".join(filter(str.isalnum, addition or ""))
    return "-".join(filter(None, (postcode.replace(" ", ""), str(house_number), alike))).lower()


def sift(
    rows: Iterable[tuple[int, Dwelling | str]], owners: Mapping[str, str], partner: str
) -> tuple[list[Dwelling], list[Fault]]:
    """The dwellings to keep, and the rows to leave out. `owners` are those known of addresses, whoever they are."""
    kept: dict[str, Dwelling] = {}
    faults = []
    for number, row in rows:
        if isinstance(row, str):
            faults.append(Fault(number, row))
        elif owners.get(row.key, partner) != partner:
            faults.append(Fault(number, f"{owners[row.key]} owns this dwelling by its own stock"))
        elif row.key in kept:
            faults.append(Fault(number, "this address stands in an earlier row as well"))
        else:
            kept[row.key] = row
    return list(kept.values()), faults
