"""What intake does with addresses: read an extract of the BAG, and look an address up in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chassis.database import Database
from chassis.transaction import Transaction
from intake.adapters import bag
from intake.domain.addresses import KnownAddress, Spot
from intake.store import addresses as store

TELL_EVERY = 20_000


class NothingToImport(Exception):
    """Not one line of the extract is an address: the old addresses stay."""


class ImportedAddresses:
    """The address book that an extract of the BAG filled."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, postcode: str, house_number: int, addition: str | None) -> KnownAddress | None:
        spot = Spot(postcode, house_number, addition)
        return (await self.find_many([spot])).get(spot)

    async def find_many(self, spots: Sequence[Spot]) -> Mapping[Spot, KnownAddress]:
        async with self._database.transaction() as tx:
            return await store.find_many(tx, spots)

    async def close(self) -> None:
        """The database is the service's own."""


@dataclass(slots=True)
class Reading:
    """How far an extract was read: how many addresses, and which lines are none."""

    addresses: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)


async def import_addresses(path: Path, year: int, tx: Transaction, tell: Callable[[int], None]) -> Reading:
    """Put the addresses of a file in the place of those there are. NotAnExtract, NothingToImport."""
    reading = Reading()
    with bag.open_extract(path) as text:
        await store.replace(tx, _sift(bag.read(text, year), reading, tell))
    if not reading.addresses:
        raise NothingToImport("There is no address in this file: nothing was changed.")
    return reading


def _sift(
    lines: Iterator[bag.Line], reading: Reading, tell: Callable[[int], None]
) -> Iterator[tuple[Spot, KnownAddress]]:
    """The good lines; the others are noted. The first of two lines about one address counts."""
    seen = set[str]()
    for line in lines:
        if line.spot is None or line.known is None:
            reading.faults.append((line.number, line.fault or ""))
        elif line.spot.key in seen:
            reading.faults.append((line.number, "this address stands in an earlier line as well"))
        else:
            seen.add(line.spot.key)
            reading.addresses += 1
            if reading.addresses % TELL_EVERY == 0:
                tell(reading.addresses)
            yield line.spot, line.known
