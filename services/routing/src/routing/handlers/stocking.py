"""What a corporation tells about its housing stock, taken in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from chassis.transaction import Transaction
from contracts.intake import ReportSubmitted
from routing.domain.stock import Dwelling, Fault, sift
from routing.store import stock as store

AT_ONCE = 10_000


class NothingToImport(Exception):
    """Not one row is a dwelling: what was known stays."""


@dataclass(frozen=True, slots=True)
class StockTaken:
    """What an import did. `removed` are dwellings of the corporation that were not in the file."""

    dwellings: int
    changed: int
    removed: int
    faults: Sequence[Fault]


async def take_stock(
    rows: Iterable[tuple[int, Dwelling | str]],
    partner: str,
    source: str,
    tx: Transaction,
    tell: Callable[[int], None],
    *,
    replace: bool,
) -> StockTaken:
    """Keep the dwellings of a file beside those known, or in their place. NothingToImport.

    Reports that were assessed before are not assessed again: who was asked then stays asked.
    """
    read = list(rows)
    keys = {row.key for _, row in read if isinstance(row, Dwelling)}
    owners, _ = await store.owners_of(tx, keys)
    dwellings, faults = sift(read, owners, partner)
    if not dwellings:
        raise NothingToImport("There is no dwelling in this file that can be kept: nothing was changed.")
    changed = 0
    for start in range(0, len(dwellings), AT_ONCE):
        changed += await store.add(tx, partner, source, dwellings[start : start + AT_ONCE])
        tell(min(start + AT_ONCE, len(dwellings)))
    removed = await store.leave_only(tx, partner, [one.key for one in dwellings]) if replace else 0
    return StockTaken(len(dwellings), changed, removed, faults)


async def owners_of(reports: Sequence[ReportSubmitted], tx: Transaction) -> dict[str, str]:
    """The partner that owns each dwelling reported about, by the key of its address; none where nobody says so."""
    addresses = [report.address for report in reports]
    objects = {address.object_id for address in addresses if address.object_id}
    by_key, by_object = await store.owners_of(tx, {address.key for address in addresses}, objects)
    found = {one.key: by_key.get(one.key) or by_object.get(one.object_id or "") for one in addresses}
    return {key: owner for key, owner in found.items() if owner}
